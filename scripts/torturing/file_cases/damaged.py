"""Damaging files, and what an error must say of one."""

from pathlib import Path
from typing import Any

from hypothesis import strategies


@strategies.composite
def damaged(draw: Any, whole: strategies.SearchStrategy[bytes]) -> bytes:
    """Bytes of a file with some of them changed, missing, added or repeated."""
    data = bytearray(draw(whole))
    for _ in range(draw(strategies.integers(0, 4))):
        place = draw(strategies.integers(0, len(data)))
        kind = draw(strategies.sampled_from(["change", "cut", "add", "remove"]))
        if kind == "cut":
            del data[place:]
        elif kind == "add":
            data[place:place] = draw(strategies.binary(max_size=6))
        elif kind == "remove":
            del data[place : place + draw(strategies.integers(1, 20))]
        elif place < len(data):
            data[place] = draw(strategies.integers(0, 255))
    return bytes(data)


def documented(error: Exception, path: Path) -> str:
    """Returns the name of an error that says what it should, in a line."""
    message = str(error)
    assert str(path) in message, message
    assert "Received: " in message, message
    assert message.isprintable(), message
    assert len(message) < 1000, message
    return type(error).__name__
