"""What an error must say to count as documented."""

import re

from keras_mlp.training import InputError

# Those of docs/guides/errors/ that options and data can raise.
CLASSES = (ValueError, InputError)

# Sizes of inputs that a layer was not built for are Keras' to refuse, in its words.
_BY_KERAS = re.compile(r"Input .* of layer .* incompatible with the layer: expected ")

# What is raised while a layer is called.
_IN_LAYER = re.compile(
    r"Exception encountered when calling .*?\x1b\[1m(.*?)\x1b\[0m", re.DOTALL
)


def documented(error: Exception, *names: str) -> str:
    """Returns the name of an error that says what it should.

    Args:
        error: The error.
        names: The arguments of which it must name one, or words that it must hold.
    """
    message = str(error)
    assert type(error) in CLASSES, f"{type(error).__name__}: {message}"
    in_layer = _IN_LAYER.match(message)
    if in_layer is not None:
        # Keras says around it which layer was called, and with what.
        message = in_layer[1]
    assert any(
        name in message if " " in name else re.search(rf"`{name}\b", message)
        for name in names
    ), message
    assert "Received: " in message, message
    # After what was received, a sentence that says how to mend it.
    _, _, after = message.rpartition("Received: ")
    assert re.search(r"[.;] [A-Z`][^.]*.*\.$", after, re.DOTALL), message
    assert message.isprintable(), message
    assert len(message) < 1000, message
    return type(error).__name__


def refused_by_keras(error: Exception) -> str:
    """Returns a name for the error of a layer that is called with other sizes."""
    assert type(error) is ValueError, f"{type(error).__name__}: {error}"
    assert _BY_KERAS.search(str(error)), str(error)
    return "Keras' ValueError"
