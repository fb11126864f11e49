"""Models of tables in formats without text: they take codes."""

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np

from keras_mlp.data.columns.category_column import CategoryColumn
from keras_mlp.data.columns.date_column import DateColumn
from keras_mlp.data.columns.raw_columns import as_tensors
from keras_mlp.export.tables.saved_table import check_same
from keras_mlp.export.tables.signature import argument_names, as_json, signature_of
from keras_mlp.export.tables.tabular_model import TabularModel, sample_rows
from keras_mlp.export.target import check_target, new_target
from keras_mlp.files import replacing


class _Coded(keras.layers.Layer):
    """From codes to the answers of a model."""

    def __init__(self, model: TabularModel) -> None:
        super().__init__(name="coded", autocast=False)
        self._tabular = model
        self._model = model.model
        self._arguments = argument_names(model)

    def call(self, codes: dict[str, Any]) -> dict[str, Any]:
        named = {name: codes[a] for name, a in self._arguments.items()}
        return self._tabular.answer_codes(named)


def coded_network(model: TabularModel) -> keras.Model:
    """Returns a network from codes, by the names of arguments, to answers.

    Args:
        model: The model.
    """
    inputs = {}
    for name, argument in argument_names(model).items():
        column = model.columns[name]
        coded = isinstance(column, (CategoryColumn, DateColumn))
        inputs[argument] = keras.Input(
            (2,) if isinstance(column, DateColumn) else (),
            dtype="int32" if coded else "float32",
            name=argument,
        )
    return keras.Model(inputs, _Coded(model)(inputs), name="table")


def sample_codes(model: TabularModel) -> dict[str, np.ndarray]:
    """Returns the codes of made-up rows, by the names of arguments.

    Args:
        model: For what.
    """
    codes = as_tensors(sample_rows(model))
    if model.preprocessing is not None:
        codes = model.preprocessing.codes(codes)
    return {a: codes[name].numpy() for name, a in argument_names(model).items()}


def check_codes(
    model: TabularModel,
    network: keras.Model,
    run: Callable[[dict[str, np.ndarray]], dict[str, Any]],
) -> None:
    """Raises unless an export answers codes as its network does.

    Args:
        model: What was exported.
        network: What `coded_network` made of it.
        run: Runs the export.

    Raises:
        ValueError: If the answers differ.
    """
    codes = sample_codes(model)
    check_same(network(codes), run(codes))


def signature_path(path: str | os.PathLike[str]) -> Path:
    """Returns where the `signature.json` of a file lies.

    Args:
        path: The file: `model.onnx` has `model.onnx.signature.json`.
    """
    return Path(f"{os.fspath(path)}.signature.json")


@contextlib.contextmanager
def new_coded_table(
    model: TabularModel, path: str | os.PathLike[str], suffix: str, overwrite: bool
) -> Iterator[Path]:
    """Yields a temporary path for a file, which is moved with its `signature.json`.

    Args:
        model: What is exported.
        path: The file.
        suffix: What its name must end with.
        overwrite: Whether both may be replaced.

    Raises:
        ValueError: If the name does not end with the suffix.
        FileExistsError: If one of them exists and must not be replaced.
        OSError: If they cannot be written.
    """
    check_target(path, suffix=suffix, overwrite=overwrite)
    beside = check_target(signature_path(path), suffix=".json", overwrite=overwrite)
    about = as_json(signature_of(model, codes=True))
    with (
        new_target(path, suffix=suffix, overwrite=overwrite) as temporary,
        replacing(beside) as signature,
    ):
        yield temporary
        signature.write_text(about, encoding="utf-8")
