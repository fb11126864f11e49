"""Networks as LiteRT programs."""

import tempfile
import warnings
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from keras_mlp.messages import one_line


def converted(
    network: keras.Model, quantize: str = "none", images: Any = None
) -> bytes:
    """Returns a network as a program of LiteRT's built-in operations.

    Args:
        network: The network.
        quantize: As for `export_litert`.
        images: For `"int8"`, inputs that show which numbers occur.

    Raises:
        ValueError: If it has an operation that LiteRT lacks.
    """
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
