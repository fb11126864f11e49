"""Inputs and outputs of the layers inside a subclassed model, as in Keras."""

from typing import Any, NamedTuple

import keras

from keras_mlp.layers.mlp_block.consecutive_layers import ConsecutiveLayers
from keras_mlp.models.saving.input_signature import input_signature


class _Graph(NamedTuple):
    """What a model takes and gives, as symbolic tensors."""

    inputs: Any
    outputs: Any


class Inspectable(keras.Model):
    """A subclassed model with `inputs`, `outputs`, and an `output` of each layer.

    Keras has these for Sequential and Functional models only. Here the model is called
    once on symbolic inputs of the shape that it was built for, when one of them, its
    `layers` or `get_layer` is first asked for. The layers are the model's own: what is
    made of their outputs shares its weights.

    Keras warns of an array where a model was made of a list, `model.inputs`: make it of
    `model.input`, or call it with a list.

    As in Keras, the `output` of a layer is that of its first symbolic call. So ask for
    `model.inputs` before you call a part of the model on a `keras.Input` of your own.

    Attributes:
        inputs: List of the inputs, `keras.KerasTensor`.
        outputs: List of the outputs.
        input: The input; a dictionary of them where the model takes columns by name.
        output: The output.

    Example:

    ```python
    import keras
    import keras_mlp

    model = keras_mlp.models.MLPClassifier(10, [32, 16], seed=0)
    model.build((None, 784))
    hidden = model.get_layer("mlp").get_layer("dense_0")
    features = keras.Model(model.input, hidden.output)
    assert features(keras.ops.ones((3, 784))).shape == (3, 32)
    assert features.weights[0] is hidden.kernel
    ```
    """

    _graph: Any = None

    @property
    def inputs(self) -> list[keras.KerasTensor]:
        """The inputs, once the model is built."""
        return keras.tree.flatten(self._symbolic("inputs").inputs)

    @property
    def outputs(self) -> list[keras.KerasTensor]:
        """The outputs, once the model is built."""
        return keras.tree.flatten(self._symbolic("outputs").outputs)

    @property
    def input(self) -> Any:
        """The inputs, as the model is called with them."""
        return self._symbolic("input").inputs

    @property
    def output(self) -> Any:
        """The output, as the model returns it."""
        return self._symbolic("output").outputs

    @property
    def layers(self) -> list[keras.layers.Layer]:
        """The layers; in a built model each has an `output`."""
        if self.built:
            self._symbolic("layers")
        return super().layers

    @layers.setter
    def layers(self, value: Any) -> None:
        keras.Model.layers.fset(self, value)

    def _symbolic(self, wanted: str) -> _Graph:
        if not self.built:
            raise AttributeError(
                f"Model '{self.name}' has no `{wanted}` before it is built. Call it on "
                "a batch, fit it, or use `model.build(input_shape)`."
            )
        if self._graph is None:
            inputs = keras.tree.map_structure(_new_input, input_signature(self)[0])
            # First: what is done below asks for the layers.
            self._graph = _Graph(inputs, self(inputs))
            if super().layers:
                # Through `call` the layers inside see symbolic tensors, too.
                self.call(inputs)
            for layer in super().layers:
                if isinstance(layer, ConsecutiveLayers):
                    layer.call(layer.input)
        return self._graph


def _new_input(spec: keras.InputSpec) -> keras.KerasTensor:
    return keras.Input(batch_shape=spec.shape, dtype=spec.dtype, name=spec.name)
