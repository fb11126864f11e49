"""Gives the readers of files what they never asked for.

    python scripts/torture_files.py [--cases 5000] [--seed 0]

Files of each kind that the package reads - IDX, images, models, records of runs - are
made, right ones and ones that are damaged or made up, and read. Whatever comes must be
a documented error that names the file, or the right answer: what NumPy, Pillow or the
undamaged file give. The seed says which files they are; a file that fails is shown,
made as small as can be.
"""

import argparse
import collections
import functools
import gzip
import io
import json
import math
import struct
import tempfile
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hypothesis
import keras
import numpy as np
from hypothesis import strategies
from PIL import Image, UnidentifiedImageError

import keras_mlp
from keras_mlp.data import ImageFileError, read_image
from keras_mlp.data.idx import IdxError, read_idx
from keras_mlp.models import ModelFileError, load_model
from keras_mlp.recipes.run_record import RunRecordError, read_record

IMAGE_SHAPE = (28, 28, 1)
MAXIMUM_BYTES = 1000

# How many of a hundred cases are of each kind.
SHARES = {"idx": 35, "image": 40, "model": 5, "record": 20}

# What a check found: "right" or the name of the error.
Check = Callable[[Path, Any], str]


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
        return _documented(error, path)
    raw = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
    count = raw[3]
    sizes = np.frombuffer(raw, ">u4", count, offset=4)
    expected = np.frombuffer(raw, "u1", offset=4 + 4 * count).reshape(sizes)
    assert array.dtype == np.uint8
    np.testing.assert_array_equal(array, expected)
    return "right"


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


def check_image(path: Path, case: tuple[bytes, bool]) -> str:
    """Reads an image; compares the pixels with those that Pillow gives."""
    data, whole = case
    path.write_bytes(data)
    try:
        image = read_image(path, IMAGE_SHAPE)
    except ImageFileError as error:
        outcome = _documented(error, path)
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
            expected = np.asarray(opened.convert("RGB").convert("L"), "float32")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        # Pillow is stricter about what does not touch the pixels.
        assert not whole
        return "without a reference"
    if size != IMAGE_SHAPE[:2]:
        return "resized"
    difference = np.abs(image[:, :, 0] - expected)
    if form == "PNG":
        # Grey of a colour is rounded in one place and cut in the other.
        assert difference.max() <= (1 if mode in ("P", "RGB", "RGBA") else 0)
    else:
        # Two ways to compute the same transform.
        assert difference.mean() <= 2, difference.mean()
    return "right"


@functools.cache
def saved_model() -> tuple[bytes, list[np.ndarray]]:
    """The bytes of a small model's file, and its weights."""
    model = keras_mlp.Sequential(
        [keras.Input((4,)), keras_mlp.layers.MLP([3, 2], seed=0)]
    )
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "model.keras"
        model.save(path)
        return path.read_bytes(), model.get_weights()


def model_cases() -> strategies.SearchStrategy[bytes]:
    """Damaged model files, from their beginning to their end."""
    data, _ = saved_model()
    return strategies.one_of(
        damaged(strategies.just(data)), strategies.binary(), strategies.just(data)
    )


def check_model(path: Path, data: bytes) -> str:
    """Loads a model; its weights must be those that were saved."""
    path.write_bytes(data)
    try:
        model = load_model(path)
    except ModelFileError as error:
        return _documented(error, path)
    for weights, expected in zip(model.get_weights(), saved_model()[1], strict=True):
        np.testing.assert_array_equal(weights, expected)
    return "right"


RECORD = {
    "format": 1,
    "recipe": "digits",
    "dataset": "mnist_5k",
    "data": {"image_shape": [28, 28, 1], "class_names": list("0123456789")},
    "seed": 0,
    "versions": {"keras_mlp": "0.1.0"},
    "hyperparameters": {"epochs": 2, "hidden_units": [256, 128], "scale": True},
}


