"""The mirrored multilayer perceptron that shares another one's kernels."""

import uuid
from collections.abc import Callable, Sequence
from typing import Any

import keras

from keras_mlp.keras_internals import objects_of_this_load
from keras_mlp.layers.mlp import MLP
from keras_mlp.layers.sharing import find_copy
from keras_mlp.layers.tied_dense import TiedDense
from keras_mlp.serializable import serializable


@serializable
class TiedMLP(MLP):
    """Multilayer perceptron with the kernels of another one, in reverse.

    `MLP.reverse(tied=True)` makes it. Its first layer has the last kernel of
    `source`, transposed, and its last layer the first. They are the same variables:
    `model.weights` holds each once, its gradient is the sum over both uses, and a
    model that holds both blocks is saved, loaded and copied with the two still tied.
    Loaded without `source`, it brings a copy of it along.

    `keras.models.clone_model` copies layer by layer. The copy of this layer shares
    the kernels of the copy of `source`, if that is cloned first, as it is where
    `source` comes first in the model. If not, building the copy fails.

    Args:
        units: Width of each layer: those of `source` in reverse, then the width of
            its inputs.
        source: The `MLP` whose kernels are shared. It must be built first.
        **kwargs: The other arguments of `MLP`. Those about kernels apply to gates
            and projections, which are not shared.

    Call arguments:
        inputs: As for `MLP`.

    Input shape:
        `(batch_size, ..., source.units[-1])`.

    Output shape:
        `(batch_size, ..., units[-1])`.

    Raises:
        ValueError: If `source` is no `MLP`, is tied itself or has other widths, or
            is not built when this layer is.

    Example:

    ```python
    import keras
    import keras_mlp

    encoder = keras_mlp.layers.MLP([256, 32])
    encoder.build((None, 784))
    decoder = encoder.reverse(tied=True)
    assert isinstance(decoder, keras_mlp.layers.TiedMLP)
    decoder.build((None, 32))
    assert decoder.get_layer("dense_0").kernel is encoder.get_layer("dense_1").kernel
    ```
    """

    def __init__(self, units: int | Sequence[int], source: MLP, **kwargs: Any) -> None:
        if not isinstance(source, MLP) or isinstance(source, TiedMLP):
            raise ValueError(
                "Argument `source` must be an `MLP` with kernels of its own. "
                f"Received: source={source!r}."
            )
        super().__init__(units, **kwargs)
        if any(keras.tree.flatten(self.spectral_normalization)):
            raise ValueError(
                "Argument `spectral_normalization` must be False for a tied block, "
                "whose kernels are another's. Received: "
                f"spectral_normalization={self.spectral_normalization}. Give it to "
                "`source`."
            )
        if self.ensemble is not None or source.ensemble is not None:
            raise ValueError(
                "Argument `ensemble` must be None for tied blocks: kernels of several "
                f"networks are not shared. Received: ensemble={self.ensemble}, and a "
                f"`source` with ensemble={source.ensemble}. Use `source.reverse()`."
            )
        if self.units[:-1] != source.units[-2::-1] or (
            len(self.units) != len(source.units)
        ):
            raise ValueError(
                "Argument `units` must hold the widths of `source` in reverse, then "
                f"the width of its inputs. Received: units={self.units}, and a "
                f"`source` with units={source.units}. `source.reverse(tied=True)` "
                "makes the block with the right ones."
            )
        # Not a layer inside this one, whose weights would be this one's: around
        # Keras' tracking.
        object.__setattr__(self, "source", source)
        source.shared_key = source.shared_key or uuid.uuid4().hex

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Builds every layer for inputs of this shape, with the shared kernels."""
        if not self.source.built:
            raise ValueError(
                f"Layer '{self.name}' shares the kernels of '{self.source.name}', "
                "which is not built. Received: a `source` without weights. Build or "
                "call it first. If this is a copy that `clone_model` made: it copies "
                f"layer by layer, and '{self.source.name}' must come before "
                f"'{self.name}' in the model; `copy.deepcopy(model)` has no such limit."
            )
        for parts, tied in zip(self._parts, self.source._parts[::-1], strict=True):
            parts.dense.tie(tied.dense.kernel)
        super().build(input_shape)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments that make this layer again."""
        source = keras.saving.serialize_keras_object(self.source)
        return {**super().get_config(), "source": source}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "TiedMLP":
        """Makes the layer, tied to the copy of `source` that was made before."""
        source = config["source"]
        copy = find_copy(source["config"]["shared_key"])
        if copy is None:
            if objects_of_this_load() is None:
                # Nothing says that the model's own copy will not follow. This one
                # stays without weights, so that using it is an error.
                kept = dict(source["config"], shared_key=None)
                source = dict(source, config=kept, build_config=None)
            copy = keras.saving.deserialize_keras_object(source)
        return super().from_config({**config, "source": copy})

    def _layer_class(self, number: int, part: str) -> Callable[..., keras.layers.Layer]:
        """Returns what makes a part with a kernel: that of a product is shared."""
        # Where there are several networks, the error about it comes later.
        if part == "dense" and self.ensemble is None:
            return TiedDense
        return super()._layer_class(number, part)

    def _make_tied(self, arguments: dict[str, Any]) -> MLP:
        raise ValueError(
            f"Layer '{self.name}' has no kernels of its own to share: they are those "
            f"of '{self.source.name}'. Received: tied=True. Use that layer, or "
            "`reverse()`."
        )


MLP._tied_class = TiedMLP
