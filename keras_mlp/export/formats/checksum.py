"""A checksum inside files whose formats have none: LiteRT's and ONNX'.

A flipped bit in their weights gives other answers without a word. So a mark is put
where the format takes any text, followed by the SHA-256 of the whole file, in which
zeros stand for the sum itself.
"""

import hashlib
from pathlib import Path

_MARK = b"keras_mlp sha256 "
_ZEROS = b"0" * 64

# The text to put into a file before it is sealed.
UNSEALED = (_MARK + _ZEROS).decode()


def seal(path: Path) -> None:
    """Writes the checksum of a file into it.

    Args:
        path: A file that holds `UNSEALED` once.

    Raises:
        ValueError: If it does not.
    """
    data = path.read_bytes()
    if data.count(UNSEALED.encode()) != 1:
        raise ValueError(f"'{path}' must hold the text that is to be sealed, once.")
    path.write_bytes(_sealed(data))


def check_seal(path: Path) -> None:
    """Compares the checksum in a file, if it has one.

    Args:
        path: The file.

    Raises:
        ValueError: If the file is not as it was when it was sealed.
    """
    data = path.read_bytes()
    place = data.rfind(_MARK)
    if place < 0:
        # Another program has written it.
        return
    start = place + len(_MARK)
    unsealed = data[:start] + _ZEROS + data[start + len(_ZEROS) :]
    if _sealed(unsealed) != data:
        raise ValueError("its checksum is wrong: it is damaged or was changed")


def _sealed(data: bytes) -> bytes:
    start = data.rfind(_MARK) + len(_MARK)
    checksum = hashlib.sha256(data).hexdigest().encode()
    return data[:start] + checksum + data[start + len(_ZEROS) :]
