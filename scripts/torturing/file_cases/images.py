"""PNG and JPEG files."""

import io
import struct
import warnings
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies
from PIL import Image, UnidentifiedImageError

from keras_mlp.data import ImageFileError, read_image
from torturing.file_cases.damaged import damaged, documented

IMAGE_SHAPE = (28, 28, 1)


@strategies.composite
def image_files(draw: Any) -> bytes:
    """PNG and JPEG files as Pillow writes them, of many kinds."""
    size = tuple(draw(strategies.integers(1, 40)) for _ in range(2))
    if draw(strategies.booleans()):
        size = IMAGE_SHAPE[:2]
    seed = draw(strategies.integers(0, 2**31 - 1))
    pixels = np.random.default_rng(seed).integers(0, 256, (*size, 4), "uint8")
    image = Image.fromarray(pixels, "RGBA")
    file = io.BytesIO()
    if draw(strategies.booleans()):
        mode = draw(strategies.sampled_from(["1", "L", "LA", "P", "RGB", "RGBA"]))
        image.convert(mode).save(file, "PNG", optimize=draw(strategies.booleans()))
    else:
        mode = draw(strategies.sampled_from(["L", "RGB", "CMYK"]))
        progressive = draw(strategies.booleans())
        image.convert("RGB").convert(mode).save(file, "JPEG", progressive=progressive)
    return file.getvalue()


@strategies.composite
def claimed_sizes(draw: Any) -> bytes:
    """PNG files whose checksums are right and whose sizes are made up."""
    sizes = strategies.one_of(
        strategies.integers(0, 40), strategies.integers(0, 2**32 - 1)
    )
    kind = [draw(strategies.sampled_from([1, 8, 16])), 0, 0, 0, 0]
    header = struct.pack(">II5B", draw(sizes), draw(sizes), *kind)
    pixels = zlib.compress(bytes(draw(strategies.integers(0, 2000))))
    chunks = ((b"IHDR", header), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data))
        + kind
        + data
        + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def image_cases() -> strategies.SearchStrategy[tuple[bytes, bool]]:
    """Images, and whether they are as Pillow wrote them: damaged ones, made-up ones."""
    beginnings = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"BM", b"RIFF")
    others = strategies.one_of(
        damaged(image_files()),
        claimed_sizes(),
        strategies.binary(),
        strategies.builds(
            bytes.__add__, strategies.sampled_from(beginnings), strategies.binary()
        ),
    )
    return strategies.one_of(
        strategies.tuples(image_files(), strategies.just(True)),
        strategies.tuples(others, strategies.just(False)),
    )


def as_shown(image: Image.Image) -> tuple[bool, list[np.ndarray]]:
    """Returns if an image is transparent anywhere, and its greys on each ground."""
    colours = image.convert("RGBA")
    transparent = colours.getextrema()[3][0] < 255
    grounds = ("white", "black") if transparent else ("white",)
    return transparent, [
        np.asarray(
            Image.alpha_composite(Image.new("RGBA", image.size, ground), colours)
            .convert("RGB")
            .convert("L"),
            "float32",
        )
        for ground in grounds
    ]


def check_image(path: Path, case: tuple[bytes, bool]) -> str:
    """Reads an image; compares the pixels with those that Pillow gives."""
    data, whole = case
    path.write_bytes(data)
    try:
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            image = read_image(path, IMAGE_SHAPE)
    except ImageFileError as error:
        outcome = documented(error, path)
        if whole and "four inks" not in str(error):
            raise AssertionError(f"a right image was refused: {error}") from error
        return outcome
    assert image.shape == IMAGE_SHAPE
    assert image.dtype == np.uint8
    if not whole and data.startswith(b"\xff\xd8"):
        # A JPEG has no checksum: nobody can say what a damaged one shows.
        return "damaged JPEG"
    try:
        with Image.open(io.BytesIO(data)) as opened:
            form, mode, size = opened.format, opened.mode, opened.size
            transparent, shown = as_shown(opened)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        # Pillow is stricter about what does not touch the pixels.
        assert not whole
        return "without a reference"
    assert transparent == any("is transparent" in str(each.message) for each in said)
    if size != IMAGE_SHAPE[:2]:
        return "resized"
    difference = min(
        (np.abs(image[:, :, 0] - expected) for expected in shown), key=np.max
    )
    if form == "PNG":
        # Grey of a colour is rounded in one place and cut in the other, and so is what
        # shines through.
        allowed = 2 if transparent else 1 if mode in ("P", "RGB", "RGBA") else 0
        assert difference.max() <= allowed, difference.max()
    else:
        # Two ways to compute the same transform.
        assert difference.mean() <= 2, difference.mean()
    return "right"
