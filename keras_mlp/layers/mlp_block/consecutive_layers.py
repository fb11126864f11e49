"""Layers one after the other, each of several parts, as one Keras layer."""

import math
from collections.abc import Sequence
from typing import Any

import keras

from keras_mlp.layers.mlp_block.layer_parts import LayerParts
from keras_mlp.layers.mlp_block.quantization import quantize_again, with_quantization


class ConsecutiveLayers(keras.layers.Layer):
    """What `MLP` computes: its layers in their order, once their parts are made.

    How options become parts, and parts a configuration, is left to the subclass. It
    calls `consist_of` in its constructor.

    Args:
        **kwargs: The arguments of `keras.layers.Layer`.

    Attributes:
        units: Width of each layer.
        layers: The Keras layers inside, in their order of use.
        normalization_order: What a hidden layer does, in its fixed order.
        ensemble: How many networks it is in one, `None` where it is one.

    Example:

    ```python
    import keras
    from keras_mlp.layers import Dense
    from keras_mlp.layers.mlp_block.consecutive_layers import ConsecutiveLayers
    from keras_mlp.layers.mlp_block.layer_parts import LayerParts

    block = ConsecutiveLayers()
    block.consist_of([3, 2], [LayerParts(Dense(3)), LayerParts(Dense(2))])
    assert block(keras.ops.ones((5, 4))).shape == (5, 2)
    assert block.count_flops((None, 4)) == 4 * 3 + 3 * 2
    ```
    """

    ensemble: int | None = None
    normalization_order = (
        "dense",
        "normalization",
        "activation",
        "dropout",
        "residual",
    )

    def consist_of(self, units: list[int], parts: list[LayerParts]) -> None:
        """Sets which layers these are: called once, before anything is built.

        Args:
            units: Width of each layer.
            parts: What each layer consists of.
        """
        self.units = units
        self._parts = parts
        self.layers = self._layers_in_order()
        if not self.trainable:
            for layer in self.layers:
                layer.trainable = False
        self.input_spec = keras.layers.InputSpec(min_ndim=2)
        self.supports_masking = True

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Builds every layer for inputs of this shape."""
        shape = tuple(input_shape)
        for parts in self._parts:
            shape = parts.build(shape)
        # Which inputs are projected is known only now; Keras forgets what is removed.
        used = self._layers_in_order()
        for layer in [layer for layer in self.layers if layer not in used]:
            self.layers.remove(layer)
        if self.units:
            self.input_spec = keras.layers.InputSpec(
                min_ndim=2,
                max_ndim=None if self.ensemble is None else 3,
                axes={-1: input_shape[-1]},
            )

    def get_build_config(self) -> dict[str, Any] | None:
        """Returns what it was built for, and what is quantized in it."""
        return with_quantization(self, super().get_build_config())

    def build_from_config(self, config: dict[str, Any]) -> None:
        """Builds it as what `get_build_config` returned this for."""
        super().build_from_config(config)
        quantize_again(self, config)

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        """Returns the outputs of the last layer."""
        outputs = inputs
        for parts in self._parts:
            outputs = parts(outputs, training, mask)
        return outputs

    def compute_output_shape(
        self, input_shape: tuple[int | None, ...]
    ) -> tuple[int | None, ...]:
        """Returns the inputs' shape with the last width as its last axis."""
        if self.ensemble is not None:
            return (input_shape[0], self.ensemble, self.units[-1])
        return (*input_shape[:-1], *[*input_shape[-1:], *self.units][-1:])

    def get_layer(
        self, name: str | None = None, index: int | None = None
    ) -> keras.layers.Layer:
        """Returns one of the layers inside, as `keras.Model.get_layer` does.

        Args:
            name: Name of the layer, such as `"dense_0"`.
            index: Position of the layer in `layers`, instead of its name.

        Returns:
            The layer.

        Raises:
            ValueError: If there is none, or not exactly one argument is given.
        """
        if (name is None) == (index is None):
            raise ValueError(
                "`get_layer` takes either a name or an index. "
                f"Received: name={name!r}, index={index!r}."
            )
        names = [layer.name for layer in self.layers]
        if index is not None and -len(names) <= index < len(names):
            return self.layers[index]
        if name in names:
            return self.layers[names.index(name)]
        raise ValueError(
            f"Layer '{self.name}' holds no such layer. Received: name={name!r}, "
            f"index={index!r}. Its layers are {names}."
        )

    def count_flops(self, input_shape: Sequence[int | None]) -> int:
        """Returns the multiply-adds that one example takes.

        One multiply-add is a multiplication and the addition that follows it, two
        floating-point operations. Those of the matrix products are counted, gates
        and projections included; biases, normalizations, activations and sums,
        which are few beside them, are not.

        Args:
            input_shape: Shape of the inputs, `(batch_size, ..., input_size)`. The
                batch size does not matter; the other sizes must be known.

        Returns:
            Number of multiply-adds of a forward pass.

        Raises:
            ValueError: If a size other than that of the batch is not known.

        Example:

        ```python
        import keras_mlp

        mlp = keras_mlp.layers.MLP([256, 128, 10])
        assert mlp.count_flops((None, 784)) == 784 * 256 + 256 * 128 + 128 * 10
        ```
        """
        sizes: list[Any] = list(input_shape)[1:] or list(input_shape)
        if not sizes or None in sizes:
            raise ValueError(
                "Argument `input_shape` must give every size but that of the batch. "
                f"Received: input_shape={tuple(input_shape)}."
            )
        *others, size = sizes
        total = 0
        for parts, units in zip(self._parts, self.units, strict=True):
            total += parts.multiply_adds(size, units)
            size = units
        # The networks of an ensemble, whether or not the inputs have an axis for them.
        times = math.prod(others) if self.ensemble is None else self.ensemble
        return times * total

    def _layers_in_order(self) -> list[keras.layers.Layer]:
        return [layer for parts in self._parts for layer in parts.layers()]
