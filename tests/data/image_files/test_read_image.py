"""Image files, right ones and hostile ones."""

import io
import os
import struct
import tracemalloc
import zlib

import numpy as np
import pytest
from PIL import Image

from keras_mlp.data import ImageFileError, read_image

PIXELS = np.random.default_rng(0).integers(0, 256, (28, 28), "uint8")


def chunk(kind, data):
    checksum = struct.pack(">I", zlib.crc32(kind + data))
    return struct.pack(">I", len(data)) + kind + data + checksum


def png(width, height, pixels=b""):
    header = struct.pack(">II5B", width, height, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(pixels)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)


def encoded(form, pixels=PIXELS, **options):
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, form, **options)
    return file.getvalue()


JPEG = encoded("JPEG")
PNG = encoded("PNG")


def sized_jpeg(width, height):
    """A right JPEG file in which another size is written."""
    place = JPEG.find(b"\xff\xc0") + 5
    return JPEG[:place] + struct.pack(">HH", height, width) + JPEG[place + 4 :]


def test_png_is_read_to_the_bit(tmp_path):
    (tmp_path / "image.png").write_bytes(PNG)
    np.testing.assert_array_equal(read_image(tmp_path / "image.png")[:, :, 0], PIXELS)


@pytest.mark.parametrize(
    ("data", "received"),
    [
        pytest.param(b"", "an empty file", id="empty"),
        pytest.param(b"no image", "another kind", id="text"),
        pytest.param(encoded("GIF"), "another kind", id="gif"),
        pytest.param(encoded("BMP"), "another kind", id="bmp"),
        pytest.param(PNG[:-1], "ends too early", id="cut png"),
        pytest.param(PNG[:100], "ends too early", id="half png"),
        pytest.param(PNG[:8], "ends too early", id="no png"),
        pytest.param(PNG[:60] + b"x" + PNG[61:], "checksum is wrong", id="flip"),
        pytest.param(PNG[:8] + PNG[33:], "begin with its size", id="no size"),
        pytest.param(PNG[:33] + PNG[8:], "two sizes", id="two sizes"),
        pytest.param(png(28, 28, bytes(10)), "a damaged file", id="few pixels"),
        pytest.param(png(0, 0), "0 x 0 pixels", id="no pixels"),
        pytest.param(png(60_000, 60_000), "60,000 x 60,000 pixels", id="bomb"),
        pytest.param(png(2**31 - 1, 2**31 - 1), "2,147,483,647 x", id="large bomb"),
        pytest.param(JPEG[:-2], "ends too early", id="cut jpeg"),
        pytest.param(sized_jpeg(60_000, 60_000), "60,000 x 60,000", id="jpeg bomb"),
        pytest.param(JPEG[:20] + b"\xff\xd9", "damaged header", id="jpeg header"),
        pytest.param(
            JPEG[:-2] + b"\xff\xda" * 200 + JPEG[-2:], "201 scans", id="scans"
        ),
        pytest.param(
            encoded("JPEG", np.zeros((9, 9, 4), "uint8")[:, :, :3]).replace(b"\0", b"")
            + b"\xff\xd9",
            "JPEG",
            id="jpeg without zeros",
        ),
    ],
)
def test_what_is_wrong_is_said_in_a_line(tmp_path, data, received):
    (tmp_path / "image.png").write_bytes(data)
    with pytest.raises(ImageFileError, match="must be a PNG or JPEG") as caught:
        read_image(tmp_path / "image.png")
    message = str(caught.value)
    assert received in message
    assert str(tmp_path / "image.png") in message
    assert message.isprintable()


def test_four_inks_are_read_in_colour_and_not_in_grey(tmp_path):
    path = tmp_path / "print.jpg"
    colour = Image.new("RGB", (28, 28), (10, 200, 30))
    colour.convert("CMYK").save(path)
    with pytest.raises(ImageFileError, match="four inks; save it as RGB"):
        read_image(path)
    assert np.abs(read_image(path, (28, 28, 3))[0, 0] - [10, 200, 30.0]).max() <= 2


def test_bomb_takes_no_memory(tmp_path):
    (tmp_path / "bomb.png").write_bytes(png(2**15, 2**15, bytes(2**24)))
    assert (tmp_path / "bomb.png").stat().st_size < 2**16
    tracemalloc.start()
    with pytest.raises(ImageFileError, match="32,768 x 32,768"):
        read_image(tmp_path / "bomb.png")
    assert tracemalloc.get_traced_memory()[1] < 2**20
    tracemalloc.stop()


def test_file_that_is_too_large_is_not_read(tmp_path):
    with open(tmp_path / "large.png", "wb") as file:
        file.write(PNG)
        # Takes no room on the disk.
        file.truncate(2**40)
    with pytest.raises(ImageFileError, match="larger than 536,870,912 bytes"):
        read_image(tmp_path / "large.png")


def test_what_is_no_file_is_an_os_error_at_once(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_image(tmp_path / "absent.png")
    with pytest.raises(IsADirectoryError):
        read_image(tmp_path)
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.png")
        with pytest.raises(OSError, match="a pipe or a device"):
            read_image(tmp_path / "pipe.png")


@pytest.mark.parametrize("size", [(1, 3000), (3000, 1)])
def test_thin_images(tmp_path, size):
    (tmp_path / "thin.png").write_bytes(encoded("PNG", np.full(size, 255, "uint8")))
    assert read_image(tmp_path / "thin.png").max() == 255
