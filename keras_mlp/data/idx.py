"""Reading and writing IDX, the file format of MNIST and its relatives.

A file begins with two zero bytes, the type of its numbers (8 is uint8) and the number
of its dimensions. The sizes of these follow, each a big-endian 32-bit integer, then the
numbers. Images have three dimensions, labels one.
"""

import gzip
import hashlib
import io
import math
import os
import struct
import zlib

import numpy as np

from keras_mlp.files import replacing

_DIMENSIONS = {b"\x00\x00\x08\x01": 1, b"\x00\x00\x08\x03": 3}
_GZIP_MAGIC = b"\x1f\x8b"
_CHUNK_BYTES = 2**20


class IdxError(ValueError):
    """A file is not a complete IDX file of uint8 images or labels."""


def read_idx(path: str | os.PathLike[str], maximum_bytes: int = 2**30) -> np.ndarray:
    """Reads images or labels from an IDX file, gzipped or not.

    The first bytes decide whether the file is gzipped, not its name. No
    more is decompressed than the sizes in the file's own header announce, so that
    neither a small file that claims to be large nor one that unpacks to be fills the
    memory.

    Args:
        path: The file.
        maximum_bytes: How large an array may be; more is refused before anything is
            allocated. Defaults to 1 GiB.

    Returns:
        A uint8 array of three dimensions (images) or one (labels).

    Raises:
        IdxError: If the file is something else, is damaged, ends too early or goes on
            too long, or is larger than `maximum_bytes`.
        OSError: If the file cannot be opened or read.

    Example:

    ```python
    import numpy as np

    from keras_mlp.data.idx import read_idx, write_idx

    write_idx("labels-idx1-ubyte", np.array([5, 0, 4], dtype="uint8"))
    assert read_idx("labels-idx1-ubyte").tolist() == [5, 0, 4]
    ```
    """
    with open(path, "rb") as file:
        is_gzipped = file.read(len(_GZIP_MAGIC)) == _GZIP_MAGIC
        file.seek(0)
        try:
            if not is_gzipped:
                return _decode(file, maximum_bytes)
            with gzip.GzipFile(fileobj=file) as decompressed:
                return _decode(decompressed, maximum_bytes)
        except IdxError as error:
            raise _error(path, str(error)) from None
        except EOFError as error:
            raise _error(path, "gzip data that end too early") from error
        except (gzip.BadGzipFile, zlib.error) as error:
            raise _error(path, f"damaged gzip data ({error})") from error


def write_idx(path: str | os.PathLike[str], array: np.ndarray) -> None:
    """Writes images or labels as an IDX file, not gzipped.

    Args:
        path: The file, replaced in one step if it exists.
        array: A uint8 array of three dimensions (images) or one (labels).

    Raises:
        ValueError: If `array` is anything else.
        OSError: If the file cannot be written; what was there before is unchanged.

    Example:

    ```python
    import numpy as np

    from keras_mlp.data.idx import write_idx

    write_idx("images-idx3-ubyte", np.zeros((2, 28, 28), dtype="uint8"))
    ```
    """
    header = _header(array)
    with replacing(path) as temporary, open(temporary, "wb") as file:
        file.write(header)
        file.write(np.ascontiguousarray(array).data)


def idx_sha256(array: np.ndarray) -> str:
    """Returns the SHA-256 of the IDX file, not gzipped, that holds an array.

    It says what a file holds however that was compressed.

    Args:
        array: A uint8 array of three dimensions (images) or one (labels).

    Returns:
        The sum as 64 hexadecimal digits.

    Raises:
        ValueError: If `array` is anything else.

    Example:

    ```python
    import hashlib

    import numpy as np

    from keras_mlp.data.idx import idx_sha256

    file = bytes([0, 0, 8, 1, 0, 0, 0, 2, 5, 7])
    labels = np.array([5, 7], dtype="uint8")
    assert idx_sha256(labels) == hashlib.sha256(file).hexdigest()
    ```
    """
    digest = hashlib.sha256(_header(array))
    digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()


def _header(array: np.ndarray) -> bytes:
    for magic, dimensions in _DIMENSIONS.items():
        if array.dtype == np.uint8 and array.ndim == dimensions:
            return magic + struct.pack(f">{dimensions}I", *array.shape)
    raise ValueError(
        "Argument `array` must be a uint8 array with one or three dimensions. "
        f"Received: dtype {array.dtype}, shape {array.shape}."
    )


def _decode(stream: io.BufferedIOBase, maximum_bytes: int) -> np.ndarray:
    magic = _read(stream, 4)
    if bytes(magic) not in _DIMENSIONS:
        start = f"the first bytes {magic.hex(' ')}" if magic else "an empty file"
        raise IdxError(
            f"{start}, where 00 00 08 03 begin images and 00 00 08 01 labels"
        )
    dimensions = _DIMENSIONS[bytes(magic)]
    sizes = _read(stream, 4 * dimensions)
    if len(sizes) < 4 * dimensions:
        raise IdxError("a file that ends within its header")
    shape = struct.unpack(f">{dimensions}I", sizes)
    # A size of zero must not hide that the others are absurd: NumPy refuses them.
    if math.prod(max(1, size) for size in shape) > maximum_bytes:
        raise IdxError(
            f"a header that announces an array of the shape {shape}, more than "
            f"{maximum_bytes} bytes"
        )
    length = math.prod(shape)
    # One byte more than is due, so that a longer file is noticed. Asking for it also
    # takes gzip to its end, where it checks the sum of all.
    numbers = _read(stream, length + 1)
    if len(numbers) != length:
        amount = "more" if len(numbers) > length else f"only {len(numbers)}"
        raise IdxError(
            f"a header that announces {length} bytes of the shape {shape}, and then "
            f"{amount}"
        )
    return np.frombuffer(numbers, dtype=np.uint8).reshape(shape)


def _read(stream: io.BufferedIOBase, count: int) -> bytearray:
    """Reads `count` bytes, or those that there are."""
    data = bytearray()
    # In chunks, since a stream may allocate all that it is asked for.
    while chunk := stream.read(min(count - len(data), _CHUNK_BYTES)):
        data += chunk
    return data


def _error(path: str | os.PathLike[str], received: str) -> IdxError:
    return IdxError(
        f"{os.fspath(path)!r} must be a complete IDX file of images or labels, gzipped "
        f"or not. Received: {received}. Get the file again."
    )
