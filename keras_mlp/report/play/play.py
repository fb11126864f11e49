"""A page that holds a network and runs it."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from keras_mlp.report.evaluation.examples import examples_of
from keras_mlp.report.play.contents import (
    contents_of_images,
    contents_of_numbers,
    contents_of_table,
)
from keras_mlp.report.play.make_page import write_page
from keras_mlp.report.play.network import network_of


def play(
    model: Any,
    path: str | os.PathLike[str],
    test: Any,
    train: Any = None,
    *,
    class_names: Sequence[str] | None = None,
    column_names: Sequence[str] | None = None,
    target: str | None = None,
    from_logits: bool | None = None,
    scale: bool | None = None,
    title: str | None = None,
) -> Path:
    """Writes a page in which one draws, asks and breaks this very network.

    The page is one HTML file that runs the network in plain JavaScript. It asks for
    nothing from anywhere. A classifier of images reads what is drawn, and shows every
    layer and every unit; a model of a table has a form; an autoencoder its code as
    sliders. Each page has two lessons besides: a training step with every number of
    it, and a network that learns points of the plane.

    The page is held below a million characters: weights of large networks are rounded,
    to 20 bits for 784-256-128-10, and the page says so. Only networks of more than some
    600,000 weights, which are rounded to 8 bits, make larger pages.

    Args:
        model: A built Keras model of this package or of Keras: a chain or a graph of
            dense layers, activations, normalizations, additions and products, and
            convolutions without padding. What matters only in training is left out.
        path: The HTML file to write. One that is there is replaced.
        test: What the model was not trained on: `(x, y)`, or a `tf.data.Dataset` of
            such batches. `x` are images as they are on disk, uint8 `[n, height, width]`
            or `[n, height, width, channels]`; or the columns of a table, for a model
            with a `data.TabularPreprocessing`; or rows of numbers, `[n]` or
            `[n, columns]`. `y` is as for `report.write`; of an autoencoder, `None`.
        train: Images of the training with their classes, `(x, y)`, of which the nearest
            are shown. Defaults to none.
        class_names: The names of the classes, in the order of the outputs. Defaults to
            what `test` or the model has under this name, then to numbers.
        column_names: The names of the columns of rows of numbers.
        target: The name of what is predicted. Defaults to what `test` has.
        from_logits: Whether the outputs of a classifier are logits. Defaults to what
            the model says.
        scale: Whether pixels are divided by 255 before they reach the model. Defaults
            to `True`, unless its first layer scales.
        title: The page's heading. Defaults to the model's name.

    Returns:
        The path of the page.

    Raises:
        ValueError: If the page cannot run one of the layers, which it names, or the
            data do not fit the model.

    Example:

    ```python
    import numpy as np
    import keras_mlp
    from keras_mlp import report

    model = keras_mlp.models.MLPClassifier(10, [32], seed=0)
    model.compile()
    history = model.fit(keras_mlp.data.load("mnist_5k"), epochs=1, verbose=0)
    images = keras_mlp.data.load("mnist_5k", "test", flatten=False, scale=False)
    x, y = zip(*images.as_numpy_iterator())
    test = np.concatenate(x).astype("uint8"), np.concatenate(y)
    path = report.play(model, "play.html", test)
    assert path.stat().st_size < 1_000_000
    ```
    """
    path = Path(path)
    heading = title or f"See {getattr(model, 'name', 'the network')} think"
    contents: dict[str, Any]
    if getattr(model, "takes_columns", False):
        network, contents = contents_of_table(model, test, class_names, target)
    else:
        network = network_of(model)
        x, y = test if isinstance(test, tuple) and len(test) == 2 else (None, None)
        if x is None:
            examples = examples_of(test, column_names)
            x, y = examples.inputs, examples.targets
        x = np.asarray(x)
        if x.ndim >= 3:
            contents = contents_of_images(
                model, network, x, y, train, scale, class_names, from_logits
            )
        else:
            contents = contents_of_numbers(
                model, network, x, y, column_names, class_names, from_logits, target
            )
    count = sum(array.size for array in network.arrays)
    about = f"{count:,} weights, and all that runs them, are in this file."
    write_page(path, heading, about, network, contents)
    return path
