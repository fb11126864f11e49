"""Classifiers as LiteRT (TensorFlow Lite) files."""

import os
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from keras_mlp.export.comparison import ROUNDED_TOLERANCE, TOLERANCE, check_answers
from keras_mlp.export.formats.checksum import UNSEALED, seal
from keras_mlp.export.formats.float32 import in_float32
from keras_mlp.export.formats.litert_conversion import converted
from keras_mlp.export.image_classifier import ImageClassifier
from keras_mlp.export.tables.coded_table import (
    check_codes,
    coded_network,
    new_coded_table,
)
from keras_mlp.export.tables.tabular_model import TabularModel
from keras_mlp.export.target import new_target
from keras_mlp.export.uint8_images import uint8_images
from keras_mlp.requirements import require_extra
from keras_mlp.validation import check_choice

QUANTIZATIONS = ("none", "float16", "int8")

# How far probabilities may be from the model's, on the mean. Integers are coarse: what
# is beyond is another classifier.
_TOLERANCE = {"none": TOLERANCE, "float16": ROUNDED_TOLERANCE, "int8": 0.5}


def export_litert(
    classifier: ImageClassifier | TabularModel,
    path: str | os.PathLike[str],
    *,
    quantize: str = "none",
    representative_images: Any = None,
    overwrite: bool = False,
) -> None:
    """Writes a LiteRT file that reads raw images, for phones and small devices.

    Its one signature, `serving_default`, takes `images`, uint8
    `[batch, height, width, channels]` with any batch size, and gives
    `probabilities`, float32 `[batch, classes]`, and `class_index`, int64 `[batch]`.
    It needs LiteRT's built-in operations only, and computes in float32, whatever the
    model does. Before it is moved to `path`, it is loaded, and its answers to a few
    images are compared with the model's. The names of the classes are in it
    too, one a line, where LiteRT's tools look for them: the file is also a zip
    archive that holds `labels.txt`. A checksum of the file is its comment, which
    `load_predictor` compares.

    Args:
        classifier: What to export. A `TabularModel` takes codes, as its docstring says,
            and is not quantized.
        path: The file to write, which ends with `.tflite`.
        quantize: `"none"`; `"float16"`, which stores the weights in half the bytes;
            or `"int8"`, which stores them in a quarter and computes with integers.
            Probabilities then come in steps of 1/256. Defaults to `"none"`.
        representative_images: uint8 images, `[images, height, width, channels]`, an
            array or a list, that show which numbers occur in the network: some hundred
            of the training images. `"int8"` needs them.
        overwrite: Whether a file that is there may be replaced. Defaults to `False`.

    Raises:
        ImportError: If `ai_edge_litert` is not installed.
        ValueError: If an argument is not as said here, the model has an operation that
            LiteRT lacks, or the file answers otherwise than the model.
        FileExistsError: If `path` exists and must not be replaced.
        OSError: If it cannot be written; nothing is left of it.

    Example:

    ```python
    import zipfile
    import keras_mlp

    model = keras_mlp.models.MLPClassifier(10, hidden_units=[32], seed=0)
    model.build((None, 784))
    classifier = keras_mlp.export.ImageClassifier(
        model,
        keras_mlp.data.ImagePreprocessing(),
        class_names=[str(digit) for digit in range(10)],
        from_logits=True,
    )
    keras_mlp.export.export_litert(classifier, "digits.tflite")

    names = zipfile.ZipFile("digits.tflite").read("labels.txt").decode().split()
    assert names[3] == "3"
    ```
    """
    check_choice("quantize", quantize, QUANTIZATIONS)
    require_extra("Export to LiteRT", "ai_edge_litert")
    if isinstance(classifier, TabularModel):
        check_choice("quantize", quantize, ("none",))
        _export_table(classifier, path, overwrite)
        return
    images = None
    if quantize == "int8":
        images = _checked(representative_images, classifier.image_shape)
    with new_target(path, suffix=".tflite", overwrite=overwrite) as temporary:
        model = converted(in_float32(classifier.network), quantize, images)
        Path(temporary).write_bytes(model)
        # LiteRT reads the file from its start and a zip archive lies at its end.
        with zipfile.ZipFile(temporary, "a") as archive:
            # With no date in it, the same model gives the same bytes.
            labels = zipfile.ZipInfo("labels.txt")
            archive.writestr(labels, "\n".join(classifier.class_names) + "\n")
            archive.comment = UNSEALED.encode()
        seal(temporary)
        check_answers(classifier, temporary, images, _TOLERANCE[quantize])


def _export_table(
    model: TabularModel, path: str | os.PathLike[str], overwrite: bool
) -> None:
    with new_coded_table(model, path, ".tflite", overwrite) as temporary:
        network = coded_network(model)
        Path(temporary).write_bytes(converted(network))
        from ai_edge_litert.interpreter import Interpreter

        runner = Interpreter(str(temporary)).get_signature_runner("serving_default")
        check_codes(model, network, lambda codes: runner(**codes))


def _checked(images: Any, image_shape: tuple[int, int, int]) -> np.ndarray:
    if images is None or not len(images):
        raise ValueError(
            "`representative_images` must hold images for quantize='int8'. Received: "
            f"{'None' if images is None else 'none'}. Pass some hundred training "
            "images."
        )
    return uint8_images("representative_images", images, image_shape)
