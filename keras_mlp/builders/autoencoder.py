"""The convolutional autoencoder, built with the Functional interface."""

from typing import NamedTuple

import keras

from keras_mlp.layers import conv_decoder, conv_encoder
from keras_mlp.models import Functional, Model
from keras_mlp.validation import check_switch


class Autoencoder(NamedTuple):
    """An autoencoder and its two halves, which share its weights.

    Example:

    ```python
    import keras_mlp

    parts = keras_mlp.builders.conv_autoencoder(seed=0)
    assert isinstance(parts, keras_mlp.builders.Autoencoder)
    assert parts.encoder.output_shape == (None, 16)
    ```
    """

    autoencoder: Functional
    encoder: Functional
    decoder: Functional


def conv_autoencoder(*, composed: bool = False, seed: int | None = None) -> Autoencoder:
    """Returns the documented convolutional autoencoder for 28 x 28 images.

    The two documented ways differ in what is built first. As one chain, the
    autoencoder runs through every layer from image to reconstruction, and the
    halves are further models over the same layers. Composed, the halves are
    built first, and the autoencoder is a model of two layers: the halves. Either
    way, training the autoencoder trains the halves.

    Args:
        composed: Whether the halves are built first. Defaults to `False`.
        seed: Integer that fixes the initial weights.

    Returns:
        Named tuple of three Functional models: `autoencoder`,
        `(batch_size, 28, 28, 1)` to the same; `encoder`, to `(batch_size, 16)`;
        `decoder`, from there back.

    Example:

    ```python
    import keras
    import keras_mlp

    autoencoder, encoder, decoder = keras_mlp.builders.conv_autoencoder()
    codes = encoder(keras.ops.ones((2, 28, 28, 1)))
    assert codes.shape == (2, 16)
    assert decoder(codes).shape == (2, 28, 28, 1)
    ```
    """
    encoder_layers = conv_encoder(seed)
    decoder_layers = conv_decoder(seed)
    image = keras.Input((28, 28, 1), name="original_img")
    code = keras.Input((16,), name="encoded_img")
    encoded = _chain(image, encoder_layers)
    encoder = Model(image, encoded, name="encoder")
    decoder = Model(code, _chain(code, decoder_layers), name="decoder")
    if check_switch("composed", composed):
        reconstruction = decoder(encoder(image))
    else:
        reconstruction = _chain(encoded, decoder_layers)
    autoencoder = Model(image, reconstruction, name="autoencoder")
    return Autoencoder(autoencoder, encoder, decoder)


def _chain(tensor: keras.KerasTensor, layers: list[keras.layers.Layer]) -> object:
    for layer in layers:
        tensor = layer(tensor)
    return tensor
