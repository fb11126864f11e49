"""An export and the model that it was made of, side by side."""

from pathlib import Path

import keras
import numpy as np

from keras_mlp.export.image_classifier import ImageClassifier
from keras_mlp.export.predictor import load_predictor
from keras_mlp.messages import one_line

# How far a probability may be from the model's, on the mean over some images: where
# both compute with the same numbers, and where the model or the export rounds them.
TOLERANCE = 1e-3
ROUNDED_TOLERANCE = 0.05
SAMPLE = 16


def check_answers(
    classifier: ImageClassifier,
    path: Path,
    images: np.ndarray | None = None,
    tolerance: float = TOLERANCE,
) -> None:
    """Loads what was written, and raises unless it answers as the model does.

    Args:
        classifier: What was exported.
        path: The written file, not yet moved to its final place.
        images: uint8 images to compare the answers for. Defaults to a few of noise.
        tolerance: The largest difference of a probability that is allowed, on the
            mean over the images. Defaults to 0.001. Of a model in half precision, at
            least 0.05 is.

    Raises:
        ValueError: If it cannot be loaded, or answers otherwise, or if the model
            answers with numbers that are not finite.
    """
    if images is None:
        shape = (SAMPLE, *classifier.image_shape)
        images = np.random.default_rng(0).integers(0, 256, shape, dtype="uint8")
    images = images[:SAMPLE]
    expected = np.asarray(classifier.network(images)["probabilities"])
    if not np.isfinite(expected).all():
        raise ValueError(
            "The model must answer images with finite numbers. Received: a model whose "
            "answers to images of noise are not. Train it again before it is exported."
        )
    try:
        found = load_predictor(path)(images)
    except ValueError as error:
        raise ValueError(
            "The model must be one that can be exported to this format. Received: one "
            f"whose export cannot be run ({one_line(error.__cause__ or error)}). "
            "Use another format, or other layers."
        ) from error
    # Outputs that are no probabilities may be large.
    differences = np.max(np.abs(found - expected), axis=-1)
    difference = np.mean(differences) / max(1.0, np.max(np.abs(expected)))
    if _rounds(classifier.network):
        tolerance = max(tolerance, ROUNDED_TOLERANCE)
    if not difference <= tolerance:
        raise ValueError(
            "The model must be one that can be exported to this format. Received: one "
            f"whose export gives different answers, by {difference:.2g} on the mean. "
            "Use another format, no quantization, or images of the training for it."
        )


def _rounds(network: keras.Model) -> bool:
    dtypes = {layer.compute_dtype for layer in network._flatten_layers()}
    return not dtypes.isdisjoint({"float16", "bfloat16"})
