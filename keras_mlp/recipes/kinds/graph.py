"""The picture of a network's graph."""

import logging
from pathlib import Path

import keras

from keras_mlp.files import replacing
from keras_mlp.report import Section

_logger = logging.getLogger("keras_mlp")


def graph_section(model: keras.Model, directory: Path) -> Section:
    """Draws a network as a graph of its layers, with their shapes.

    It needs the library `pydot`, of the extra `plot`, and the program Graphviz, which
    no Python package brings. Where one of them is missing, a line is logged and the
    section says so in place of the picture.

    Args:
        model: The network.
        directory: Where `model.png` goes.

    Returns:
        The section of the report.
    """
    path = directory / "model.png"
    try:
        with replacing(path) as temporary:
            keras.utils.plot_model(
                model, temporary, show_shapes=True, show_layer_names=True, dpi=96
            )
    except (ImportError, FileNotFoundError):
        # Keras raises the one, and in a notebook prints a line and writes nothing.
        message = (
            "The graph is not drawn: that needs pydot (pip install 'keras-mlp[plot]') "
            "and Graphviz (for instance apt install graphviz)."
        )
        _logger.warning(message)
        return Section("Graph", message)
    return Section(
        "Graph",
        "The layers, with the shapes that go in and come out.",
        pictures={path: "Layers as boxes, one below the other, with their shapes."},
    )
