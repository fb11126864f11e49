"""The fully connected layer whose kernel is another layer's."""

from typing import Any

import keras
from keras import ops

from keras_mlp.layers.dense import Dense
from keras_mlp.serializable import serializable


@serializable
class TiedDense(Dense):
    """Fully connected layer whose kernel is another layer's, transposed.

    It computes `activation(inputs @ transpose(kernel) + bias)`: from the width of
    the other layer's outputs back to that of its inputs. The bias is its own. `tie`
    says whose the kernel is, before the layer is built. `TiedMLP` is made of these.

    Args:
        units: As for `Dense`, and so are all others. The initializer, regularizer
            and constraint of the kernel have no effect: they belong to the layer
            that made the kernel.
        **kwargs: The other arguments of `Dense`.

    Raises:
        ValueError: If the layer is built before it is tied, or for inputs that the
            kernel does not fit.

    Example:

    ```python
    import keras
    from keras_mlp.layers import Dense
    from keras_mlp.layers.tied_dense import TiedDense

    there, back = Dense(3), TiedDense(5)
    outputs = there(keras.ops.ones((2, 5)))
    back.tie(there.kernel)
    assert back(outputs).shape == (2, 5)
    assert back.kernel is there.kernel
    ```
    """

    def tie(self, kernel: keras.Variable) -> None:
        """Makes `kernel`, of shape `(units, input_size)`, this layer's kernel."""
        self.tied_kernel = kernel

    @property
    def kernel(self) -> keras.Variable:
        """The other layer's kernel."""
        return self.tied_kernel

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Creates the bias, for inputs of this shape."""
        input_size = input_shape[-1]
        kernel = getattr(self, "tied_kernel", None)
        shape = None if kernel is None else tuple(kernel.shape)
        if shape != (self.units, input_size):
            raise ValueError(
                f"Layer '{self.name}' needs a kernel of another layer, of shape "
                f"{(self.units, input_size)}, before it is built. "
                f"Received: kernel of shape {shape}. Give it one with `tie`."
            )
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

    def _factor(self) -> Any:
        """Returns the other layer's kernel, transposed."""
        return ops.transpose(self.kernel)

    def enable_lora(self, *args: Any, **kwargs: Any) -> None:
        """Refuses: the kernel is another layer's."""
        raise ValueError(
            f"Layer '{self.name}' has no kernel of its own to add an update to. "
            "Received: a call of `enable_lora`. Call it on the kernel's own layer."
        )

    # Those of every Keras layer: Dense's own know kernels that it made.
    def save_own_variables(self, store: Any) -> None:
        """Writes the kernel and the bias to a file."""
        super(keras.layers.Dense, self).save_own_variables(store)

    def load_own_variables(self, store: Any) -> None:
        """Reads the kernel and the bias from a file."""
        super(keras.layers.Dense, self).load_own_variables(store)
