"""The normalization layers of an `MLP`, made of what its caller passed."""

from typing import Any

import keras

from keras_mlp.validation import check_choice, per_layer

NORMALIZATIONS = {
    "batch": keras.layers.BatchNormalization,
    "layer": keras.layers.LayerNormalization,
    "rms": keras.layers.RMSNormalization,
}


def check_normalization(value: Any) -> Any:
    """Returns what a caller passed, if a layer might be made of it.

    Args:
        value: As for `make_normalization`.

    Raises:
        ValueError: If it is of no such kind.
    """
    if isinstance(value, str):
        return check_choice("normalization", value, tuple(NORMALIZATIONS))
    if value is None or callable(value) or isinstance(value, dict):
        return value
    raise _no_normalization(value)


def make_normalization(
    value: Any, name: str, policy: keras.DTypePolicy
) -> keras.layers.Layer | None:
    """Returns a normalization layer of its own for one layer of the network.

    Args:
        value: `None`, a name, a layer or its configuration, or a callable that makes
            a layer.
        name: The layer's name.
        policy: The dtype policy of the layer, unless it has another one.

    Raises:
        ValueError: If no layer can be made from `value`.
    """
    if value is None:
        return None
    if isinstance(value, str):
        return NORMALIZATIONS[check_normalization(value)](name=name, dtype=policy)
    if isinstance(value, dict):
        layer = keras.saving.deserialize_keras_object(value)
    elif isinstance(value, keras.layers.Layer):
        layer = type(value).from_config(value.get_config())
    else:
        layer = value() if callable(value) else None
    if not isinstance(layer, keras.layers.Layer) or layer.weights:
        raise _no_normalization(value)
    # A configuration of ours holds the policy that was decided on before.
    if (
        not isinstance(value, dict)
        and layer.dtype_policy == keras.config.dtype_policy()
    ):
        layer.dtype_policy = policy
    layer.name = name
    return layer


def normalization_config(given: Any, made: list[keras.layers.Layer | None]) -> Any:
    """Returns what makes the same normalizations again.

    A callable cannot be written to a file; the layers that it made can.

    Args:
        given: The argument `normalization`.
        made: What was made of it for each hidden layer.

    Raises:
        ValueError: If one layer is there twice.
    """
    if given is None or isinstance(given, str):
        return given
    layers = [layer for layer in made if layer is not None]
    if len(set(map(id, layers))) < len(layers):
        raise ValueError(
            "Argument `normalization` must make a new layer each time it is called. "
            f"Received: normalization={given!r}, which made one layer twice. Pass a "
            "class, or a function that makes the layer itself."
        )
    return [
        value
        if value is None or isinstance(value, str)
        else keras.saving.serialize_keras_object(layer)
        for value, layer in zip(
            per_layer("normalization", given, len(made), "hidden layers"),
            made,
            strict=True,
        )
    ]


def _no_normalization(value: Any) -> ValueError:
    return ValueError(
        "Argument `normalization` must be `None`, one of "
        f"{', '.join(map(repr, NORMALIZATIONS))}, a layer, or a callable that "
        "takes nothing and makes a new layer. Received: "
        f"normalization={value!r}. Pass for example "
        "`keras.layers.LayerNormalization`."
    )
