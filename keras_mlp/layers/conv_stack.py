"""The layers of the documented convolutional autoencoder."""

from typing import Any

import keras

from keras_mlp.layers.initializers import layer_seeds, seeded_initializer


def conv_encoder(seed: int | None = None) -> list[keras.layers.Layer]:
    """Returns the layers from a `(28, 28, 1)` image to a code of 16 numbers.

    They are named `encoder_1` to `encoder_5` and `encoder_out`.

    Args:
        seed: Integer that fixes the initial weights.

    Example:

    ```python
    import keras
    from keras_mlp.layers import conv_encoder

    encoder = keras.Sequential([keras.Input((28, 28, 1)), *conv_encoder(seed=0)])
    assert encoder.output_shape == (None, 16)
    ```
    """
    seeds = layer_seeds(seed, 4)
    return [
        _conv(keras.layers.Conv2D, 16, "encoder_1", seeds[0]),
        _conv(keras.layers.Conv2D, 32, "encoder_2", seeds[1]),
        keras.layers.MaxPooling2D(3, name="encoder_3"),
        _conv(keras.layers.Conv2D, 32, "encoder_4", seeds[2]),
        _conv(keras.layers.Conv2D, 16, "encoder_5", seeds[3]),
        keras.layers.GlobalMaxPooling2D(name="encoder_out"),
    ]


def conv_decoder(seed: int | None = None) -> list[keras.layers.Layer]:
    """Returns the layers from a code of 16 numbers back to a `(28, 28, 1)` image.

    The mirror image of the encoder, named `decoder_5` to `decoder_1` and
    `decoder_out`.

    Args:
        seed: Integer that fixes the initial weights.

    Example:

    ```python
    import keras
    from keras_mlp.layers import conv_decoder

    decoder = keras.Sequential([keras.Input((16,)), *conv_decoder(seed=0)])
    assert decoder.output_shape == (None, 28, 28, 1)
    ```
    """
    # The first four seeds are the encoder's.
    seeds = layer_seeds(seed, 8)[4:]
    return [
        keras.layers.Reshape((4, 4, 1), name="decoder_5"),
        _conv(keras.layers.Conv2DTranspose, 16, "decoder_4", seeds[0]),
        _conv(keras.layers.Conv2DTranspose, 32, "decoder_3", seeds[1]),
        keras.layers.UpSampling2D(3, name="decoder_2"),
        _conv(keras.layers.Conv2DTranspose, 16, "decoder_1", seeds[2]),
        _conv(keras.layers.Conv2DTranspose, 1, "decoder_out", seeds[3]),
    ]


def _conv(layer_class: Any, filters: int, name: str, seed: int | None) -> Any:
    return layer_class(
        filters,
        3,
        activation="relu",
        kernel_initializer=seeded_initializer("glorot_uniform", seed),
        name=name,
    )
