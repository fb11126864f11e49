"""The fully connected layer, written out."""

from collections.abc import Callable
from typing import Any

import keras
from keras import ops

from keras_mlp.validation import check_known, check_positive_integer, check_switch


@keras.saving.register_keras_serializable(package="keras_mlp")
class Dense(keras.layers.Layer):
    """Fully connected layer: `activation(inputs @ kernel + bias)`.

    A drop-in replacement for `keras.layers.Dense`: the same arguments, the same
    defaults and the same weights in the same order, so that weights can be
    moved between the two. What it leaves out is quantization and LoRA; what is
    left is the documented idea, on one screen.

    Args:
        units: Positive integer of any integer type, the size of the output's
            last axis.
        activation: Name of an activation, or a callable. `None` is the
            identity. Defaults to `None`.
        use_bias: Whether a bias is added. Defaults to `True`.
        kernel_initializer: Initializer of the kernel. Defaults to
            `"glorot_uniform"`.
        bias_initializer: Initializer of the bias. Defaults to `"zeros"`.
        kernel_regularizer: Penalty on the kernel, added to the model's loss.
        bias_regularizer: Penalty on the bias.
        activity_regularizer: Penalty on the layer's output.
        kernel_constraint: Projection applied to the kernel after each update.
        bias_constraint: Projection applied to the bias after each update.
        **kwargs: `name`, `dtype` (a dtype or a `keras.DTypePolicy`),
            `trainable`: the arguments of `keras.layers.Layer`.

    Call arguments:
        inputs: Float tensor of rank 2 or more, dense, or a sparse tensor of
            rank 2. A mask on the inputs is passed on unchanged.

    Input shape:
        `(batch_size, ..., input_size)`.

    Output shape:
        `(batch_size, ..., units)`, in the layer's compute dtype.

    Raises:
        ValueError: If `units` is not a positive integer, or the size of the
            inputs' last axis is not known when the layer is built.

    Example:

    ```python
    import keras
    import keras_mlp

    layer = keras_mlp.layers.Dense(3, activation="relu")
    outputs = layer(keras.ops.ones((2, 4)))
    assert outputs.shape == (2, 3)
    assert [tuple(weight.shape) for weight in layer.weights] == [(4, 3), (3,)]
    ```
    """

    def __init__(
        self,
        units: int,
        activation: str | Callable | None = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        units = check_positive_integer("units", units)
        super().__init__(
            activity_regularizer=check_known(
                "activity_regularizer", keras.regularizers.get, activity_regularizer
            ),
            **kwargs,
        )
        self.units = units
        self.activation = check_known("activation", keras.activations.get, activation)
        self.use_bias = check_switch("use_bias", use_bias)
        for name, get, value in (
            ("kernel_initializer", keras.initializers.get, kernel_initializer),
            ("bias_initializer", keras.initializers.get, bias_initializer),
            ("kernel_regularizer", keras.regularizers.get, kernel_regularizer),
            ("bias_regularizer", keras.regularizers.get, bias_regularizer),
            ("kernel_constraint", keras.constraints.get, kernel_constraint),
            ("bias_constraint", keras.constraints.get, bias_constraint),
        ):
            setattr(self, name, check_known(name, get, value))
        self.input_spec = keras.layers.InputSpec(min_ndim=2)
        self.supports_masking = True

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Creates the kernel and the bias for inputs of this shape."""
        input_size = input_shape[-1]
        if input_size is None:
            raise ValueError(
                f"Layer '{self.name}' needs to know the size of its inputs' last "
                "axis to create its kernel. "
                f"Received: input_shape={tuple(input_shape)}. Give the last axis "
                "a size, for example with `keras.Input((784,))`."
            )
        self.kernel = self._make_kernel(input_size)
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(
                name="bias",
                shape=(self.units,),
                initializer=self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
            )
        self.input_spec = keras.layers.InputSpec(min_ndim=2, axes={-1: input_size})

    def _make_kernel(self, input_size: int) -> keras.Variable:
        return self.add_weight(
            name="kernel",
            shape=(input_size, self.units),
            initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )

    def call(self, inputs: Any) -> Any:
        """Returns `activation(inputs @ kernel + bias)`."""
        # `ops.matmul` rather than `@`: it also takes sparse inputs.
        outputs = ops.matmul(inputs, self.kernel)
        if self.bias is not None:
            outputs = ops.add(outputs, self.bias)
        return self.activation(outputs)

    def compute_output_shape(
        self, input_shape: tuple[int | None, ...]
    ) -> tuple[int | None, ...]:
        """Returns the inputs' shape with `units` as its last axis."""
        return (*input_shape[:-1], self.units)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments that make this layer again."""
        return {
            **super().get_config(),
            "units": self.units,
            "activation": keras.activations.serialize(self.activation),
            "use_bias": self.use_bias,
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
            "bias_initializer": keras.initializers.serialize(self.bias_initializer),
            "kernel_regularizer": keras.regularizers.serialize(self.kernel_regularizer),
            "bias_regularizer": keras.regularizers.serialize(self.bias_regularizer),
            "activity_regularizer": keras.regularizers.serialize(
                self.activity_regularizer
            ),
            "kernel_constraint": keras.constraints.serialize(self.kernel_constraint),
            "bias_constraint": keras.constraints.serialize(self.bias_constraint),
        }