@strategies.composite
def records(draw: Any) -> bytes:
    """Records of runs with something in one place that does not belong there."""
    anything = strategies.recursive(
        strategies.one_of(
            strategies.none(),
            strategies.booleans(),
            strategies.integers(),
            strategies.floats(),
            strategies.text(max_size=5),
        ),
        lambda inner: strategies.one_of(
            strategies.lists(inner, max_size=3),
            strategies.dictionaries(strategies.text(max_size=5), inner, max_size=3),
        ),
    )
    record = json.loads(json.dumps(RECORD))
    inside = draw(
        strategies.sampled_from([record, record["data"], record["hyperparameters"]])
    )
    key = draw(
        strategies.one_of(strategies.sampled_from(sorted(inside)), strategies.text())
    )
    if draw(strategies.booleans()):
        inside[key] = draw(anything)
    else:
        inside.pop(key, None)
    return json.dumps(draw(strategies.sampled_from([record, inside]))).encode()


def record_cases() -> strategies.SearchStrategy[bytes]:
    """Records with wrong entries, damaged ones, and what is none."""
    whole = json.dumps(RECORD).encode()
    return strategies.one_of(
        records(), damaged(strategies.just(whole)), strategies.binary()
    )


def check_record(path: Path, data: bytes) -> str:
    """Reads the record of a run; what is used of it must be what it says."""
    path.write_bytes(data)
    try:
        record, recipe = read_record(path)
    except RunRecordError as error:
        return _documented(error, path)
    expected = json.loads(data)
    assert record == expected
    assert recipe.dataset == expected["dataset"]
    height, width, channels = record["data"]["image_shape"]
    assert height * width * channels <= 3 * 2**26
    return "right"


def _documented(error: Exception, path: Path) -> str:
    message = str(error)
    assert str(path) in message, message
    assert "Received: " in message, message
    assert message.isprintable(), message
    assert len(message) < 1000, message
    return type(error).__name__


TARGETS: dict[str, tuple[str, Callable[[], Any], Check]] = {
    "idx": ("train-images-idx3-ubyte", idx_cases, check_idx),
    "image": ("image.png", image_cases, check_image),
    "model": ("model.keras", model_cases, check_model),
    "record": ("run.json", record_cases, check_record),
}


def torture(
    kind: str, cases: int, seed: int, report: Callable[[str], object] = print
) -> collections.Counter[str]:
    """Reads that many files of a kind, and raises where one is read wrongly.

    Args:
        kind: One of `TARGETS`.
        cases: Number of files.
        seed: Integer that fixes them.
        report: Is called with a line now and then.

    Returns:
        How often there was a right answer, and each of the errors.
    """
    name, make, check = TARGETS[kind]
    outcomes: collections.Counter[str] = collections.Counter()
    begin = time.monotonic()

    with tempfile.TemporaryDirectory() as directory:

        @hypothesis.seed(seed)
        @hypothesis.settings(
            max_examples=cases,
            deadline=None,
            database=None,
            suppress_health_check=list(hypothesis.HealthCheck),
        )
        @hypothesis.given(make())
        def read(case: Any) -> None:
            outcomes[check(Path(directory) / name, case)] += 1
            if outcomes.total() % 500 == 0:
                seconds = time.monotonic() - begin
                report(f"{kind}: {outcomes.total()} of {cases}, {seconds:.0f} s")

        read()
    return outcomes


def main() -> None:
    """Tortures every reader, and prints what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=5000, metavar="N")
    parser.add_argument("--seed", type=int, default=0, metavar="S")
    arguments = parser.parse_args()
    print(f"{arguments.cases} cases, seed {arguments.seed}")
    for kind, share in SHARES.items():
        outcomes = torture(kind, max(1, arguments.cases * share // 100), arguments.seed)
        counts = ", ".join(f"{what} {count}" for what, count in outcomes.most_common())
        print(f"{kind}: {outcomes.total()} cases: {counts}", flush=True)


if __name__ == "__main__":
    main()
