"""`keras-mlp data`: data sets on machines without internet access."""

import argparse
import functools
import sys
from pathlib import Path

from keras_mlp.commands.command_error import CommandError
from keras_mlp.data.errors import DatasetNotPreparedError, UnknownDatasetError
from keras_mlp.data.preparing import lazy_tfds as tfds
from keras_mlp.data.preparing import offline
from keras_mlp.data.preparing.source_file_error import SourceFileError


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
