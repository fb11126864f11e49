"""Data for `fit`, `evaluate` and `predict`, right ones and ones with a mistake."""

import dataclasses
import re
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from hypothesis import strategies

from keras_mlp.training import InputError
from model_cases.documented import documented
from model_cases.mistakes import (
    ALL,
    MISTAKES,
    TRAINING,
    WITH_BATCHES,
    WITH_TARGETS,
    Examples,
    Mistake,
)
from model_cases.networks import NETWORKS, Network, Reference, compiled

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
            # Shapes of what a generator yields are not known beforehand.
            and (source != "generator" or candidate.in_numbers)
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


def check_data(case: DataCase) -> str:
    """Makes the call; compares what comes with NumPy, or reads the error."""
    network = case.network
    random = np.random.default_rng(case.seed)
    examples = examples_of(case, random)
    mistake, wrong = None, None
    if case.mistake is not None:
        mistake = MISTAKES[case.mistake]
        wrong = mistake.plant(examples, network, random)
    model = compiled(network)
    model.set_weights(network.initial_weights())
    before = [weight.copy() for weight in model.get_weights()]
    try:
        result = _call(model, case, examples, random)
    except Exception as error:
        if mistake is None:
            raise AssertionError(f"right data were refused: {error}") from error
        _check_error(error, mistake, case, wrong)
        for one, other in zip(model.get_weights(), before, strict=True):
            np.testing.assert_array_equal(one, other)
        return type(error).__name__
    assert mistake is None, "a mistake was taken without a word"
    _compare(result, model, case, examples)
    return "right"


def _call(model: Any, case: DataCase, examples: Examples, random: Any) -> Any:
    """Returns what the method returns."""
    method = getattr(model, case.call)
    parts = [examples.x, examples.y, examples.sample_weight]
    with_targets = case.call in WITH_TARGETS
    if not with_targets:
        parts = parts[:1]
    options = dict(examples.options)
    if case.call in WITH_BATCHES:
        options["verbose"] = 0
        if case.source in ("arrays", "tensors"):
            options.setdefault("batch_size", case.batch_size)
    if case.call == "fit":
        options.update(epochs=case.epochs, shuffle=False)
        if case.held_out == "split":
            options["validation_split"] = 0.4
        elif case.held_out == "data":
            given = [part for part in parts if part is not None]
            options["validation_data"] = tuple(given)
    elif with_targets:
        options["return_dict"] = True
    if case.source == "tensors":
        parts = [None if part is None else tf.constant(part) for part in parts]
    elif case.source != "arrays":
        given = tuple(part for part in parts if part is not None)
        return method(*_source(case, given, options), **options)
    if with_targets:
        options["sample_weight"] = parts.pop()
    return method(*parts, **options)


def _source(case: DataCase, parts: tuple, options: dict[str, Any]) -> Any:
    """Returns a data set, or a generator of so many epochs."""
    if case.source == "data set":
        content = parts if len(parts) > 1 else parts[0]
        return [tf.data.Dataset.from_tensor_slices(content).batch(case.batch_size)]

    def batches() -> Iterator[tuple]:
        for start in range(0, len(parts[0]), case.batch_size):
            yield tuple(part[start : start + case.batch_size] for part in parts)

    if case.call == "fit":
        options["epochs"] = 1
    return [batches()]


def _check_error(
    error: Exception, mistake: Mistake, case: DataCase, wrong: Any
) -> None:
    assert type(error) is InputError, f"{type(error).__name__}: {error}"
    documented(error, *mistake.names)
    if wrong is None:
        return
    message = str(error)
    if case.source in ("arrays", "tensors"):
        where = f"{len(wrong)} of {case.count} examples, the first at index {wrong[0]}"
        assert re.search(rf"{where}\b", message), message
    else:
        where = (
            f"the first in batch {wrong[0] // case.batch_size}, "
            f"at index {wrong[0]} of the epoch"
        )
        assert where in message, message
        number = int(re.search(r"in (\d+) example", message)[1])
        assert 1 <= number <= len(wrong), message


def _compare(result: Any, model: Any, case: DataCase, examples: Examples) -> None:
    reference = Reference(case.network)
    x = np.asarray(examples.x, "float64")
    close = {"rtol": 2e-4, "atol": 2e-5}
    if case.call.startswith("predict"):
        np.testing.assert_allclose(result, reference.outputs(x), **close)
        return
    batches = _batches(case, examples)
    if case.call in ("evaluate", "test_on_batch"):
        _compare_logs(result, reference.evaluate(batches), **close)
        return
    kept = batches
    if case.held_out == "split":
        kept = _batches(case, examples, stop=int(case.count * (1 - 0.4)))
    epochs = 1 if case.source == "generator" or case.call != "fit" else case.epochs
    for epoch in range(epochs):
        # What is reported of a step is what was before its update.
        logs: list[tuple[int, dict[str, float]]] = []
        for batch in kept:
            logs.append((len(batch[0]), reference.evaluate([batch])))
            reference.step(*batch)
        sizes, each = zip(*logs, strict=True)
        loss = np.average([log["loss"] for log in each], weights=sizes)
        if case.call == "fit":
            np.testing.assert_allclose(result.history["loss"][epoch], loss, **close)
        else:
            _compare_logs(result, each[0], **close)
        if case.held_out is not None:
            # Weights of classes are for training only.
            without = dataclasses.replace(examples, options={})
            start = 0 if case.held_out == "data" else int(case.count * (1 - 0.4))
            expected = reference.evaluate(_batches(case, without, start))["loss"]
            found = result.history["val_loss"][epoch]
            np.testing.assert_allclose(found, expected, **close)
    for one, other in zip(model.get_weights(), reference.weights, strict=True):
        np.testing.assert_allclose(one, other, **close)


def _compare_logs(
    logs: dict[str, float], expected: dict[str, float], **close: float
) -> None:
    loss, metric, weighted = (float(logs[name]) for name in logs)
    assert next(iter(logs)) == "loss", list(logs)
    np.testing.assert_allclose(loss, expected["loss"], **close)
    np.testing.assert_allclose(metric, expected["metric"], **close)
    np.testing.assert_allclose(weighted, expected["weighted"], **close)


def _batches(
    case: DataCase, examples: Examples, start: int = 0, stop: int | None = None
) -> list[tuple[np.ndarray, np.ndarray, Any]]:
    """Returns inputs, targets and weights of each batch, in float64."""
    x, y = (np.asarray(part, "float64") for part in (examples.x, examples.y))
    if not case.network.is_sparse:
        y = y.reshape(len(y), *case.network.output_shape)
    weight = examples.sample_weight
    if weight is not None:
        weight = np.asarray(weight, "float64")
        weight = np.broadcast_to(
            weight.reshape(len(weight), *weight.shape[1 : x.ndim - 1]),
            (len(x), *case.network.output_shape[:-1]),
        )
    given = examples.options.get("class_weight")
    if given is not None:
        labels = y.reshape(len(y)) if case.network.is_sparse else y.argmax(axis=-1)
        weight = np.array([given.get(int(label), 1.0) for label in labels])
    stop = len(x) if stop is None else stop
    size = stop if case.call.endswith("batch") else case.batch_size
    return [
        (
            x[begin : min(begin + size, stop)],
            y[begin : min(begin + size, stop)],
            None if weight is None else weight[begin : min(begin + size, stop)],
        )
        for begin in range(start, stop, size)
    ]


def clear() -> None:
    """Forgets the models that were kept."""
    compiled.cache_clear()
    keras.utils.clear_session()
