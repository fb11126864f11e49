"""The IDX reader: right arrays, or an error that says what is wrong with the file.

Arbitrary bytes are those of `scripts/torture files`, in tests/scripts.
"""

import gzip
import hashlib
import struct
import tracemalloc

import hypothesis
import hypothesis.extra.numpy
import numpy as np
import pytest
from hypothesis import strategies

from keras_mlp.data.idx import IdxError, idx_sha256, read_idx, write_idx

ARRAYS = hypothesis.extra.numpy.arrays(
    "uint8",
    strategies.one_of(
        hypothesis.extra.numpy.array_shapes(
            min_dims=dimensions, max_dims=dimensions, min_side=0, max_side=5
        )
        for dimensions in (1, 3)
    ),
)
IMAGES = np.arange(24, dtype="uint8").reshape(2, 3, 4)


def encoded(array):
    """The format from its description, rather than from the module under test."""
    header = bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    return header + array.tobytes()


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("idx") / "train-images-idx3-ubyte"


@hypothesis.settings(deadline=None)
@hypothesis.given(array=ARRAYS, compress=strategies.booleans())
def test_reads_every_array(path, array, compress):
    data = encoded(array)
    path.write_bytes(gzip.compress(data) if compress else data)
    result = read_idx(path)
    assert result.dtype == np.uint8
    np.testing.assert_array_equal(result, array)


@hypothesis.settings(deadline=None)
@hypothesis.given(array=ARRAYS)
def test_writes_what_the_format_says(path, array):
    write_idx(path, array)
    data = path.read_bytes()
    assert data == encoded(array)
    assert idx_sha256(array) == hashlib.sha256(data).hexdigest()


def test_writes_arrays_that_are_not_contiguous(path):
    write_idx(path, IMAGES[:, ::2, ::-1])
    np.testing.assert_array_equal(read_idx(path), IMAGES[:, ::2, ::-1])


@pytest.mark.parametrize("shape", [(), (2, 2), (1, 2, 3, 4)])
def test_refuses_to_write_other_dimensions(path, shape):
    with pytest.raises(ValueError, match=r"one or three dimensions.*Received"):
        write_idx(path, np.zeros(shape, "uint8"))


def test_refuses_to_write_other_types(path):
    with pytest.raises(ValueError, match=r"uint8.*Received: dtype int64"):
        write_idx(path, np.zeros(3, "int64"))


@pytest.mark.parametrize(
    ("data", "received"),
    [
        pytest.param(b"", "an empty file", id="empty"),
        pytest.param(b"PK\x03\x04", "the first bytes 50 4b 03 04", id="zip"),
        pytest.param(bytes([0, 0, 13, 3]), "the first bytes 00 00 0d 03", id="floats"),
        pytest.param(encoded(IMAGES)[:9], "ends within its header", id="header"),
        pytest.param(encoded(IMAGES)[:-1], "24 bytes .* then only 23", id="short"),
        pytest.param(encoded(IMAGES) + b"\0", "24 bytes .* then more", id="long"),
        pytest.param(
            gzip.compress(encoded(IMAGES))[:-9], "gzip data that end", id="cut gzip"
        ),
        pytest.param(
            gzip.compress(encoded(IMAGES))[:-8] + bytes(8),
            "damaged gzip data .*CRC",
            id="gzip checksum",
        ),
        pytest.param(
            gzip.compress(encoded(IMAGES)) + b"more", "damaged gzip", id="gzip tail"
        ),
        pytest.param(gzip.compress(b"<html>"), "the first bytes 3c 68", id="page"),
    ],
)
def test_says_what_is_wrong(path, data, received):
    path.write_bytes(data)
    with pytest.raises(IdxError, match=f"train-images-idx3-ubyte.*{received}.*again"):
        read_idx(path)


@pytest.mark.parametrize(
    "shape",
    [(2**32 - 1, 2**32 - 1, 2**32 - 1), (0, 2**32 - 1, 2**32 - 1), (1, 1, 1001)],
)
def test_refuses_an_absurd_size(path, shape):
    path.write_bytes(bytes([0, 0, 8, 3]) + struct.pack(">3I", *shape))
    with pytest.raises(IdxError, match="more than 1000 bytes"):
        read_idx(path, maximum_bytes=1000)


@pytest.mark.parametrize("compress", [False, True])
def test_a_small_file_that_claims_to_be_large_takes_little_memory(path, compress):
    data = bytes([0, 0, 8, 1]) + struct.pack(">I", 2**30) + bytes(100)
    path.write_bytes(gzip.compress(data) if compress else data)
    assert peak_of_refusal(path) < 2**23


def test_a_gzip_bomb_takes_little_memory(path):
    path.write_bytes(gzip.compress(encoded(np.zeros(100, "uint8")) + bytes(2**26)))
    assert path.stat().st_size < 2**17
    assert peak_of_refusal(path) < 2**23


def peak_of_refusal(path):
    tracemalloc.start()
    try:
        with pytest.raises(IdxError):
            read_idx(path)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_missing_file_is_an_os_error(tmp_path):
    with pytest.raises(FileNotFoundError, match="absent"):
        read_idx(tmp_path / "absent")
