"""The network of TabM: an ensemble whose members share their kernels."""

import functools
from collections.abc import Callable, Sequence
from typing import Any

import keras

from keras_mlp.layers import MLP, EnsembleDense
from keras_mlp.layers.initializers import layer_seeds
from keras_mlp.layers.mlp_block.mlp_options import resolve_units
from keras_mlp.serializable import serializable
from keras_mlp.validation import check_choice

VARIANTS = ("tabm", "mini")
# The parts of a layer that have kernels, each with a seed of its own.
_PARTS = ("dense", "gate", "projection")


@serializable
class TabMBlock(MLP):
    """An ensemble of `layers.MLP`s with shared kernels and heads of their own.

    Each kernel but those of the last layer is one for all networks. With `"tabm"` each
    network scales inputs and outputs of each layer, and has biases of its own; with
    `"mini"` it scales the inputs of the first layer, and all else is shared.

    Args:
        units: Width of each layer.
        ensemble: Number of networks.
        variant: `"tabm"` or `"mini"`.
        input_scaling: What the scaling of the first inputs starts as, as for
            `layers.EnsembleDense`. All others start as ones.
        **options: The other arguments of `layers.MLP`. Kernels and biases start as
            those of `layers.EnsembleDense` do.

    Attributes:
        feature_sizes: As for `layers.EnsembleDense`, of the first layer.

    Example:

    ```python
    import keras
    from keras_mlp.models.tabm.tabm_block import TabMBlock

    block = TabMBlock([5, 2], ensemble=3, variant="mini", input_scaling="random_signs")
    assert block(keras.ops.ones((4, 6))).shape == (4, 3, 2)
    names = [weight.path.partition("/")[2] for weight in block.weights]
    assert names == [
        "dense_0/kernel",
        "dense_0/input_scale",
        "dense_0/bias",
        "dense_1/kernel",
        "dense_1/bias",
    ]
    ```
    """

    feature_sizes: list[int] | None = None

    def __init__(
        self,
        units: int | Sequence[int],
        *,
        ensemble: int,
        variant: str,
        input_scaling: str,
        seed: int | None = None,
        **options: Any,
    ) -> None:
        self.variant = check_choice("variant", variant, VARIANTS)
        self.input_scaling = input_scaling
        self._last = len(resolve_units(units)) - 1
        self._seeds = layer_seeds(seed, len(_PARTS) * (self._last + 1))
        super().__init__(units, ensemble=ensemble, seed=seed, **options)

    def _layer_class(self, number: int, part: str) -> Callable[..., keras.layers.Layer]:
        """Returns what makes a part with a kernel of the layer of this number."""
        if number == self._last:
            arguments: dict[str, Any] = {"kind": "packed"}
        elif self.variant == "tabm":
            arguments = {"input_scaling": "ones", "output_scaling": "ones"}
        else:
            arguments = {
                "input_scaling": None,
                "output_scaling": None,
                "share_bias": True,
            }
        if number == 0 < self._last:
            arguments["input_scaling"] = self.input_scaling
        seed = self._seeds[len(_PARTS) * number + _PARTS.index(part)]
        return functools.partial(
            _with_own_starts, ensemble_size=self.ensemble, seed=seed, **arguments
        )

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Builds every layer for inputs of this shape."""
        for part in self._parts[:1]:
            for layer in (part.dense, part.gate, part.projection):
                if isinstance(layer, EnsembleDense):
                    layer.feature_sizes = self.feature_sizes
        super().build(input_shape)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments that make this layer again."""
        return {
            **super().get_config(),
            "variant": self.variant,
            "input_scaling": self.input_scaling,
        }


def _with_own_starts(
    units: int,
    kernel_initializer: Any = None,
    bias_initializer: Any = None,
    **rest: Any,
) -> EnsembleDense:
    """Returns a layer of several networks that starts as TabM does.

    Args:
        units: Width of its outputs.
        kernel_initializer: That of an `MLP`: not used.
        bias_initializer: That of an `MLP`: not used.
        **rest: The other arguments of `EnsembleDense`.
    """
    return EnsembleDense(units, **rest)
