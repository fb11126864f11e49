"""A page that holds a network and runs it."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np

from keras_mlp.report.arrays import invalid
from keras_mlp.report.evaluation.evaluated import Evaluated, evaluate
from keras_mlp.report.evaluation.examples import examples_of
from keras_mlp.report.play.columns import described_columns, plain_columns, rows_of
from keras_mlp.report.play.images import (
    checked_images,
    chosen_test_images,
    evenly_by_class,
    packed_images,
)
from keras_mlp.report.play.network import Network, network_of
from keras_mlp.report.play.page import write_page


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

    The page is held below a million characters. Weights that need more are rounded, and
    the page says how far its answers then are from the model's.

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
        network, contents = _of_table(model, test, class_names, target)
    else:
        network = network_of(model)
        x, y = test if isinstance(test, tuple) and len(test) == 2 else (None, None)
        if x is None:
            examples = examples_of(test, column_names)
            x, y = examples.inputs, examples.targets
        x = np.asarray(x)
        if x.ndim >= 3:
            if scale is None:
                scale = not _scales(network)
            contents = _of_images(
                model, network, x, y, train, scale, class_names, from_logits
            )
        else:
            contents = _of_numbers(
                model, network, x, y, column_names, class_names, from_logits, target
            )
    count = sum(array.size for array in network.arrays)
    about = f"{count:,} weights, and all that runs them, are in this file."
    write_page(path, heading, about, network, contents)
    return path


def _scales(network: Network) -> bool:
    types = [each["type"] for each in network.operations if each["type"] != "reshape"]
    return types[:1] == ["affine"]


def _answer(evaluated: Evaluated, target: str | None = None) -> dict[str, Any]:
    names = list(evaluated.names)
    if evaluated.task == "regression" and len(names) == 1 and target:
        names = [target]
    return {
        "task": evaluated.task,
        "names": names,
        "from_logits": bool(evaluated.from_logits),
        "target": target,
    }


def _truths(evaluated: Evaluated) -> np.ndarray:
    if evaluated.labels is not None:
        return np.asarray(evaluated.labels)
    assert evaluated.targets is not None
    return evaluated.targets[:, 0]


def _of_table(
    model: Any, test: Any, class_names: Sequence[str] | None, target: str | None
) -> tuple[Network, dict[str, Any]]:
    evaluated = evaluate(model, test, class_names=class_names)
    preprocessing = model.preprocessing
    width = preprocessing.compute_output_shape((None,))[1]
    network = network_of(keras.Sequential([keras.Input((width,)), model.mlp]))
    targets = getattr(model, "target_standardization", None)
    if targets is not None:
        # Back to the units of the data.
        network.operations.append(
            {
                "type": "affine",
                "name": targets.name,
                "inputs": [len(network.operations) - 1],
                "shape": [network.output_size],
                "arrays": [len(network.arrays), len(network.arrays) + 1],
            }
        )
        network.arrays.extend([targets.deviation.numpy(), targets.mean.numpy()])
    columns = evaluated.examples.inputs
    assert isinstance(columns, dict)
    described = described_columns(preprocessing.columns, columns, len(network.arrays))
    network.arrays.extend(weight.numpy() for weight in preprocessing.weights)
    target = target or getattr(test, "target", None)
    return network, {
        "kind": "table",
        "answer": _answer(evaluated, target),
        "columns": described,
        "rows": rows_of(columns, _truths(evaluated)),
    }


def _of_numbers(
    model: Any,
    network: Network,
    x: np.ndarray,
    y: Any,
    column_names: Sequence[str] | None,
    class_names: Sequence[str] | None,
    from_logits: bool | None,
    target: str | None,
) -> dict[str, Any]:
    if column_names is None and (x.ndim == 1 or x.shape[1] == 1):
        column_names = ["x"]
    rows = x.reshape(len(x), -1)
    evaluated = evaluate(
        model,
        (rows, np.asarray(y).reshape(len(rows), -1) if x.ndim == 1 else y),
        class_names=class_names,
        column_names=column_names,
        from_logits=from_logits,
    )
    names = evaluated.examples.column_names
    columns = {name: rows[:, place] for place, name in enumerate(names)}
    return {
        "kind": "table",
        "answer": _answer(evaluated, target or "y"),
        "columns": plain_columns(names, rows),
        "rows": rows_of(columns, _truths(evaluated)),
    }


def _of_images(
    model: Any,
    network: Network,
    x: np.ndarray,
    y: Any,
    train: Any,
    scale: bool,
    class_names: Sequence[str] | None,
    from_logits: bool | None,
) -> dict[str, Any]:
    images = checked_images("test", x, range(len(x)) if y is None else y)
    shape = images.shape[1:]
    if np.prod(shape) != np.prod(network.input_shape):
        raise invalid(
            "test",
            f"hold images of {int(np.prod(network.input_shape))} numbers, as the model "
            "takes them",
            f"images of shape {shape}",
            "Pass the images that it was trained for.",
        )
    about = {"shape": list(shape), "scale": bool(scale)}
    inputs = (images / np.float32(255 if scale else 1)).astype("float32")
    inputs = inputs.reshape(-1, *network.input_shape)
    if y is None:
        code = _code_of(network)
        return {
            "kind": "autoencoder",
            "image": about,
            "network": {"code": code},
            "answer": {"task": "image", "names": ["image"]},
            "images": {"test": packed_images(images[:100], [0] * len(images[:100]))},
        }
    evaluated = evaluate(
        model,
        (inputs, y),
        class_names=class_names,
        image_shape=shape,
        task="classification",
        from_logits=from_logits,
    )
    assert evaluated.labels is not None
    labels, answers = evaluated.labels, evaluated.answers.argmax(axis=1)
    places, sample = chosen_test_images(labels, answers)
    contents = {
        "kind": "images",
        "image": {**about, "digits": evaluated.names == [str(i) for i in range(10)]},
        "answer": _answer(evaluated),
        "images": {
            "test": packed_images(
                images[places],
                labels[places],
                answers=answers[places],
                sample=sample,
            ),
            "train": {"packed": packed_images(images[:0], [])["packed"], "labels": []},
        },
    }
    if train is not None:
        train_images = checked_images("train", *train)
        train_labels = np.asarray(train[1])
        chosen = evenly_by_class(train_labels)
        contents["images"]["train"] = packed_images(
            train_images[chosen], train_labels[chosen]
        )
    return contents


def _code_of(network: Network) -> int:
    """Returns the operation that gives the code: the last of the narrowest."""
    sizes = [int(np.prod(each["shape"])) for each in network.operations]
    if network.output_size != np.prod(network.input_shape) or not sizes:
        raise invalid(
            "test",
            "hold classes beside images, where the model is no autoencoder",
            "images alone",
            "Pass `(images, labels)`.",
        )
    return max(place for place, size in enumerate(sizes) if size == min(sizes))
