"""Models of tables as TensorFlow SavedModels."""

import os
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from keras_mlp.data.columns.raw_columns import as_tensors
from keras_mlp.export.tables.signature import argument_names, as_json, signature_of
from keras_mlp.export.tables.tabular_model import TabularModel, sample_rows
from keras_mlp.export.target import new_target

SIGNATURE = "signature.json"

# How far answers may be from the model's, relative to the largest.
TOLERANCE = 1e-4


def export_saved_table(
    model: TabularModel, path: str | os.PathLike[str], *, overwrite: bool = False
) -> None:
    """Writes a SavedModel that takes the raw columns of a table.

    It needs TensorFlow and nothing else. Its endpoint `serve`, which is also the
    signature `serving_default`, takes `{name: [rows]}`: numbers float32 with NaN for
    what is missing, text as strings with `""`. It is loaded, and its answers compared
    with the model's, before it is moved to `path`.

    Args:
        model: What to export.
        path: The directory to write.
        overwrite: Whether a SavedModel that is there may be replaced.

    Raises:
        ValueError: If what was written answers otherwise than the model.
        FileExistsError: If `path` exists and must not be replaced.
        OSError: If it cannot be written; nothing is left of it.
    """
    arguments = argument_names(model)
    signature = {
        name: tf.TensorSpec((None,), dtype, name=arguments[name])
        for name, dtype in model.dtypes.items()
    }
    with new_target(path, overwrite=overwrite) as temporary:
        archive = keras.export.ExportArchive()
        archive.track(model.model)
        archive.add_endpoint("serve", model.answer, [signature])
        archive.write_out(temporary, verbose=False)
        about = as_json(signature_of(model))
        (temporary / SIGNATURE).write_text(about, encoding="utf-8")
        served = tf.saved_model.load(temporary)
        rows = as_tensors(sample_rows(model))
        check_same(model.answer(rows), served.serve(rows))


def check_same(expected: dict[str, Any], found: dict[str, Any]) -> None:
    """Raises unless an export answers as the model does.

    Args:
        expected: The model's answers.
        found: Those of the export.

    Raises:
        ValueError: If they differ, or the model's are not finite.
    """
    name = "probabilities" if "probabilities" in expected else "predictions"
    ours, theirs = np.asarray(expected[name]), np.asarray(found[name])
    if not np.isfinite(ours).all():
        raise ValueError(
            "The model must answer with finite numbers. Received: a model whose "
            "answers to made-up rows are not. Train it again before it is exported."
        )
    difference = np.max(np.abs(ours - theirs)) / max(1.0, np.max(np.abs(ours)))
    if not difference <= TOLERANCE:
        raise ValueError(
            "The model must be one that can be exported to this format. Received: one "
            f"whose export gives different answers, by {difference:.2g}. Use another "
            "format."
        )
