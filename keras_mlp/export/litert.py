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
from keras_mlp.export.image_classifier import ImageClassifier
from keras_mlp.export.target import new_target

QUANTIZATIONS = ("none", "float16", "int8")


def export_litert(
    classifier: ImageClassifier,
    path: str | os.PathLike[str],
    *,
    quantize: str = "none",
    representative_images: np.ndarray | None = None,
    overwrite: bool = False,
) -> None:
    """Writes a LiteRT file that reads raw images, for phones and small devices.

    Its one signature, `serving_default`, takes `images`, uint8
    `[batch, height, width, channels]` with any batch size, and gives
    `probabilities`, float32 `[batch, classes]`, and `class_index`, int64 `[batch]`.
    It needs LiteRT's built-in operations only. The names of the classes are in it
    too, one a line, where LiteRT's tools look for them: the file is also a zip
    archive that holds `labels.txt`. A checksum of the file is its comment, which
    `load_predictor` compares.

    Args:
        classifier: What to export.
        path: The file to write, which ends with `.tflite`.
        quantize: `"none"`; `"float16"`, which stores the weights in half the bytes;
            or `"int8"`, which stores them in a quarter and computes with integers.
            Probabilities then come in steps of 1/256. Defaults to `"none"`.
        representative_images: uint8 images, `[images, height, width, channels]`,
            that show which numbers occur in the network: some hundred of the
            training images. `"int8"` needs them.
        overwrite: Whether a file that is there may be replaced. Defaults to `False`.

    Raises:
        ValueError: If an argument is not as said here.
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
    _check_quantization(classifier, quantize, representative_images)
    with new_target(path, suffix=".tflite", overwrite=overwrite) as temporary:
        model = _converted(classifier.network, quantize, representative_images)
        Path(temporary).write_bytes(model)
        # LiteRT reads the file from its start and a zip archive lies at its end.
        with zipfile.ZipFile(temporary, "a") as archive:
            # With no date in it, the same model gives the same bytes.
            labels = zipfile.ZipInfo("labels.txt")
            archive.writestr(labels, "\n".join(classifier.class_names) + "\n")
            archive.comment = UNSEALED.encode()
        seal(temporary)


def _check_quantization(
    classifier: ImageClassifier, quantize: str, images: np.ndarray | None
) -> None:
    if quantize not in QUANTIZATIONS:
        raise ValueError(
            f"`quantize` must be one of {', '.join(map(repr, QUANTIZATIONS))}. "
            f"Received: quantize={quantize!r}."
        )
    if quantize == "int8":
        _check_representative(images, classifier.image_shape)


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
            return converter.convert()


def _one_by_one(images: np.ndarray) -> Iterator[dict[str, np.ndarray]]:
    for image in images:
        yield {"images": image[None]}


def _check_representative(
    images: np.ndarray | None, image_shape: tuple[int, int, int]
) -> None:
    received = "None"
    if images is not None:
        if images.dtype == "uint8" and images.shape[1:] == image_shape and len(images):
            return
        received = f"{images.dtype} of shape {images.shape}"
    raise ValueError(
        "`representative_images` must be uint8 images of shape "
        f"(images, {', '.join(map(str, image_shape))}) for quantize='int8'. "
        f"Received: {received}. Pass some hundred training images."
    )
