"""What a library's error says, as part of a line of our own."""

import os
import re

LONGEST = 300

# What TensorFlow puts around its messages: "{{node x}} no space [Op:SaveV2] name:".
_NODES = re.compile(r"\{\{.*?\}\}|\[Op:[^\n]*")


def one_line(reason: BaseException | str, longest: int = LONGEST) -> str:
    """Returns the first line with text, printable, not too long, without a full stop.

    Errors of Keras, TensorFlow and TFDS hold whole configurations, and words out of
    the files that caused them: such words must not steer a terminal.

    Args:
        reason: The error, or what it says.
        longest: How many characters are kept. Defaults to 300.

    Example:

    ```python
    from keras_mlp.messages import one_line

    bell = chr(7)
    assert one_line(ValueError(f"broken{bell} file.")) == "broken? file"
    assert one_line(KeyError()) == "KeyError"
    ```
    """
    words = _NODES.sub("", str(reason))
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    text = printable(lines[0] if lines else type(reason).__name__)
    return (text if len(text) <= longest else f"{text[: longest - 3]}...").rstrip(".")


def no_complete_run(directory: str | os.PathLike[str]) -> str:
    """Returns what is wrong with a directory in which no run is complete.

    Args:
        directory: The directory, as the user named it.
    """
    return (
        f"'{directory}' must be a directory of a complete run. Received: one without "
        "run.json. Give a directory that 'keras-mlp train' has written."
    )


def printable(text: str) -> str:
    """Returns a text with a question mark for each character that is none to print.

    Args:
        text: Any text, such as one that was read from a file.
    """
    return "".join(character if character.isprintable() else "?" for character in text)
