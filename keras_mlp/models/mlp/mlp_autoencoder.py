"""An autoencoder of two mirrored multilayer perceptrons."""

from collections.abc import Callable, Sequence
from typing import Any

import keras

from keras_mlp.layers import MLP
from keras_mlp.layers.mlp_block.mlp_options import resolve_activation
from keras_mlp.models.default_compile import DefaultCompile
from keras_mlp.models.inspectable import Inspectable
from keras_mlp.models.mlp.mlp_model import options_config, set_options
from keras_mlp.models.model import Model
from keras_mlp.serializable import serializable
from keras_mlp.validation import check_known, check_switch, check_units


@serializable
class MLPAutoencoder(DefaultCompile, Inspectable, Model):
    """Autoencoder: a multilayer perceptron to a short code, and one back.

    The decoder is the encoder's `reverse`, so you pass the widths only once. With
    `tied=True` the decoder has the kernels of the encoder, transposed, and its own
    biases. That is half the number of weights, and both halves train them.

    `compile()` without a loss chooses the mean squared error.

    Args:
        hidden_units: Sequence of positive integers, the width of each layer of the
            encoder. The last is the size of the code.
        tied: Whether both halves share their kernels. Defaults to `False`.
        activation: Activation of the layers between inputs, code and outputs.
            Defaults to `"relu"`.
        code_activation: Activation of the code. Defaults to `None`.
        final_activation: Activation of the outputs, such as `"sigmoid"` for numbers
            between 0 and 1. Defaults to `None`.
        name: Name of the model. Defaults to one that Keras makes.
        dtype: Dtype or dtype policy. Defaults to Keras' own.
        trainable: Whether the weights are trained. Defaults to `True`.
        **options: The other options of `layers.MLP`, of both halves, such as
            `dropout`, `normalization`, `residual`, `gate`, `kernel_initializer`,
            `kernel_regularizer` and `seed`.

    Attributes:
        encoder: The `layers.MLP` from inputs to code.
        decoder: The one from code to outputs. It is made when the model is built,
            as the width of the inputs is not known before; until then it is `None`.

    Input shape:
        `(batch_size, ..., features)`.

    Output shape:
        That of the inputs.

    Raises:
        ValueError: If `hidden_units` is empty, a number of units is not a positive
            integer, or an option is none of `layers.MLP`.

    Example:

    ```python
    import keras_mlp

    model = keras_mlp.models.MLPAutoencoder(
        [128, 16], tied=True, final_activation="sigmoid", seed=0
    )
    model.compile()
    images = keras_mlp.data.load("mnist_5k").map(lambda image, label: (image, image))
    loss = model.fit(images, epochs=1, verbose=0).history["loss"]
    assert loss[0] < 0.1

    batch, _ = next(iter(images))
    assert model.encoder(batch).shape == (32, 16)
    assert model.decoder(model.encoder(batch)).shape == (32, 784)
    ```
    """

    decoder: Any = None

    def __init__(
        self,
        hidden_units: Sequence[int],
        tied: bool = False,
        activation: str | Callable | None = "relu",
        code_activation: str | Callable | None = None,
        final_activation: str | Callable | None = None,
        *,
        name: str | None = None,
        dtype: Any = None,
        trainable: bool = True,
        **options: Any,
    ) -> None:
        super().__init__(name=name, dtype=dtype, trainable=trainable)
        self.tied = check_switch("tied", tied)
        self.hidden_units = check_units("hidden_units", hidden_units)
        if not self.hidden_units:
            raise ValueError(
                "Argument `hidden_units` must hold the size of the code at least. "
                f"Received: hidden_units={hidden_units!r}. Pass a list such as [32]."
            )
        self.encoder = MLP(
            self.hidden_units,
            activation=activation,
            final_activation=resolve_activation(code_activation, "code_activation"),
            dtype=self.dtype_policy,
            name="encoder",
            **options,
        )
        set_options(self, self.encoder)
        self.code_activation = self.encoder.final_activation
        self.final_activation = check_known(
            "final_activation", keras.activations.get, final_activation
        )
        self.supports_masking = True

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Builds the encoder, makes the decoder, and builds it."""
        self.encoder.build(input_shape)
        self.decoder = self.encoder.reverse(
            tied=self.tied, final_activation=self.final_activation, name="decoder"
        )
        self.decoder.build(self.encoder.compute_output_shape(input_shape))

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        """Returns the inputs, as the code lets the decoder know them."""
        code = self.encoder(inputs, training=training)
        return self.decoder(code, training=training)

    def compute_output_shape(
        self, input_shape: tuple[int | None, ...]
    ) -> tuple[int | None, ...]:
        """Returns the inputs' shape."""
        return input_shape

    def default_loss(self) -> keras.losses.Loss:
        """Returns the mean squared error."""
        return keras.losses.MeanSquaredError()

    def default_metrics(self) -> list[keras.metrics.Metric]:
        """Returns no metric beside the loss."""
        return []

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments that make this model again."""
        options = options_config(self.encoder)
        return {
            **super().get_config(),
            **options,
            "hidden_units": list(self.hidden_units),
            "tied": self.tied,
            "code_activation": options["final_activation"],
            "final_activation": keras.activations.serialize(self.final_activation),
        }
