"""The inputs that an exported model takes."""

from typing import Any

import keras

from keras_mlp.keras_internals import KerasFunctional


def input_signature(model: keras.Model) -> Any:
    """Returns the shapes and dtypes of a built model's inputs, of any batch size.

    Keras asks that a subclassed model has been called before it is exported, and
    that any model has before it becomes ONNX. What the model was built for says as
    much: this reads it from there.

    Args:
        model: A model that is built: by `build`, `fit`, a call or by being loaded.

    Returns:
        What `keras.Model.export` takes as its `input_signature`.

    Raises:
        ValueError: If the model is not built.

    Example:

    ```python
    import keras_mlp
    from keras_mlp.models.saving.input_signature import input_signature

    model = keras_mlp.models.MLPClassifier(10, hidden_units=[32])
    model.build((None, 784))
    [spec] = input_signature(model)
    assert spec.shape == (None, 784) and spec.dtype == "float32"
    ```
    """
    if not model.built:
        raise ValueError(
            f"`model` must be built before it is exported. Received: '{model.name}', "
            "which has seen no inputs. Call it on a batch, fit it, or use "
            "`model.build(input_shape)`."
        )
    raw = getattr(model, "raw_input_signature", None)
    if raw is not None and raw() is not None:
        # It takes what its preprocessing takes, whatever it was trained on.
        return raw()
    if isinstance(model, KerasFunctional):
        # One argument, nested as the `inputs` of the model are.
        return [keras.tree.map_structure(_spec_of_input, model.input)]
    if isinstance(model, keras.Sequential):
        return [_spec_of_input(one) for one in model.inputs]
    built_for = model.get_build_config() or {}
    # One shape for each argument of `call`; a single one has no name.
    shapes = built_for.get("shapes_dict", {"inputs": built_for.get("input_shape")})
    return [_specs(shape, model.input_dtype) for shape in shapes.values()]


def _spec_of_input(tensor: keras.KerasTensor) -> keras.InputSpec:
    return keras.InputSpec(
        shape=(None, *tensor.shape[1:]), dtype=tensor.dtype, name=tensor.name
    )


def _specs(shape: Any, dtype: str) -> Any:
    if isinstance(shape, dict):
        return {name: _specs(value, dtype) for name, value in shape.items()}
    if all(size is None or isinstance(size, int) for size in shape):
        return keras.InputSpec(shape=(None, *shape[1:]), dtype=dtype)
    # A model that is called with a tuple is exported to be called with one.
    return type(shape)(_specs(value, dtype) for value in shape)
