"""The part of a report on what is inside a network of images."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from keras_mlp.report.inside.hidden import last_hidden, plot_hidden
from keras_mlp.report.inside.network import plot_network
from keras_mlp.report.inside.recording import (
    activations_of,
    kernel_of,
    layers_with_kernels,
)
from keras_mlp.report.inside.weights import plot_weights
from keras_mlp.report.page.document import Pictures, Section

_MOST_EXAMPLES = 2000


def inside_section(
    model: Any,
    inputs: np.ndarray,
    labels: np.ndarray,
    names: Sequence[str],
    image_shape: Sequence[int],
    directory: Path,
) -> Section:
    """Returns the section that shows the network, its weights and activations.

    Args:
        model: A built Keras model.
        inputs: Examples, as the model takes them, `[n, ...]`.
        labels: The true classes, `[n]`.
        names: The names of the classes.
        image_shape: The shape of an example as an image.
        directory: Where the pictures go.
    """
    network, weights = directory / "network.png", directory / "weights.png"
    plot_network(model, network)
    pictures: Pictures = {
        network: "The layers with their sizes, from the pixels to the answer."
    }
    first = layers_with_kernels(model)[0]
    shape = tuple(image_shape[:2])
    one_channel = np.prod(image_shape) == np.prod(shape)
    is_rows = kernel_of(first.layer).ndim == 2
    if is_rows and one_channel and kernel_of(first.layer).shape[0] == np.prod(shape):
        plot_weights(model, weights, first.layer, shape)
        pictures[weights] = (
            "The weights of units of the first layer as images: red pixels speak for a "
            "unit, blue ones against it. What looks like noise was hardly learnt."
        )
    found = last_hidden(activations_of(model, inputs[:_MOST_EXAMPLES]))
    if found is not None and len(inputs) > 1 and np.isfinite(found[1]).all():
        name, values = found
        hidden = directory / "hidden.png"
        plot_hidden(values, labels[:_MOST_EXAMPLES], hidden, names)
        pictures[hidden] = (
            f"What the last hidden layer, {name}, makes of the images, in the two "
            "directions in which it varies most (PCA). Classes that overlap are those "
            "that the network mistakes."
        )
    return Section("Inside the network", pictures=pictures)
