"""The fully connected layer, written out."""

import math
from collections.abc import Callable
from typing import Any

import keras
from keras import ops

from keras_mlp.serializable import serializable
from keras_mlp.validation import (
    check_choice,
    check_known,
    check_positive_integer,
    check_switch,
)

PARAMETRIZATIONS = ("standard", "ntk")


@serializable
class Dense(keras.layers.Dense):
    """Fully connected layer: `activation(inputs @ kernel + bias)`.

    A drop-in replacement for `keras.layers.Dense`, and one of its kind: the same
    arguments, defaults, weights and files. LoRA (`enable_lora`) and quantization
    (`quantize`) are Keras' own. What is computed without them is the documented idea,
    in `call`.

    Args:
        units: Positive integer of any integer type, the size of the output's
            last axis.
        activation: Name of an activation, or a callable. `None` is the
            identity. Defaults to `None`.
        use_bias: Whether a bias is added. Defaults to `True`.
        kernel_initializer: Initializer of the kernel. Defaults to `None`:
            `"glorot_uniform"`, or with `parametrization="ntk"` a normal distribution
            of deviation 1.
        bias_initializer: Initializer of the bias. Defaults to `None`: `"zeros"`, or
            with `parametrization="ntk"` the same as the kernel.
        kernel_regularizer: Penalty on the kernel, added to the model's loss.
        bias_regularizer: Penalty on the bias.
        activity_regularizer: Penalty on the layer's output.
        kernel_constraint: Projection applied to the kernel after each update.
        bias_constraint: Projection applied to the bias after each update.
        lora_rank: Rank of the update that is trained instead of the kernel, from the
            first call on. Defaults to `None`: the kernel itself is trained.
        lora_alpha: The update counts `lora_alpha / lora_rank` times. Defaults to
            `lora_rank`.
        parametrization: `"standard"`, or `"ntk"`: the product is divided by the square
            root of the number of inputs, and the kernel starts without that factor. So
            layers of all widths learn at the same rate: Jacot et al., "Neural Tangent
            Kernel", 2018, https://arxiv.org/abs/1806.07572. Defaults to `"standard"`.
        **kwargs: `name`, `dtype` (a dtype or a `keras.DTypePolicy`), `trainable`, and
            whatever else `keras.layers.Dense` takes.

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
        kernel_initializer: Any = None,
        bias_initializer: Any = None,
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        lora_rank: int | None = None,
        lora_alpha: float | None = None,
        parametrization: str = "standard",
        **kwargs: Any,
    ) -> None:
        check_parametrization(parametrization)
        if kernel_initializer is None:
            kernel_initializer = default_initializers(parametrization)[0]
        if bias_initializer is None:
            bias_initializer = default_initializers(parametrization)[1]
        regularizer, constraint = keras.regularizers.get, keras.constraints.get
        checked = {
            name: check_known(name, get, value)
            for name, get, value in (
                ("activation", keras.activations.get, activation),
                ("kernel_initializer", keras.initializers.get, kernel_initializer),
                ("bias_initializer", keras.initializers.get, bias_initializer),
                ("kernel_regularizer", regularizer, kernel_regularizer),
                ("bias_regularizer", regularizer, bias_regularizer),
                ("activity_regularizer", regularizer, activity_regularizer),
                ("kernel_constraint", constraint, kernel_constraint),
                ("bias_constraint", constraint, bias_constraint),
            )
        }
        if lora_rank is not None:
            lora_rank = check_positive_integer("lora_rank", lora_rank)
        super().__init__(
            check_positive_integer("units", units),
            use_bias=check_switch("use_bias", use_bias),
            lora_rank=lora_rank,
            lora_alpha=lora_alpha,
            **checked,
            **kwargs,
        )
        self.parametrization = parametrization

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Creates the kernel and the bias for inputs of this shape."""
        if input_shape[-1] is None:
            raise ValueError(
                f"Layer '{self.name}' needs to know the size of its inputs' last "
                "axis to create its kernel. "
                f"Received: input_shape={tuple(input_shape)}. Give the last axis "
                "a size, for example with `keras.Input((784,))`."
            )
        super().build(input_shape)

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        """Returns `activation(inputs @ kernel + bias)`."""
        outputs = self.product(inputs)
        if self.bias is not None:
            outputs = ops.add(outputs, self.bias)
        return self.activation(outputs)

    def product(self, inputs: Any) -> Any:
        """Returns `inputs @ kernel`, divided as the parametrization says.

        Args:
            inputs: As for a call.
        """
        kernel = self._factor()
        # `ops.matmul` rather than `@`: it also takes sparse inputs.
        outputs = ops.matmul(inputs, kernel)
        if self.parametrization == "standard":
            return outputs
        return ops.multiply(outputs, 1 / math.sqrt(kernel.shape[0]))

    def _factor(self) -> Any:
        """Returns the matrix that inputs are multiplied by."""
        return self.kernel

    def __setattr__(self, name: str, value: Any) -> None:
        # `layer.activation = None` is the identity too, as it is in the constructor.
        if name == "activation" and value is None:
            value = keras.activations.linear
        super().__setattr__(name, value)

    def quantize(
        self, mode: str | None = None, type_check: bool = True, **kwargs: Any
    ) -> None:
        """Replaces the kernel by one of small integers, as Keras does."""
        if type_check and type(self) is not Dense:
            raise NotImplementedError(
                f"Only `keras_mlp.layers.Dense` itself is quantized. Received: layer "
                f"'{self.name}' of class {type(self).__name__}, which may compute "
                "something else. Pass `type_check=False` if it does not."
            )
        if self.parametrization != "standard":
            raise NotImplementedError(
                "Only layers of the standard parametrization are quantized. Received: "
                f"layer '{self.name}' with parametrization={self.parametrization!r}. "
                "Leave it as it is."
            )
        super().quantize(mode, type_check=False, **kwargs)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments that make this layer again."""
        config = super().get_config()
        # Keras 3.12 takes no such argument: a file says nothing of it without need.
        if config.get("quantization_config") is None:
            config.pop("quantization_config", None)
        # `keras.layers.Dense` takes no such argument, and is the same layer without.
        if self.parametrization != "standard":
            config["parametrization"] = self.parametrization
        return config


def check_parametrization(value: Any) -> str:
    """Returns a parametrization that there is.

    Args:
        value: What the caller passed.

    Raises:
        ValueError: If it is none.
    """
    return check_choice("parametrization", value, PARAMETRIZATIONS)


def default_initializers(parametrization: str) -> tuple[Any, Any]:
    """Returns the initializers of kernel and bias where none are given.

    Args:
        parametrization: One of `PARAMETRIZATIONS`.
    """
    if parametrization == "standard":
        return "glorot_uniform", "zeros"
    # Objects of their own: one would give both the same numbers.
    normal = keras.initializers.RandomNormal
    return normal(stddev=1.0), normal(stddev=1.0)
