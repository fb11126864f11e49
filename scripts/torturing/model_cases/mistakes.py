"""Mistakes that data can have, and the arguments that their errors must name."""

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np

from torturing.model_cases.networks import Network

TRAINING = ("fit", "train_on_batch")
WITH_TARGETS = (*TRAINING, "evaluate", "test_on_batch")
ALL = (*WITH_TARGETS, "predict", "predict_on_batch")
WITH_BATCHES = ("fit", "evaluate", "predict")


@dataclasses.dataclass
class Examples:
    """What a call is given.

    Args:
        x: Inputs.
        y: Targets.
        sample_weight: Weights of examples, or `None`.
        options: Other arguments of the call.
    """

    x: Any
    y: Any
    sample_weight: Any = None
    options: dict[str, Any] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class Mistake:
    """A mistake.

    Args:
        plant: Puts it into examples. Takes them, the network and a random generator,
            and returns the indices of the examples that are wrong, if it is some.
        names: The arguments of which the error must name one.
        applies: Whether a network can be given it.
        calls: The methods that look at it.
        arrays_only: Whether data sets cannot have it.
    """

    plant: Callable[[Examples, Network, np.random.Generator], Any]
    names: tuple[str, ...]
    applies: Callable[[Network], bool] = lambda network: True
    calls: tuple[str, ...] = WITH_TARGETS
    arrays_only: bool = False

    @property
    def in_numbers(self) -> bool:
        """Whether it is in the numbers of some examples: `plant` says which."""
        return getattr(self.plant, "in_numbers", False)


NOT_FINITE = (np.nan, np.inf, -np.inf)


def _rows(random: np.random.Generator, count: int) -> np.ndarray:
    return np.sort(random.choice(count, random.integers(1, count + 1), replace=False))


def _in_numbers(part: str, values: tuple[float, ...], dtype: str | None = None) -> Any:
    """Returns what puts one of these values into some examples."""

    def plant(examples: Examples, network: Network, random: Any) -> Any:
        array = np.array(getattr(examples, part))
        if array.dtype.kind != "f" or dtype is not None:
            array = array.astype(dtype or "float32")
        rows = _rows(random, len(array))
        for row in rows:
            place = tuple(random.integers(size) for size in array.shape[1:])
            array[(row, *place)] = random.choice(values)
        setattr(examples, part, array)
        return rows

    plant.in_numbers = True
    return plant


def _weights(values: tuple[float, ...]) -> Any:
    inner = _in_numbers("sample_weight", values)

    def plant(examples: Examples, network: Network, random: Any) -> Any:
        shape = (len(examples.x), *[1] * network.axis)
        examples.sample_weight = np.ones(shape, "float32")
        return inner(examples, network, random)

    plant.in_numbers = True
    return plant


def _labels(*values: float) -> Any:
    def plant(examples: Examples, network: Network, random: Any) -> Any:
        whole = all(value == int(value) for value in values)
        inner = _in_numbers("y", values, None if not whole else "int32")
        examples.y = np.array(examples.y).astype("int32" if whole else "float32")
        return inner(examples, network, random)

    plant.in_numbers = True
    return plant


def _replace(part: str, make: Callable[[np.ndarray], Any]) -> Any:
    def plant(examples: Examples, network: Network, random: Any) -> None:
        setattr(examples, part, make(np.asarray(getattr(examples, part))))

    return plant


def _weight(make: Callable[[int], Any]) -> Any:
    def plant(examples: Examples, network: Network, random: Any) -> None:
        weights = make(len(examples.x))
        if network.axis and isinstance(weights, np.ndarray):
            weights = weights[:, None]
        examples.sample_weight = weights

    return plant


def _option(name: str, *values: Any) -> Any:
    def plant(examples: Examples, network: Network, random: Any) -> None:
        examples.options[name] = values[random.integers(len(values))]

    return plant


def _shape_of_targets(examples: Examples, network: Network, random: Any) -> None:
    """Targets that would be broadcast, or that no output belongs to."""
    count, output = len(examples.x), network.output_shape
    shapes = [(*output[:-1], output[-1] + 1), (7,), (*output, 2)]
    if network.units > 1 and network.takes not in ("labels", "rows"):
        shapes += [(*output[:-1], 1), output[:-1]]
    shape = shapes[random.integers(len(shapes))]
    examples.y = np.zeros((count, *shape), "float32")


def _one_hot(examples: Examples, network: Network, random: Any) -> None:
    labels = np.asarray(examples.y).astype(int).reshape(-1)
    rows = np.eye(network.units, dtype="float32")[labels]
    examples.y = rows.reshape(len(examples.x), *network.output_shape)


def _both_weights(examples: Examples, network: Network, random: Any) -> None:
    examples.options["class_weight"] = {0: 2.0}
    examples.sample_weight = np.ones(len(examples.x))


def _shorter(part: str) -> Any:
    return _replace(part, lambda array: array[: len(array) - 1])


def _empty(examples: Examples, network: Network, random: Any) -> None:
    examples.x, examples.y = examples.x[:0], examples.y[:0]
    if examples.sample_weight is not None:
        examples.sample_weight = examples.sample_weight[:0]


def _are_labels(network: Network) -> bool:
    return network.is_sparse


def _are_rows(network: Network) -> bool:
    return network.takes == "rows" and network.loss.startswith("categorical")


def _are_numbers(network: Network) -> bool:
    return not network.is_sparse


def _with_classes(network: Network) -> bool:
    return network.is_sparse or _are_rows(network)


def _objects(array: np.ndarray) -> np.ndarray:
    objects = array.astype(object)
    objects.flat[0] = None
    return objects


