"""The facts about a model and its data for the page, ready for JSON."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from keras_mlp.report.arrays import invalid
from keras_mlp.report.evaluation.evaluated import Evaluated, evaluate
from keras_mlp.report.play.columns import described_columns, plain_columns, rows_of
from keras_mlp.report.play.images import (
    checked_images,
    chosen_test_images,
    evenly_by_class,
    packed_images,
)
from keras_mlp.report.play.network import Network, cannot_run, network_of

# Images of an autoencoder: each is coded when the page is opened.
CODED = 40


def _truths(evaluated: Evaluated) -> np.ndarray:
    if evaluated.labels is not None:
        return np.asarray(evaluated.labels)
    assert evaluated.targets is not None
    return evaluated.targets[:, 0]


def contents_of_table(
    model: Any, test: Any, class_names: Sequence[str] | None, target: str | None
) -> tuple[Network, dict[str, Any]]:
    """Returns the network behind the columns of a table, and what the form needs.

    Args:
        model: A model with a `data.TabularPreprocessing`.
        test: As for `play`.
        class_names: As for `play`.
        target: As for `play`.

    Raises:
        ValueError: If something is between the columns and the block of layers.
    """
    preprocessing = model.preprocessing
    for layer in model._steps():
        if layer not in (preprocessing, model.mlp):
            raise cannot_run(layer, "which has no counterpart in JavaScript")
    evaluated = evaluate(model, test, class_names=class_names)
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


def contents_of_numbers(
    model: Any,
    network: Network,
    x: np.ndarray,
    y: Any,
    column_names: Sequence[str] | None,
    class_names: Sequence[str] | None,
    from_logits: bool | None,
    target: str | None,
) -> dict[str, Any]:
    """Returns what the form needs for a network that takes numbers as they are.

    Args:
        model: The model.
        network: Its operations.
        x: `[n]` or `[n, columns]`.
        y: The targets.
        column_names: As for `play`, and so are the others.
        class_names: The names of the classes.
        from_logits: Whether the outputs are logits.
        target: The name of what is predicted.
    """
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


def contents_of_images(
    model: Any,
    network: Network,
    x: np.ndarray,
    y: Any,
    train: Any,
    scale: bool | None,
    class_names: Sequence[str] | None,
    from_logits: bool | None,
) -> dict[str, Any]:
    """Returns the images and their descriptions, for a classifier or autoencoder.

    Args:
        model: The model.
        network: Its operations.
        x: Test images.
        y: Their classes; `None` for an autoencoder.
        train: As for `play`, and so are the others.
        scale: Whether pixels are divided by 255.
        class_names: The names of the classes.
        from_logits: Whether the outputs are logits.
    """
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
    if scale is None:
        scale = not _scales(network)
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
            "images": {"test": packed_images(images[:CODED], range(CODED))},
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
    contents: dict[str, Any] = {
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
