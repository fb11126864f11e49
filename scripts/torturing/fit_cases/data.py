"""Examples of a case, handed over in its way."""

import dataclasses
import itertools
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from torturing.fit_cases.cases import FitCase
from torturing.fit_cases.networks import FEATURES, LENGTH, NETWORKS, TOKENS, WIDTHS

Parts = tuple[Any, ...]


class Batches(keras.utils.PyDataset):
    """Batches that are there already.

    Args:
        batches: The batches.
        again: Whether they come again and again.
        **options: As for `keras.utils.PyDataset`.
    """

    def __init__(self, batches: list[Parts], again: bool, **options: Any) -> None:
        super().__init__(**options)
        self.batches = batches
        self.again = again

    @property
    def num_batches(self) -> int | None:
        """How many there are."""
        return None if self.again else len(self.batches)

    def __getitem__(self, index: int) -> Parts:
        return self.batches[index % len(self.batches)]


def arguments_of(case: FitCase) -> dict[str, Any]:
    """Returns the arguments of `fit`, made anew."""
    parts = _examples(case, case.count, case.seed)
    arguments: dict[str, Any] = {"epochs": case.epochs, "shuffle": case.shuffle}
    if case.steps is not None:
        arguments["steps_per_epoch"] = case.steps
    if case.weights == "class":
        arguments["class_weight"] = {0: 0.5, 1: 2.0}
    arguments |= _handed_over(case, parts)
    arguments |= _validation(case)
    if case.mistake == "fewer targets":
        arguments["y"] = keras.tree.map_structure(lambda a: a[:-1], arguments["y"])
    elif case.mistake == "both weights":
        arguments["sample_weight"] = np.ones(case.count)
    elif case.mistake == "validation_split":
        arguments["validation_split"] = 0.5
    return arguments


def _handed_over(case: FitCase, parts: Parts) -> dict[str, Any]:
    batches = _batches(case, parts)
    data = case.data
    if data in ("arrays", "tensors"):
        if data == "tensors":
            parts = keras.tree.map_structure(tf.convert_to_tensor, parts)
        named = dict(zip(("x", "y", "sample_weight"), parts, strict=False))
        return {**named, "batch_size": case.batch_size}
    if data == "generator":
        return {"x": generator_of(batches)}
    if data == "endless generator":
        return {"x": generator_of(itertools.cycle(batches))}
    if data.endswith(("PyDataset", "workers")):
        workers = 2 if data.endswith("workers") else 1
        return {"x": Batches(batches, data.startswith("endless"), workers=workers)}
    if data == "from_generator":
        return {"x": _from_generator(batches)}
    made = tf.data.Dataset.from_tensor_slices(parts)
    if data == "endless data set":
        made = made.batch(case.batch_size, drop_remainder=True).repeat()
    else:
        made = made.batch(case.batch_size, drop_remainder=data == "full batches")
    if data == "unknown length":
        made = made.filter(lambda *batch: True)
    return {"x": made}


def generator_of(batches: Any) -> Iterator[Parts]:
    """Returns a generator: Keras takes no other iterators."""
    yield from batches


def _from_generator(batches: list[Parts]) -> tf.data.Dataset:
    signature = keras.tree.map_structure(
        lambda array: tf.TensorSpec((None, *array.shape[1:]), array.dtype), batches[0]
    )
    return tf.data.Dataset.from_generator(lambda: batches, output_signature=signature)


def _batches(case: FitCase, parts: Parts) -> list[Parts]:
    size = case.batch_size

    def batch(number: int) -> Parts:
        part = slice(number * size, (number + 1) * size)
        return keras.tree.map_structure(lambda array: array[part], parts)

    return [batch(number) for number in range(case.batches)]


def _validation(case: FitCase) -> dict[str, Any]:
    if case.validation is None:
        return {}
    if case.validation == "split":
        return {"validation_split": 0.4}
    # Weights are of the training.
    plain = dataclasses.replace(case, weights=None)
    parts = _examples(plain, 11, case.seed + 1)
    if case.validation == "data set":
        data = tf.data.Dataset.from_tensor_slices(parts).batch(3)
        return {"validation_data": data}
    options = {"freq": {"validation_freq": 2}, "steps": {"validation_steps": 2}}
    batch = {"validation_batch_size": 4}
    return {"validation_data": parts, **batch, **options.get(case.validation, {})}


def held_out(case: FitCase) -> dict[str, Any]:
    """Returns arguments of `evaluate`."""
    x, y = _examples(dataclasses.replace(case, weights=None, mistake=None), 13, 5)
    return {"x": x, "y": y, "batch_size": 4}


def _examples(case: FitCase, count: int, seed: int) -> Parts:
    """Returns inputs, targets and perhaps weights."""
    random = np.random.default_rng(seed)
    network = NETWORKS[case.network]
    axis = (2,) * network.has_axis
    width = FEATURES + (case.mistake == "other width")

    def numbers() -> np.ndarray:
        if case.dtype.startswith("float"):
            return random.normal(size=(count, *axis, width)).astype(case.dtype)
        return random.integers(0, 3, (count, *axis, width)).astype(case.dtype)

    if network.inputs == "tokens":
        x: Any = random.integers(0, TOKENS, (count, LENGTH)).astype("int32")
    elif network.inputs == "array":
        x = numbers()
    else:
        x = {"left": numbers(), "right": numbers()}
        x = x if network.inputs == "dict" else tuple(x.values())
    if case.loss == "classes":
        y: Any = random.integers(0, WIDTHS["classes"], (count, *axis))
    else:
        y = random.normal(size=(count, *axis, WIDTHS["squares"])).astype("float32")
    if network.two_outputs:
        y = {"place": y, "size": y[:, :1] + 1}
    if case.weights in (None, "class"):
        return x, y
    shape = (count, *axis) if case.weights == "rows" else (count,)
    weight = random.uniform(0.2, 2, shape).astype("float32")
    if case.weights == "negative":
        weight = weight - 1
    elif case.weights == "zero":
        weight[::2] = 0
    return x, y, weight
