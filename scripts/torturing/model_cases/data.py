"""Data for `fit`, `evaluate` and `predict`, right ones and ones with a mistake."""

import dataclasses
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import tensorflow as tf

from keras_mlp.training import InputError
from torturing.model_cases.data_cases import DataCase, examples_of
from torturing.model_cases.documented import documented
from torturing.model_cases.mistakes import (
    MISTAKES,
    WITH_BATCHES,
    WITH_TARGETS,
    Examples,
    Mistake,
)
from torturing.model_cases.networks import Reference, compiled

# Sources that are looked at before anything is computed.
_WHOLE = ("arrays", "tensors")


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
        _check_kept(model, before, case, wrong)
        return type(error).__name__
    if mistake is not None and mistake.in_numbers and _is_finite(result, model):
        # Numbers are looked at where the outcome is not finite. Keras takes these too.
        return "taken"
    assert mistake is None, "a mistake was taken without a word"
    _compare(result, model, case, examples)
    return "right"


def _call(model: Any, case: DataCase, examples: Examples, random: Any) -> Any:
    """Returns what the method returns."""
    method = getattr(model, case.call)
    # Before Keras 3.15 `train_on_batch` goes on with the means of the call before.
    model.reset_metrics()
    parts = [examples.x, examples.y, examples.sample_weight]
    with_targets = case.call in WITH_TARGETS
    if not with_targets:
        parts = parts[:1]
    options = dict(examples.options)
    if case.call in WITH_BATCHES:
        options["verbose"] = 0
        if case.source in _WHOLE:
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
    if wrong is None or case.held_out == "split":
        # In a part that is held out, examples are counted anew.
        return
    message = str(error)
    if case.source in _WHOLE:
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


def _check_kept(
    model: Any, before: list[np.ndarray], case: DataCase, wrong: Any
) -> None:
    """Compares the weights with those before the epoch with the mistake."""
    if wrong is not None and case.epochs > 1:
        # It may show in a later epoch than the first.
        return
    for one, other in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(one, other)


def _is_finite(result: Any, model: Any) -> bool:
    """Returns whether all numbers are that have come of a call."""
    if hasattr(result, "history"):
        result = list(result.history.values())
    numbers = [*tf.nest.flatten(result), *model.get_weights()]
    return all(np.isfinite(number).all() for number in numbers)


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
