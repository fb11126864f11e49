"""The multilayer perceptron as one layer."""

import functools
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import keras

from keras_mlp.layers.dense import Dense
from keras_mlp.layers.ensembles.ensemble_dense import EnsembleDense
from keras_mlp.layers.mlp_block.consecutive_layers import ConsecutiveLayers
from keras_mlp.layers.mlp_block.make_parts import make_parts
from keras_mlp.layers.mlp_block.mlp_options import (
    OPTIONS,
    resolve_activation,
    resolve_units,
    resolved,
    serialized,
)
from keras_mlp.layers.mlp_block.network_options import check_ensemble
from keras_mlp.layers.mlp_block.reversal import reversed_arguments
from keras_mlp.layers.sharing import make_copy
from keras_mlp.serializable import serializable
from keras_mlp.validation import check_seed, check_switch


@serializable
class MLP(ConsecutiveLayers):
    """Multilayer perceptron: fully connected layers, one after the other.

    All layers except the last are hidden layers. A hidden layer computes, in this fixed
    order: the matrix product and the bias, the normalization, the activation or the
    gate, the dropout, and the addition of its inputs (`residual`). The last layer
    computes the product, the bias and `final_activation`.

    For an option of every layer, pass one value for all layers, or a list with one for
    each layer. For an option of the hidden layers, pass one value, or a list with one
    for each hidden layer. Layers never share an object that you pass: each gets its own
    copy of an initializer, and no two draw the same numbers.

    Args:
        units: Width of each layer, a list of positive integers; the last is the
            width of the outputs. One integer is one layer. With an empty list the
            block is the identity.
        activation: Activation of the hidden layers: a name, a callable or a layer,
            which is copied. `None` is the identity. Defaults to `"relu"`.
        final_activation: Activation of the last layer. Defaults to `None`.
        use_bias: Whether each layer adds a bias. Defaults to `True`.
        use_final_bias: `use_bias` of the last layer. Defaults to `None`: as it says.
        kernel_initializer: Initializer of each layer's kernels. Defaults to `None`:
            `"lecun_normal"` for layers with the activation `"selu"`,
            `"glorot_uniform"` for others; with `parametrization="ntk"` a normal
            distribution of deviation 1.
        bias_initializer: Initializer of each layer's bias. Defaults to `None`:
            `"zeros"`; with `parametrization="ntk"` as for the kernels.
        kernel_regularizer: Penalty on each layer's kernels.
        bias_regularizer: Penalty on each layer's bias.
        activity_regularizer: Penalty on what each layer's activation or gate returns,
            before the dropout; in the dtype of the weights under a mixed policy.
        kernel_constraint: Projection applied to kernels after each update.
        bias_constraint: Projection applied to biases after each update.
        dropout: Share of its outputs that a hidden layer drops while training,
            from 0 up to 1: `keras.layers.Dropout`, or `AlphaDropout` with `"selu"`. Or
            a schedule of it: `layers.ScheduledDropout`. Defaults to `0.0`.
        normalization: Normalization of the hidden layers: `None`, `"batch"`,
            `"layer"`, `"rms"`, a layer, which is copied, or a callable that takes
            nothing and makes a layer, such as `keras.layers.GroupNormalization`.
            Defaults to `None`.
        residual: Whether a hidden layer adds its inputs to its outputs. `True`
            does where both are as wide; `"project"` multiplies the inputs by a
            kernel where they are not. Defaults to `False`.
        gate: Gate of the hidden layers: `None`, `"glu"`, `"swiglu"` or `"geglu"`.
            It takes the place of the activation: the product and bias is
            multiplied by a second one, to which the logistic function, SiLU or
            GELU is applied. Defaults to `None`.
        parametrization: `"standard"` or `"ntk"`, as for `layers.Dense`, of each layer.
            Defaults to `"standard"`.
        spectral_normalization: Whether `keras.layers.SpectralNormalization` divides
            the kernel of each layer by its largest singular value in each training
            step. Gates and projections stay as they are. Defaults to `False`.
        ensemble: Number of networks, to make as many of these blocks in one, of which
            none shares a weight with another. Defaults to `None`: one.
        seed: Integer that fixes the initial weights, unless an initializer brings
            a seed of its own, and the dropout. Defaults to `None`.
        **kwargs: `name`, `dtype`, `trainable`: the arguments of
            `keras.layers.Layer`. The children get the same dtype policy.

    Attributes:
        layers: The layers inside, in their order of use, by names with the number of
            the layer: `dense_0`, `normalization_0`, `gate_0`, `activation_0`,
            `dropout_0`, `projection_0`, `dense_1`, and so on, where they are needed.
        normalization_order: What a hidden layer does, in its fixed order.

    Call arguments:
        inputs: Float tensor of rank 2 or more. Its mask is passed on unchanged, and to
            normalization layers that take one.
        training: Whether dropout drops and batch normalization uses the batch.
        mask: Mask of the inputs, if they do not bring it.

    Input shape:
        `(batch_size, ..., input_size)`; with an ensemble `(batch_size, input_size)`,
        which all networks get, or `(batch_size, ensemble, input_size)`.

    Output shape:
        `(batch_size, ..., units[-1])`; or `(batch_size, ensemble, units[-1])`.

    Raises:
        ValueError: If an option is out of range, or a list of the wrong length.

    Example:

    ```python
    import keras
    import keras_mlp

    mlp = keras_mlp.layers.MLP([64, 10], dropout=0.2, normalization="layer")
    assert mlp(keras.ops.ones((2, 784))).shape == (2, 10)
    names = [layer.name for layer in mlp.layers]
    assert names[:4] == ["dense_0", "normalization_0", "activation_0", "dropout_0"]
    assert mlp.count_params() == 784 * 64 + 64 + 2 * 64 + 64 * 10 + 10
    ```
    """

    # What `reverse(tied=True)` makes. `TiedMLP`, an `MLP` itself, puts itself here.
    _tied_class: ClassVar[type["MLP"]]

    def __init__(
        self,
        units: int | Sequence[int],
        activation: Any = "relu",
        final_activation: str | Callable | None = None,
        use_bias: bool | Sequence[bool] = True,
        use_final_bias: bool | None = None,
        kernel_initializer: Any = None,
        bias_initializer: Any = None,
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        dropout: Any = 0.0,
        normalization: Any = None,
        residual: Any = False,
        gate: Any = None,
        parametrization: str | Sequence[str] = "standard",
        spectral_normalization: bool | Sequence[bool] = False,
        ensemble: int | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        arguments = {**locals()}
        super().__init__(**kwargs)
        widths = resolve_units(units)
        self.ensemble = ensemble = check_ensemble(ensemble, widths)
        self.final_activation = resolve_activation(final_activation, "final_activation")
        if use_final_bias is not None:
            use_final_bias = check_switch("use_final_bias", use_final_bias)
        self.use_final_bias = use_final_bias
        self.seed = seed = check_seed("seed", seed)
        # Set by a tied block that shares kernels with this one.
        self.shared_key: str | None = None
        given = resolved(**{name: arguments[name] for name in OPTIONS})
        last = (self.final_activation, use_final_bias)
        all_parts, given["normalization"] = make_parts(
            widths, given, last, seed, ensemble, self.dtype_policy, self._layer_class
        )
        # Keras would apply an `activity_regularizer` of the block to its outputs.
        self._layer_activity_regularizer = given.pop("activity_regularizer")
        for name, value in given.items():
            setattr(self, name, value)
        self.consist_of(widths, all_parts)

    def reverse(self, tied: bool = False, **options: Any) -> "MLP":
        """Returns the mirrored block: from this one's outputs back to its inputs.

        Its widths are those of this block in reverse, then the width of this
        block's inputs. It has the options of this block, lists of them in reverse,
        and weights of its own.

        Args:
            tied: Whether its kernels are those of this block, transposed: the same
                variables, so training either block changes both, and freezing either
                freezes the kernels in both. Biases, gates, projections and
                normalizations are its own in any case. Defaults to `False`.
            **options: Arguments of `MLP` that should be different, such as
                `final_activation="sigmoid"` or `name`.

        Returns:
            `MLP`, or `TiedMLP` where `tied`, not built yet.

        Raises:
            ValueError: If this block is not built: the width of its inputs is then
                not known. Or if it is tied itself, and `tied` asked for.

        Example:

        ```python
        import keras
        import keras_mlp

        encoder = keras_mlp.layers.MLP([256, 32])
        encoder.build((None, 784))
        decoder = encoder.reverse(tied=True, final_activation="sigmoid")
        assert decoder.units == [256, 784]

        model = keras_mlp.Sequential([keras.Input((784,)), encoder, decoder])
        # Each kernel counts once.
        assert model.count_params() == 784 * 256 + 256 * 32 + 256 + 32 + 256 + 784
        ```
        """
        arguments = reversed_arguments(self, options)
        return self._make_tied(arguments) if tied else MLP(**arguments)

    def _layer_class(self, number: int, part: str) -> Callable[..., keras.layers.Layer]:
        """Returns what makes a part with a kernel of the layer of this number."""
        if self.ensemble is None:
            return Dense
        return functools.partial(
            EnsembleDense, ensemble_size=self.ensemble, kind="packed"
        )

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments that make this layer again."""
        given = {name: getattr(self, name, None) for name in OPTIONS}
        given["activity_regularizer"] = self._layer_activity_regularizer
        # By this, what is made from the configuration of a tied block finds its source.
        key = self.shared_key
        return {
            **super().get_config(),
            **({} if key is None else {"shared_key": key}),
            "units": list(self.units),
            "final_activation": OPTIONS["activation"].serialize(self.final_activation),
            "use_final_bias": self.use_final_bias,
            **serialized(given),
            "ensemble": self.ensemble,
            "seed": self.seed,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "MLP":
        """Makes the layer; a tied one, made from its own configuration, finds it."""
        config = dict(config)
        key = config.pop("shared_key", None)
        return make_copy(key, functools.partial(super().from_config, config))

    def _make_tied(self, arguments: dict[str, Any]) -> "MLP":
        """Makes the block of these arguments that has the kernels of this one."""
        # Shared kernels are normalized once.
        arguments["spectral_normalization"] = False
        return MLP._tied_class(source=self, **arguments)
