"""`keras-mlp data`: data sets on machines without internet access."""

import argparse
import functools
import sys
from pathlib import Path

from keras_mlp.commands.command_error import CommandError
from keras_mlp.data import lazy_tfds as tfds
from keras_mlp.data import offline
from keras_mlp.data.errors import DatasetNotPreparedError, UnknownDatasetError
from keras_mlp.data.source_files import SourceFileError

HELP = "Prepare data sets from files, without internet access."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the command's arguments."""
    subparsers = parser.add_subparsers(
        dest="data_command", metavar="COMMAND", required=True
    )
    description = (
        "Build a standard TFDS data set from its IDX files, so that "
        "`tensorflow_datasets.load(NAME)` works without internet access."
    )
    prepare = subparsers.add_parser(
        "prepare",
        help="build a standard TFDS data set from its IDX files",
        description=description,
    )
    prepare.add_argument(
        "name",
        metavar="NAME",
        help="mnist, fashion_mnist, kmnist or emnist/CONFIGURATION",
    )
    prepare.add_argument(
        "--from",
        dest="source",
        metavar="DIR",
        help="where the IDX files are, gzipped or not (for fashion_mnist, default: "
        "where Debian's package dataset-fashion-mnist has them)",
    )
    prepare.add_argument(
        "--data-dir",
        metavar="DIR",
        help="where to prepare it (default: TFDS' own, TFDS_DATA_DIR)",
    )


def run(arguments: argparse.Namespace) -> None:
    """Prepares a data set, and prints where it is and how to load it."""
    # A progress bar redraws itself, which a log file cannot.
    tfds.display_progress_bar(sys.stderr.isatty())
    name, data_dir = arguments.name, arguments.data_dir
    try:
        offline.prepare(
            name,
            arguments.source,
            data_dir,
            report=functools.partial(print, flush=True),
        )
    except (
        DatasetNotPreparedError,
        UnknownDatasetError,
        SourceFileError,
    ) as error:
        raise CommandError(str(error)) from error
    except OSError as error:
        raise CommandError(
            f"cannot write the data set ({error}). Choose another place with "
            "--data-dir DIR."
        ) from error
    # Absolute, so that the lines work from anywhere.
    location = ""
    if data_dir:
        location = f", data_dir={str(Path(data_dir).expanduser().absolute())!r}"
    print("Load it in Python with either of")
    print(f"  tensorflow_datasets.load({name!r}{location})")
    print(f"  keras_mlp.data.load({name!r}, 'train', batch_size=128{location})")
