"""Calls of models, with examples as they should be."""

import dataclasses
from typing import Any

import numpy as np
from hypothesis import strategies

from torturing.model_cases.mistakes import (
    ALL,
    MISTAKES,
    TRAINING,
    WITH_BATCHES,
    WITH_TARGETS,
    Examples,
)
from torturing.model_cases.networks import NETWORKS, Network

FLOATS = ("float16", "float32", "float64")
WHOLE = ("int8", "uint8", "int32", "int64", "uint16")


@dataclasses.dataclass(frozen=True)
class DataCase:
    """A call of a model, and what it is given.

    Args:
        network: The model.
        call: The method.
        source: `"arrays"`, `"tensors"`, `"data set"` or `"generator"`.
        count: Number of examples.
        batch_size: Examples in a batch.
        epochs: Of `fit`.
        x_dtype: Dtype of the inputs.
        y_dtype: Dtype of the targets, where they can have it.
        short: Whether targets leave out an axis of 1, or labels have one.
        weights: `None`, `"sample"` or `"class"`.
        held_out: What `fit` validates on: `None`, `"split"` or `"data"`.
        mistake: One of `MISTAKES`, or `None`.
        seed: Fixes the numbers.
    """

    network: Network
    call: str
    source: str
    count: int
    batch_size: int
    epochs: int
    x_dtype: str
    y_dtype: str
    short: bool
    weights: str | None
    held_out: str | None
    mistake: str | None
    seed: int


@strategies.composite
def data_cases(draw: Any, networks: tuple[Network, ...] = NETWORKS) -> DataCase:
    """Calls with at most one mistake in what they are given."""
    sample = strategies.sampled_from
    network = draw(sample(networks))
    call = draw(sample(ALL))
    sources = ("arrays", "tensors", "data set", "generator")
    source = draw(sample(sources if call in WITH_BATCHES else sources[:2]))
    if source == "generator" and call == "predict":
        source = "data set"
    mistake = None
    if draw(strategies.booleans()):
        fitting = [
            name
            for name, candidate in MISTAKES.items()
            if call in candidate.calls
            and candidate.applies(network)
            and (source == "arrays" or not candidate.arrays_only)
            and (source != "generator" or _shows(name, network))
        ]
        mistake = draw(sample(fitting))
    weighted = [None]
    if call in WITH_TARGETS:
        weighted.append("sample")
    classes = network.takes in ("labels", "rows") and not network.axis
    if call in TRAINING and classes and mistake is None:
        weighted.append("class")
    if mistake is not None and "class_weight" in MISTAKES[mistake].names:
        weighted = [None]
    count = draw(strategies.integers(1, 9))
    held_out = None
    if call == "fit" and source == "arrays" and mistake is None and count > 2:
        held_out = draw(sample([None, "split", "data"]))
    return DataCase(
        network=network,
        call=call,
        source=source,
        count=count,
        batch_size=draw(strategies.integers(1, 10)),
        epochs=draw(strategies.integers(1, 2)),
        x_dtype=draw(sample((*FLOATS, *FLOATS, *WHOLE, "bool"))),
        y_dtype=draw(sample((*FLOATS, *WHOLE, "bool"))),
        short=draw(strategies.booleans()),
        weights=draw(sample(weighted)),
        held_out=held_out,
        mistake=mistake,
        seed=draw(strategies.integers(0, 2**16)),
    )


def _shows(name: str, network: Network) -> bool:
    """Returns whether a mistake shows in the batches of a generator.

    Nothing is known of them beforehand, and their shapes not inside a program that has
    been traced for several.
    """
    shapes = ("y of another shape", "weights of another shape")
    eager = dict(network.options).get("run_eagerly", False)
    return MISTAKES[name].in_numbers or (eager and name in shapes)


def examples_of(case: DataCase, random: np.random.Generator) -> Examples:
    """Returns right examples."""
    network, count = case.network, case.count
    if case.x_dtype in FLOATS:
        x = random.normal(size=(count, *network.example_shape))
    else:
        x = random.integers(0, 2, (count, *network.example_shape))
    x = x.astype(case.x_dtype)
    y = _targets(case, random)
    weights = None
    options: dict[str, Any] = {}
    if case.weights == "sample":
        # One for each example, or, where it has losses along an axis, for each of them.
        shape = (count, *[random.integers(1, 3)] * network.axis)
        shape = (*shape, 1) if case.short else shape
        weights = random.choice([0.0, 0.5, 1.0, 3.0], shape)
        weights = weights.astype(str(random.choice([*FLOATS, "int32"])))
    elif case.weights == "class":
        options["class_weight"] = {0: 2.0, 2: 0.25}
        if network.loss == "sparse_ignoring":
            del options["class_weight"]
    return Examples(x, y, weights, options)


def _targets(case: DataCase, random: np.random.Generator) -> np.ndarray:
    network, shape = case.network, (case.count, *case.network.output_shape)
    takes, dtype = network.takes, case.y_dtype
    if takes == "labels":
        first = -1 if network.loss == "sparse_ignoring" else 0
        labels = random.integers(first, network.units, shape[:-1])
        if dtype == "bool" or first < 0:
            dtype = "int32"
        return (labels[..., None] if case.short else labels).astype(dtype)
    if takes == "rows":
        y = np.eye(network.units)[random.integers(0, network.units, shape[:-1])]
        if dtype in FLOATS and network.loss != "categorical_hinge":
            # Rows need only add up to 1.
            y = 0.75 * y + 0.25 / network.units
    elif takes == "binary":
        y = random.integers(0, 2, shape)
    elif takes == "signs":
        y = random.choice([-1, 1], shape)
        dtype = dtype if dtype in FLOATS else "int8"
    elif takes == "positive":
        y = random.uniform(0.5, 3, shape)
        dtype = dtype if dtype in FLOATS else "int64"
        y = y if dtype in FLOATS else np.ceil(y)
    else:
        y = random.normal(size=shape)
    if case.short and network.units == 1:
        y = y[..., 0]
    if dtype == "bool":
        y = y > 0
    elif dtype.startswith("u"):
        y = np.abs(y)
    return y.astype(dtype)
