"""Keeps what was quantized inside a layer, when that is saved and made again.

A layer's configuration says how it is made, in floats. What `quantize` did to the
layers inside is part of how it was built since.
"""

from typing import Any

import keras

_KEY = "quantized"


def with_quantization(
    layer: keras.layers.Layer, config: dict[str, Any] | None
) -> dict[str, Any] | None:
    """Returns a configuration of how a layer was built, with what is quantized in it.

    Args:
        layer: A layer or model.
        config: What its class returns for `get_build_config`.
    """
    quantized = {
        str(index): {
            "mode": inside.quantization_mode,
            "config": keras.saving.serialize_keras_object(
                getattr(inside, "quantization_config", None)
            ),
        }
        for index, inside in enumerate(layer._flatten_layers(include_self=False))
        if inside.quantization_mode is not None
    }
    return {**(config or {}), _KEY: quantized} if quantized else config


def quantize_again(layer: keras.layers.Layer, config: dict[str, Any]) -> None:
    """Quantizes the layers inside that `with_quantization` noted.

    Args:
        layer: The layer or model, built as the one that was noted.
        config: What `with_quantization` returned.
    """
    inside = list(layer._flatten_layers(include_self=False))
    for index, noted in config.get(_KEY, {}).items():
        # Keras 3.12 has no such argument.
        how = keras.saving.deserialize_keras_object(noted["config"])
        arguments = {} if how is None else {"config": how}
        inside[int(index)].quantize(noted["mode"], **arguments)
