"""What one layer of a multilayer perceptron consists of."""

import inspect
from dataclasses import dataclass
from typing import Any

import keras
from keras import ops

from keras_mlp.layers.ensembles.per_member import PerMember


@dataclass
class LayerParts:
    """The Keras layers that make up one layer of an `MLP`.

    Attributes:
        dense: The matrix product, with the activation where nothing stands between.
        gate: Makes what the outputs are multiplied by.
        normalization: Normalizes what comes from `dense`.
        activation: The activation, where it is not applied by `dense`.
        dropout: Drops outputs while training.
        residual: Whether the inputs are added where they are as wide.
        projection: Makes the inputs as wide where they are not.
        seed: Of what is drawn beside the weights, if anything.
    """

    dense: keras.layers.Layer
    gate: keras.layers.Layer | None = None
    normalization: keras.layers.Layer | None = None
    activation: keras.layers.Layer | None = None
    dropout: keras.layers.Layer | None = None
    residual: bool = False
    projection: keras.layers.Layer | None = None
    seed: int | None = None

    def layers(self) -> list[keras.layers.Layer]:
        """Returns the layers there are, in their order of use."""
        parts = (
            self.dense,
            self.normalization,
            self.gate,
            self.activation,
            self.dropout,
            self.projection,
        )
        return [part for part in parts if part is not None]

    def build(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Builds every layer, decides on the residual, returns the output's shape."""
        self.dense.build(input_shape)
        if isinstance(self.dense, keras.layers.SpectralNormalization):
            # Keras draws it without a seed.
            draw = keras.initializers.TruncatedNormal(stddev=0.02, seed=self.seed)
            self.dense.vector_u.assign(draw(self.dense.vector_u.shape))
        output_shape = self.dense.compute_output_shape(input_shape)
        if input_shape[-1] == output_shape[-1]:
            self.projection = None
        elif self.projection is None:
            self.residual = False
        for part in (self.gate, self.projection):
            if part is not None:
                part.build(input_shape)
        for part in (self.normalization, self.activation, self.dropout):
            if part is not None:
                part.build(output_shape)
        return output_shape

    def __call__(self, inputs: Any, training: bool | None, mask: Any) -> Any:
        """Returns the layer's outputs, computed in the documented order."""
        outputs = self.dense(inputs, training=training)
        if self.normalization is not None:
            arguments = {"training": training}
            if mask is not None and _takes_mask(self.normalization):
                arguments["mask"] = mask
            outputs = self.normalization(outputs, **arguments)
        if self.gate is not None:
            outputs = ops.multiply(outputs, self.gate(inputs))
        if self.activation is not None:
            outputs = self.activation(outputs)
        if self.dropout is not None:
            outputs = self.dropout(outputs, training=training)
        if self.residual:
            added = inputs if self.projection is None else self.projection(inputs)
            if len(added.shape) < len(outputs.shape):
                # All networks of an ensemble get the same inputs.
                added = ops.expand_dims(added, 1)
            # Not `ops.add`: it takes an empty batch for a bias.
            outputs = outputs + ops.cast(added, outputs.dtype)
        return outputs

    def divide(self, networks: int | None) -> None:
        """Gives each network of an ensemble what it might share with the others.

        Args:
            networks: How many there are; `None` for a block that is no ensemble.
        """
        if networks is None:
            return
        if self.normalization is not None:
            self.normalization = PerMember.copies_of(self.normalization, networks)
        # That of a function is the same for all networks.
        if (
            self.activation is not None
            and type(self.activation) is not keras.layers.Activation
        ):
            self.activation = PerMember.copies_of(self.activation, networks)

    def multiply_adds(self, input_size: int, units: int) -> int:
        """Returns the multiply-adds of the matrix products, for one vector."""
        projects = self.projection is not None and input_size != units
        products = 1 + (self.gate is not None) + projects
        return products * input_size * units


def _takes_mask(layer: keras.layers.Layer) -> bool:
    return "mask" in inspect.signature(layer.call).parameters
