"""IDX files."""

import gzip
import math
import struct
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies

from keras_mlp.data.idx import IdxError, read_idx
from torturing.file_cases.damaged import damaged, documented

MAXIMUM_BYTES = 1000


@strategies.composite
def idx_files(draw: Any) -> bytes:
    """IDX files from the description of the format."""
    shape = draw(
        strategies.one_of(
            strategies.lists(strategies.integers(0, 5), min_size=count, max_size=count)
            for count in (1, 3)
        )
    )
    numbers = draw(
        strategies.binary(min_size=math.prod(shape), max_size=math.prod(shape))
    )
    return (
        bytes([0, 0, 8, len(shape)]) + struct.pack(f">{len(shape)}I", *shape) + numbers
    )


def idx_cases() -> strategies.SearchStrategy[bytes]:
    """Right, damaged and made-up IDX files, gzipped or not."""
    files = idx_files()
    return strategies.one_of(
        files,
        files.map(gzip.compress),
        damaged(files),
        damaged(files.map(gzip.compress)),
        damaged(files).map(gzip.compress),
        strategies.binary(),
        strategies.binary().map(lambda data: bytes([0, 0, 8, 3]) + data),
    )


def check_idx(path: Path, data: bytes) -> str:
    """Reads an IDX file; compares the array with what NumPy makes of the bytes."""
    path.write_bytes(data)
    try:
        array = read_idx(path, maximum_bytes=MAXIMUM_BYTES)
    except IdxError as error:
        return documented(error, path)
    raw = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
    count = raw[3]
    sizes = np.frombuffer(raw, ">u4", count, offset=4)
    expected = np.frombuffer(raw, "u1", offset=4 + 4 * count).reshape(sizes)
    assert array.dtype == np.uint8
    np.testing.assert_array_equal(array, expected)
    return "right"
