"""A network of this package, as one of stock Keras."""

import warnings
from typing import Any

import keras

from keras_mlp.layers import TiedMLP
from keras_mlp.stock.counterparts import check_is_known, counterpart, is_ours
from keras_mlp.stock.weights import copy_weights, target_standardization


def to_keras(model: keras.Model, compile: bool = True) -> keras.Model:
    """Returns the same network, made only of Keras' own classes.

    The result has the same weights, the same names of layers and the same settings of
    `compile`. It can be saved, loaded and trained where `keras_mlp` is not installed,
    at the speed of stock Keras. `model` does not change.

    A `Sequential` or Functional model stays one. A block becomes a model inside it,
    with the same name. The models of `keras_mlp.models` become a `keras.Sequential` of
    their parts. Outputs agree up to rounding: stock layers scale pixels and standardize
    in another order of operations.

    Keras has no counterpart for two things, and a warning says so: tied kernels become
    two copies, which training moves apart, and the loss of an adapted `MLPRegressor` is
    computed in the units of the data.

    Args:
        model: A built model, of the classes of this package, of Keras' own with layers
            of this package inside, or both.
        compile: Whether the result is compiled where `model` is. Defaults to `True`.

    Returns:
        `keras.Sequential`, or `keras.Model` of inputs and outputs. The state of its
        optimizer starts from zero.

    Raises:
        ValueError: If the model is not built, holds a subclass of ours that is not
            of this package, or is compiled with what Keras does not have.

    Example:

    ```python
    import keras
    import keras_mlp

    model = keras_mlp.models.MLPClassifier(10, [32], normalization="layer", seed=0)
    model.build((None, 784))
    stock = keras_mlp.to_keras(model)
    assert type(stock) is keras.Sequential
    inputs = keras.random.uniform((4, 784), seed=0)
    difference = keras.ops.max(keras.ops.abs(model(inputs) - stock(inputs)))
    assert difference < 1e-6
    ```
    """
    if not isinstance(model, keras.Model) or not model.built:
        raise ValueError(
            "Argument `model` must be a Keras model that is built: it has no weights "
            f"before. Received: model={model!r}. Call it on a batch, fit it, or use "
            "`model.build(input_shape)`."
        )
    for layer in model._flatten_layers():
        check_is_known(layer)
    serialized = keras.saving.serialize_keras_object(model)
    if not compile:
        serialized.pop("compile_config", None)
    stock = keras.saving.deserialize_keras_object(
        counterpart(serialized),
        # Classes that nobody registered.
        custom_objects={type(each).__name__: type(each) for each in _foreign(model)},
    )
    for layer in _foreign(stock):
        for inside in layer._flatten_layers():
            if is_ours(inside):
                raise ValueError(
                    "A layer of another class must not make layers of this package. "
                    f"Received: '{layer.name}' of class {type(layer).__name__}, which "
                    f"holds '{inside.name}', a {type(inside).__name__}. Have it make "
                    "those of Keras."
                )
    copy_weights(model, stock)
    for layer in model._flatten_layers():
        _warn_of_differences(layer)
    return stock


def _foreign(model: keras.Model) -> list[Any]:
    """Returns the layers that are neither of Keras nor of this package."""
    return [
        layer
        for layer in model._flatten_layers()
        if type(layer).__module__.partition(".")[0] not in ("keras", "keras_mlp")
    ]


def _warn_of_differences(layer: Any) -> None:
    if isinstance(layer, TiedMLP):
        warnings.warn(
            f"The kernels of '{layer.name}' are no longer tied to those of "
            f"'{layer.source.name}' in the stock model: training moves them apart.",
            stacklevel=3,
        )
    if target_standardization(layer) is not None:
        warnings.warn(
            f"'{layer.name}' computes its loss in units of the targets' standard "
            "deviation; the stock model computes it in the units of the data.",
            stacklevel=3,
        )