MISTAKES = {
    "x not finite": Mistake(_in_numbers("x", NOT_FINITE), ("x",), calls=ALL),
    "x too large": Mistake(
        _in_numbers("x", (1e39, -1e300), "float64"),
        ("x",),
        calls=ALL,
        arrays_only=True,
    ),
    "x of another width": Mistake(
        _replace("x", lambda x: x[..., :-1]), ("x",), calls=ALL
    ),
    "x without an axis": Mistake(_replace("x", lambda x: x[..., 0]), ("x",), calls=ALL),
    "x with an axis more": Mistake(
        _replace("x", lambda x: np.stack([x, x], axis=-1)), ("x",), calls=ALL
    ),
    "x is text": Mistake(_replace("x", lambda x: x.astype(str)), ("x",), calls=ALL),
    "x is of objects": Mistake(
        _replace("x", _objects), ("x",), calls=ALL, arrays_only=True
    ),
    "x is complex": Mistake(_replace("x", lambda x: x + 1j), ("x",), calls=ALL),
    "x is of dates": Mistake(
        _replace("x", lambda x: x.astype("int64").astype("datetime64[s]")),
        ("x",),
        calls=ALL,
        arrays_only=True,
    ),
    "x is a list": Mistake(
        _replace("x", lambda x: x.tolist()),
        ("x",),
        calls=WITH_BATCHES,
        arrays_only=True,
    ),
    "x is a number": Mistake(
        _replace("x", lambda x: np.float32(1)), ("x",), calls=ALL, arrays_only=True
    ),
    "x is missing": Mistake(
        lambda examples, *_: setattr(examples, "x", None),
        ("x",),
        calls=ALL,
        arrays_only=True,
    ),
    "no example": Mistake(_empty, ("x",), calls=ALL),
    "y not finite": Mistake(_in_numbers("y", NOT_FINITE), ("y",), _are_numbers),
    "y is missing": Mistake(lambda examples, *_: setattr(examples, "y", None), ("y",)),
    "y is text": Mistake(_replace("y", lambda y: y.astype(str)), ("y",)),
    "y is of objects": Mistake(_replace("y", _objects), ("y",), arrays_only=True),
    "y is complex": Mistake(_replace("y", lambda y: y + 1j), ("y",)),
    "y is a list": Mistake(
        _replace("y", lambda y: y.tolist()),
        ("y",),
        calls=("fit", "evaluate"),
        arrays_only=True,
    ),
    "y is a number": Mistake(
        _replace("y", lambda y: np.float32(1)), ("y",), arrays_only=True
    ),
    "y of another length": Mistake(_shorter("y"), ("x", "y"), arrays_only=True),
    "y of another shape": Mistake(_shape_of_targets, ("y",)),
    "label too large": Mistake(_labels(3, 4, 100), ("y",), _are_labels),
    "negative label": Mistake(_labels(-2, -7), ("y",), _are_labels),
    "fractional label": Mistake(_labels(0.5, 1.25), ("y",), _are_labels),
    "label that is none": Mistake(_in_numbers("y", NOT_FINITE), ("y",), _are_labels),
    "no binary label": Mistake(
        _labels(2, -1), ("y",), lambda network: network.takes == "binary"
    ),
    "one-hot rows": Mistake(_one_hot, ("y",), _are_labels),
    "no one-hot rows": Mistake(
        _replace("y", lambda y: y.argmax(axis=-1)), ("y",), _are_rows
    ),
    "weights not right": Mistake(
        _weights((*NOT_FINITE, -0.5, -3.0)), ("sample_weight",)
    ),
    "negative whole weights": Mistake(
        _weight(lambda count: np.arange(count) - count), ("sample_weight",)
    ),
    "weights of another length": Mistake(
        _weight(lambda count: np.ones(count + 1)), ("sample_weight",), arrays_only=True
    ),
    "weights of another shape": Mistake(
        _weight(lambda count: np.ones((count, 3))), ("sample_weight",)
    ),
    "weights without an axis": Mistake(
        lambda examples, *_: setattr(
            examples, "sample_weight", np.ones(len(examples.x))
        ),
        ("sample_weight",),
        lambda network: network.axis,
    ),
    "weights are text": Mistake(
        _weight(lambda count: np.full(count, "1")), ("sample_weight",)
    ),
    "weights are a list": Mistake(
        _weight(lambda count: [1.0] * count),
        ("sample_weight",),
        calls=("fit", "evaluate"),
        arrays_only=True,
    ),
    "weights are a number": Mistake(
        _weight(lambda count: np.float32(1)), ("sample_weight",), arrays_only=True
    ),
    "class weights": Mistake(
        _option(
            "class_weight",
            {3: 1.0},
            {-1: 1.0},
            {0.5: 1.0},
            {"0": 1.0},
            {0: -1.0},
            {0: np.nan, 1: 1.0},
            {1: np.inf},
            {0: "heavy"},
            {0: None},
            "balanced",
            [1.0, 2.0, 3.0],
            3,
        ),
        ("class_weight",),
        _with_classes,
        calls=TRAINING,
    ),
    "class weights and weights": Mistake(
        _both_weights,
        ("class_weight", "sample_weight"),
        _with_classes,
        calls=TRAINING,
        arrays_only=True,
    ),
    "validation_split": Mistake(
        _option("validation_split", 0.999, -0.5, 1.0, 1.5, np.nan, np.inf, "0.2"),
        ("validation_split",),
        calls=("fit",),
        arrays_only=True,
    ),
    "batch_size": Mistake(
        _option("batch_size", 0, -1, 2.5, np.nan, "8"),
        ("batch_size",),
        calls=WITH_BATCHES,
        arrays_only=True,
    ),
}
