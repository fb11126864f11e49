"""A layer for each of several networks."""

from typing import Any

import keras
from keras import ops

from keras_mlp.layers.ensembles.members import as_members
from keras_mlp.serializable import serializable


@serializable
class PerMember(keras.layers.Layer):
    """Applies a layer of its own to the part of each network.

    What layers compute, and what weights they have, is then theirs alone: the
    statistics of a batch normalization, say.

    Args:
        layers: Layers that do the same, one for each network.
        **kwargs: `name`, `dtype`, `trainable`.

    Input shape:
        `(batch_size, networks, input_size)`, or `(batch_size, input_size)`: each gets
        the same.

    Output shape:
        `(batch_size, networks, ...)`, the last axes those of the layers' outputs.

    Example:

    ```python
    import keras
    from keras_mlp.layers.ensembles.per_member import PerMember

    layer = PerMember([keras.layers.Dense(3), keras.layers.Dense(3)])
    assert layer(keras.ops.ones((5, 2, 4))).shape == (5, 2, 3)
    ```
    """

    def __init__(self, layers: list[Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.layers = [
            keras.saving.deserialize_keras_object(layer)
            if isinstance(layer, dict)
            else layer
            for layer in layers
        ]

    @classmethod
    def copies_of(cls, layer: keras.layers.Layer, count: int) -> "PerMember":
        """Returns a layer that has the given one for each of several networks.

        Args:
            layer: The layer, not built.
            count: How many.
        """
        others = [type(layer).from_config(layer.get_config()) for _ in range(count - 1)]
        for other in others:
            # It may be a function, which a configuration does not hold.
            other.activity_regularizer = layer.activity_regularizer
        return cls([layer, *others], name=layer.name, dtype=layer.dtype_policy)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Builds the layer of each network."""
        for layer in self.layers:
            layer.build((input_shape[0], input_shape[-1]))

    def call(self, inputs: Any) -> Any:
        """Returns the outputs of each network's layer."""
        # Keras tells the layers inside whether this is training.
        parts = ops.unstack(as_members(inputs, len(self.layers)), axis=1)
        outputs = [layer(part) for layer, part in zip(self.layers, parts, strict=True)]
        return ops.stack(outputs, axis=1)

    def compute_output_shape(
        self, input_shape: tuple[int | None, ...]
    ) -> tuple[int | None, ...]:
        """Returns the shape of the outputs of all networks."""
        one = self.layers[0].compute_output_shape((input_shape[0], input_shape[-1]))
        return (one[0], len(self.layers), *one[1:])

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments that make this layer again."""
        layers = [keras.saving.serialize_keras_object(each) for each in self.layers]
        return {**super().get_config(), "layers": layers}
