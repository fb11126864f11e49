"""What image files say of themselves, found out once for each state of a file."""

import functools
import hashlib
import itertools
import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import tensorflow as tf

from keras_mlp.data.image_files.decoding.orientation import orientation_of
from keras_mlp.data.image_files.decoding.parts import HEAD
from keras_mlp.data.image_files.headers import JPEG, MAXIMUM_BYTES, check_image
from keras_mlp.files import read_whole
from keras_mlp.messages import one_line

_TOGETHER = 64


class FileFacts(NamedTuple):
    """The facts about an image file.

    Args:
        height: How many rows of pixels are shown.
        width: How many pixels are shown in a row.
        is_grey: Whether the file has no colours, not even a palette.
        is_plain: Whether it says neither how to turn it nor what is transparent.
        state: Size and times of the last changes.
        digest: Of its bytes: equal for copies.
    """

    height: int
    width: int
    is_grey: bool
    is_plain: bool
    state: tuple[int, ...]
    digest: bytes


def file_facts(paths: Iterable[Path], channels: int) -> dict[Path, FileFacts | str]:
    """Returns what each file says, or what is wrong with it.

    Each file is read and decoded, so that none of them is found broken later.

    Args:
        paths: The files.
        channels: The channels that they are going to be decoded to, 1 or 3.
    """
    paths = list(paths)
    # Many together: giving one to a thread takes as long as reading a small one.
    parts = [paths[at : at + _TOGETHER] for at in range(0, len(paths), _TOGETHER)]
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        facts = threads.map(
            lambda part: [_facts_now(path, channels) for path in part], parts
        )
        return dict(zip(paths, itertools.chain.from_iterable(facts), strict=True))


def _facts_now(path: Path, channels: int) -> FileFacts | str:
    try:
        about = path.stat()
    except OSError as error:
        return f"a file that cannot be read: {error.strerror}"
    # The second time changes when the file becomes readable.
    state = (about.st_size, about.st_mtime_ns, about.st_ctime_ns)
    return _facts(path, channels, state)


# A program often loads the test images of the same folder after those for training.
@functools.lru_cache(maxsize=2**18)
def _facts(path: Path, channels: int, state: tuple[int, ...]) -> FileFacts | str:
    try:
        data = read_whole(path, MAXIMUM_BYTES)
        height, width, is_grey, has_alpha = check_image(data, channels)
        _decode_coarsely(data, channels)
    except tf.errors.InvalidArgumentError:
        return "a damaged file"
    except OSError as error:
        return f"a file that cannot be read: {error.strerror or one_line(error)}"
    except ValueError as error:
        return str(error)
    head = data[:HEAD]
    has_exif = b"Exif" in head or b"eXIf" in head
    # Only where needed: the program that looks for it takes longer than all the rest.
    if has_exif and orientation_of(tf.constant(data)) >= 5:
        height, width = width, height
    is_plain = not (has_exif or has_alpha or b"tRNS" in head)
    digest = hashlib.sha256(data).digest()
    return FileFacts(height, width, is_grey, is_plain, state, digest)


def _decode_coarsely(data: bytes, channels: int) -> None:
    if data.startswith(JPEG):
        # An eighth of the size, of all the bytes.
        tf.io.decode_jpeg(data, channels, ratio=8)
    else:
        tf.io.decode_png(data, channels)
