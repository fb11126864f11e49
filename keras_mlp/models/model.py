"""`keras.Model` with the `TapeTrainer` mixed in."""

from typing import Any, ClassVar

import keras

from keras_mlp.keras_internals import KerasFunctional
from keras_mlp.layers.mlp_block.quantization import quantize_again, with_quantization
from keras_mlp.models.saving import exportable, whole_files
from keras_mlp.serializable import serializable
from keras_mlp.training import TapeTrainer


@serializable
class Model(TapeTrainer, keras.Model):
    """A model to subclass, or to make of inputs and outputs.

    `keras.Model` in every respect, trained by `TapeTrainer.train_step`;
    `export` needs no call of the model first, and files are written in one step.
    `Model(inputs, outputs)` gives a Functional model, as in Keras.

    Args:
        inputs: `keras.Input`, or a structure of them (Functional models only).
        outputs: The output, or a structure of outputs (Functional models only).
        name: Name of the model.
        **kwargs: The other arguments of `keras.Model`.

    Example:

    ```python
    import keras
    import keras_mlp

    inputs = keras.Input((4,))
    outputs = keras_mlp.layers.Dense(2)(inputs)
    model = keras_mlp.Model(inputs, outputs)
    assert model(keras.ops.ones((3, 4))).shape == (3, 2)

    class Doubled(keras_mlp.Model):
        def __init__(self):
            super().__init__()
            self.dense = keras_mlp.layers.Dense(2)

        def call(self, inputs):
            return 2 * self.dense(inputs)

    assert Doubled()(keras.ops.ones((3, 4))).shape == (3, 2)
    ```
    """

    export = exportable.export
    save = whole_files.save
    save_weights = whole_files.save_weights
    load_weights = whole_files.load_weights

    # What `Model(inputs, outputs)` makes. `models.Functional` puts itself here: it is a
    # `Model`, so its module depends on this one and not the other way round.
    _functional_class: ClassVar[type["Model"]]

    def __new__(cls, *args: Any, **kwargs: Any) -> "Model":
        """Makes a `Functional` where inputs and outputs are given."""
        if cls is Model and _are_inputs_and_outputs(args, kwargs):
            cls = Model._functional_class
        return super().__new__(cls)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if _are_inputs_and_outputs(args, kwargs):
            _make_functional(type(self))
        super().__init__(*args, **kwargs)

    def get_build_config(self) -> dict[str, Any] | None:
        """Returns what it was built for, and what is quantized in it."""
        return with_quantization(self, super().get_build_config())

    def build_from_config(self, config: dict[str, Any]) -> None:
        """Builds it as what `get_build_config` returned this for."""
        super().build_from_config(config)
        quantize_again(self, config)


def _are_inputs_and_outputs(args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    """Returns whether the arguments of a model ask for a graph, as Keras tells it."""
    if len(args) == 2:
        return True
    missing = {"inputs", "outputs"} - kwargs.keys()
    return not missing or (len(args) == 1 and "outputs" in kwargs)


def _make_functional(cls: type) -> None:
    """Replaces `Model` by `Functional` among the bases of a subclass.

    This lets a subclass call `super().__init__(inputs, outputs)`. Keras does the
    same to `keras.Model`; left to it, it would change the bases of our `Model`
    itself, and every other subclass would stop working.
    """
    if issubclass(cls, KerasFunctional):
        return
    for base in cls.__bases__:
        if base is not Model and issubclass(base, Model):
            _make_functional(base)
    cls.__bases__ = tuple(
        Model._functional_class if base is Model else base for base in cls.__bases__
    )
