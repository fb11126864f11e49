"""A convolutional autoencoder, as a subclassed model."""

from typing import Any

import keras

from keras_mlp.layers import conv_decoder, conv_encoder
from keras_mlp.models.inspectable import Inspectable
from keras_mlp.models.model import Model
from keras_mlp.models.sequential import Sequential
from keras_mlp.serializable import serializable


@serializable
class ConvAutoencoder(Inspectable, Model):
    """Convolutional autoencoder of 28 x 28 images, with a code of 16 numbers.

    Its halves are models of their own, `encoder` and `decoder`: they can be
    called, saved and exported alone, and they are trained with the whole.

    Args:
        seed: Integer that fixes the initial weights. Defaults to `None`.
        **kwargs: `name`, `dtype`, `trainable`.

    Input shape:
        `(batch_size, 28, 28, 1)`, between 0 and 1.

    Output shape:
        `(batch_size, 28, 28, 1)`, 0 or more.

    Example:

    ```python
    import keras
    import keras_mlp

    model = keras_mlp.models.ConvAutoencoder(seed=0)
    model.compile(optimizer="adam", loss="mean_squared_error")
    images = keras.random.uniform((8, 28, 28, 1), seed=0)
    history = model.fit(images, images, verbose=0)
    assert model.encoder(images).shape == (8, 16)
    assert model.decoder(model.encoder(images)).shape == images.shape
    ```
    """

    def __init__(self, seed: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.seed = seed
        self.encoder = Sequential(
            [keras.Input((28, 28, 1), name="original_img"), *conv_encoder(seed)],
            name="encoder",
        )
        self.decoder = Sequential(
            [keras.Input((16,), name="encoded_img"), *conv_decoder(seed)],
            name="decoder",
        )

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Does nothing: both halves are built when they are made."""

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        """Returns the reconstruction of the images."""
        return self.decoder(self.encoder(inputs, training=training), training=training)

    def compute_output_shape(
        self, input_shape: tuple[int | None, ...]
    ) -> tuple[int | None, ...]:
        """Returns the inputs' shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments that make this model again."""
        return {**super().get_config(), "seed": self.seed}
