"""The fully connected layers of several networks, as one layer."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import keras
from keras import ops

from keras_mlp.layers.dense import check_parametrization
from keras_mlp.layers.ensembles.ensemble_weights import add_weights
from keras_mlp.layers.ensembles.members import (
    as_members,
    check_initializer,
    check_members,
    each_of,
)
from keras_mlp.layers.ensembles.scaling import SCALINGS
from keras_mlp.serializable import serializable
from keras_mlp.validation import (
    check_choice,
    check_known,
    check_positive_integer,
    check_seed,
    check_switch,
)

KINDS = ("shared", "packed")

# Arguments that are what they are in a configuration.
_PLAIN = (
    "units",
    "ensemble_size",
    "use_bias",
    "kind",
    "input_scaling",
    "output_scaling",
    "share_bias",
    "parametrization",
    "seed",
)
_PARTS = {
    "initializer": keras.initializers,
    "regularizer": keras.regularizers,
    "constraint": keras.constraints,
}


@serializable
class EnsembleDense(keras.layers.Layer):
    """Fully connected layers of `k` networks in one: `((x * r) @ W) * s + b`.

    - `"shared"`: one kernel `W` for all networks. Each has scalings of its own: `r` of
      the inputs, `s` of the outputs, and a bias `b`. So a network more costs two or
      three vectors, and all examples of all networks are one matrix product. This is
      BatchEnsemble (Wen et al., 2020, https://arxiv.org/abs/2002.06715), with the
      starts of TabM (Gorishniy et al., 2024, https://arxiv.org/abs/2410.24210).
    - `"packed"`: a kernel for each network; the scalings are left out. These are `k`
      layers beside each other.

    Args:
        units: Positive integer, the width of each network's outputs.
        ensemble_size: Positive integer, the number of networks, `k`.
        activation: Name of an activation, or a callable. Defaults to `None`.
        use_bias: Whether a bias is added. Defaults to `True`.
        kind: `"shared"` or `"packed"`. Defaults to `"shared"`.
        input_scaling: What `r` starts as: `"ones"`; `"random_signs"`, 1 or -1, or
            `"normal"`, for the first layer of networks that must differ; or `None`:
            there is none. Defaults to `"ones"`.
        output_scaling: The same of `s`. Defaults to `"ones"`.
        feature_sizes: How many columns of the inputs belong to each feature, in order:
            columns of one feature start with the same factor. Defaults to `None`: one
            each.
        share_bias: Whether all networks have the same bias; of `"shared"` only.
            Defaults to `False`.
        kernel_initializer: Initializer of the kernel; of `"packed"` also a list with
            one for each network. Defaults to `None`: uniform in `±1 / sqrt(inputs)`;
            with `parametrization="ntk"` normal, of deviation 1.
        bias_initializer: Initializer of the bias, the same for all networks of
            `"shared"`; as `kernel_initializer` otherwise.
        kernel_regularizer: Penalty on the kernel, of `"packed"` on each.
        bias_regularizer: Penalty on the bias.
        activity_regularizer: Penalty on the outputs.
        kernel_constraint: Projection of the kernel, of `"packed"` of each.
        bias_constraint: Projection of the bias.
        parametrization: `"standard"` or `"ntk"`, as for `layers.Dense`. Defaults to
            `"standard"`.
        seed: Integer that fixes what no initializer brings a seed for. Defaults to
            `None`.
        **kwargs: `name`, `dtype`, `trainable`: the arguments of `keras.layers.Layer`.

    Call arguments:
        inputs: Float tensor.

    Input shape:
        `(batch_size, ensemble_size, input_size)`; or `(batch_size, input_size)`: each
        network gets the same.

    Output shape:
        `(batch_size, ensemble_size, units)`, in the layer's compute dtype.

    Raises:
        ValueError: If an argument is none of these, the inputs are of another shape, or
            the size of their last axis is not known when the layer is built.

    Example:

    ```python
    import keras
    import keras_mlp

    layer = keras_mlp.layers.EnsembleDense(3, 4, input_scaling="random_signs", seed=0)
    assert layer(keras.ops.ones((2, 5))).shape == (2, 4, 3)
    shapes = [tuple(weight.shape) for weight in layer.weights]
    assert shapes == [(5, 3), (4, 5), (4, 3), (4, 3)]

    packed = keras_mlp.layers.EnsembleDense(3, 4, kind="packed")
    assert packed(layer(keras.ops.ones((2, 5)))).shape == (2, 4, 3)
    assert packed.kernel.shape == (4, 3, 3)
    ```
    """

    def __init__(
        self,
        units: int,
        ensemble_size: int,
        activation: str | Callable | None = None,
        use_bias: bool = True,
        *,
        kind: str = "shared",
        input_scaling: str | None = "ones",
        output_scaling: str | None = "ones",
        feature_sizes: Sequence[int] | None = None,
        share_bias: bool = False,
        kernel_initializer: Any = None,
        bias_initializer: Any = None,
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        parametrization: str = "standard",
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        regularizer, constraint = keras.regularizers.get, keras.constraints.get
        super().__init__(
            activity_regularizer=check_known(
                "activity_regularizer", regularizer, activity_regularizer
            ),
            **kwargs,
        )
        self.units = check_positive_integer("units", units)
        self.ensemble_size = check_positive_integer("ensemble_size", ensemble_size)
        self.activation = check_known("activation", keras.activations.get, activation)
        self.use_bias = check_switch("use_bias", use_bias)
        self.kind = check_choice("kind", kind, KINDS)
        self.input_scaling = check_choice("input_scaling", input_scaling, SCALINGS)
        self.output_scaling = check_choice("output_scaling", output_scaling, SCALINGS)
        self.feature_sizes = feature_sizes
        self.share_bias = check_switch("share_bias", share_bias)
        self.parametrization = check_parametrization(parametrization)
        several = self.ensemble_size if self.packed else None
        self.kernel_initializer = check_initializer(
            "kernel_initializer", kernel_initializer, several
        )
        self.bias_initializer = check_initializer(
            "bias_initializer", bias_initializer, several
        )
        for name, get, value in (
            ("kernel_regularizer", regularizer, kernel_regularizer),
            ("bias_regularizer", regularizer, bias_regularizer),
            ("kernel_constraint", constraint, kernel_constraint),
            ("bias_constraint", constraint, bias_constraint),
        ):
            setattr(self, name, check_known(name, get, value))
        self.seed = check_seed("seed", seed)

    @property
    def packed(self) -> bool:
        """Whether each network has a kernel of its own."""
        return self.kind == "packed"

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Creates kernel, scalings and bias for inputs of this shape."""
        size = check_members(self, input_shape, self.ensemble_size)
        weights = add_weights(self, size)
        self.kernel, self.bias = weights.kernel, weights.bias
        self.input_scale, self.output_scale = weights.input_scale, weights.output_scale

    def call(self, inputs: Any) -> Any:
        """Returns the outputs of all networks."""
        check_members(self, inputs.shape, self.ensemble_size)
        outputs = inputs if len(inputs.shape) == 3 else ops.expand_dims(inputs, 1)
        if self.input_scale is not None:
            outputs = ops.multiply(outputs, self.input_scale)
        outputs = self._products(outputs)
        if self.parametrization == "ntk":
            outputs = ops.multiply(outputs, 1 / math.sqrt(inputs.shape[-1]))
        if self.output_scale is not None:
            outputs = ops.multiply(outputs, self.output_scale)
        if self.bias is not None:
            # Not `ops.add`: it takes a bias of one unit for that of channels, which
            # LiteRT cannot do.
            outputs = outputs + ops.convert_to_tensor(self.bias)
        return self.activation(as_members(outputs, self.ensemble_size))

    def _products(self, inputs: Any) -> Any:
        if self.packed:
            # Where networks share inputs, these are multiplied with each kernel.
            outputs = ops.matmul(ops.transpose(inputs, (1, 0, 2)), self.kernel)
            return ops.transpose(outputs, (1, 0, 2))
        # One product for all networks is many times faster than one for each.
        rows = ops.reshape(inputs, (-1, inputs.shape[-1]))
        outputs = ops.matmul(rows, self.kernel)
        return ops.reshape(outputs, (-1, inputs.shape[1], self.units))

    def compute_output_shape(
        self, input_shape: tuple[int | None, ...]
    ) -> tuple[int | None, ...]:
        """Returns the shape of the outputs of all networks."""
        return (input_shape[0], self.ensemble_size, self.units)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments that make this layer again."""
        sizes = self.feature_sizes
        return {
            **super().get_config(),
            **{name: getattr(self, name) for name in _PLAIN},
            "feature_sizes": None if sizes is None else list(sizes),
            "activation": keras.activations.serialize(self.activation),
            **{
                f"{weight}_{part}": each_of(
                    module.serialize, getattr(self, f"{weight}_{part}")
                )
                for weight in ("kernel", "bias")
                for part, module in _PARTS.items()
            },
            "activity_regularizer": keras.regularizers.serialize(
                self.activity_regularizer
            ),
        }
