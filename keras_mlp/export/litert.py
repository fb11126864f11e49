"""Classifiers as LiteRT (TensorFlow Lite) files."""

import os
import tempfile
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from keras_mlp.export.checksum import UNSEALED, seal
from keras_mlp.export.comparison import ROUNDED_TOLERANCE, TOLERANCE, check_answers
from keras_mlp.export.float32 import in_float32
from keras_mlp.export.image_classifier import ImageClassifier
from keras_mlp.export.target import new_target
from keras_mlp.export.uint8_images import uint8_images
from keras_mlp.extra import require_extra
from keras_mlp.messages import one_line
from keras_mlp.validation import check_choice

QUANTIZATIONS = ("none", "float16", "int8")

# How far probabilities may be from the model's, on the mean. Integers are coarse: what
# is beyond is another classifier.
_TOLERANCE = {"none": TOLERANCE, "float16": ROUNDED_TOLERANCE, "int8": 0.5}


def export_litert(
    classifier: ImageClassifier,
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
        classifier: What to export.
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
        FileExistsError: If `path` exists and may not be replaced.
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
    images = None
    if quantize == "int8":
        images = _checked(representative_images, classifier.image_shape)
    with new_target(path, suffix=".tflite", overwrite=overwrite) as temporary:
        model = _converted(in_float32(classifier.network), quantize, images)
        Path(temporary).write_bytes(model)
        # LiteRT reads the file from its start and a zip archive lies at its end.
        with zipfile.ZipFile(temporary, "a") as archive:
            # With no date in it, the same model gives the same bytes.
            labels = zipfile.ZipInfo("labels.txt")
            archive.writestr(labels, "\n".join(classifier.class_names) + "\n")
            archive.comment = UNSEALED.encode()
        seal(temporary)
        check_answers(classifier, temporary, images, _TOLERANCE[quantize])


def _converted(network: keras.Model, quantize: str, images: Any) -> bytes:
    # As `keras.Model.export(format="litert")` goes about it, which Keras 3.12 lacks,
    # and which would also allow operations of TensorFlow, which devices do not have.
    with tempfile.TemporaryDirectory() as directory:
        network.export(directory, verbose=False)
        converter = tf.lite.TFLiteConverter.from_saved_model(directory)
        target = converter.target_spec
        target.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS]
        if quantize != "none":
            converter.optimizations = [tf.lite.Optimize.DEFAULT]
        if quantize == "float16":
            target.supported_types = [tf.float16]
        if quantize == "int8":
            target.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
            converter.representative_dataset = lambda: _one_by_one(images)
        with warnings.catch_warnings():
            # TensorFlow's converter calibrates with TensorFlow's old interpreter.
            warnings.filterwarnings(
                "ignore", r"\s*Warning: tf.lite.Interpreter", category=UserWarning
            )
            try:
                return converter.convert()
            # A `ConverterError` holds pages of the program that it failed at.
            except Exception as error:
                raise ValueError(
                    "The model must consist of LiteRT's built-in operations. Received: "
                    f"one that the converter refuses ({one_line(error)}). Use other "
                    "layers, or another format."
                ) from error


def _one_by_one(images: np.ndarray) -> Iterator[dict[str, np.ndarray]]:
    for image in images:
        yield {"images": image[None]}


def _checked(images: Any, image_shape: tuple[int, int, int]) -> np.ndarray:
    if images is None or not len(images):
        raise ValueError(
            "`representative_images` must hold images for quantize='int8'. Received: "
            f"{'None' if images is None else 'none'}. Pass some hundred training "
            "images."
        )
    return uint8_images("representative_images", images, image_shape)
