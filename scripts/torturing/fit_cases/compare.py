"""Whether a training with ours is what it is with stock Keras."""

from typing import Any

import keras
import numpy as np
import tensorflow as tf

import keras_mlp
from torturing.fit_cases.cases import FitCase
from torturing.fit_cases.known import (
    feels_phantom_steps,
    is_refused,
    may_warn_alone,
    without_phantom_steps,
)
from torturing.fit_cases.run import Outcome, run

# Errors for data that cannot be right: ours names them before TensorFlow meets them.
OF_DATA = (ValueError, TypeError, tf.errors.InvalidArgumentError)


def differences(case: FitCase) -> list[str]:
    """Returns in what ours differs from stock Keras, of which nothing is known."""
    stock = run(keras, case)
    # One that is not built has weights once it has been trained, from the same seed.
    ours = run(keras_mlp, case, stock.started_from)
    if is_refused(case, ours.error):
        return []
    if stock.error is not None or ours.error is not None:
        return _of_errors(ours.error, stock.error)
    found = _of_facts(ours, stock, case)
    numbers: Outcome | None = stock
    if feels_phantom_steps(case):
        twin = without_phantom_steps(case)
        numbers = None if twin is None else run(keras, twin)
    if numbers is not None and not found:
        found += _of_numbers(ours, numbers, case)
    return found


def _of_errors(ours: Exception | None, stock: Exception | None) -> list[str]:
    alike = type(ours) is type(stock) or (
        isinstance(ours, OF_DATA) and isinstance(stock, OF_DATA)
    )
    if alike:
        return []
    return [f"error: ours {_shown(ours)}, stock {_shown(stock)}"]


def _shown(error: Exception | None) -> str:
    if error is None:
        return "none"
    # Of a long one, the end says what was wrong.
    message = " ".join(str(error).split())
    if len(message) > 160:
        message = f"{message[:80]} ... {message[-70:]}"
    where = "".join(f" ({note})" for note in getattr(error, "__notes__", []))
    return f"{type(error).__name__}{where}: {message}"


def _of_facts(ours: Outcome, stock: Outcome, case: FitCase) -> list[str]:
    """Compares what must be the same exactly."""
    found = []
    ours.warned = [
        warning
        for warning in ours.warned
        if warning in stock.warned or not may_warn_alone(case, warning[1])
    ]
    for what in ("epochs", "heard", "warned"):
        one, other = getattr(ours, what), getattr(stock, what)
        if one != other:
            found.append(f"{what}: {_first_difference(one, other)}")
    if list(ours.history) != list(stock.history):
        found.append(f"history: ours {list(ours.history)}, {list(stock.history)}")
    if sorted(ours.saved) != sorted(stock.saved):
        found.append(f"files: ours {sorted(ours.saved)}, {sorted(stock.saved)}")
    expected = stock.iterations - stock.phantoms
    if ours.iterations != expected:
        found.append(f"iterations: ours {ours.iterations}, stock {expected}")
    return found


def _first_difference(ours: list[Any], stock: list[Any]) -> str:
    for place, (one, other) in enumerate(zip(ours, stock, strict=False)):
        if one != other:
            return f"at {place} ours {str(one)[:90]}, stock {str(other)[:90]}"
    longer = "ours" if len(ours) > len(stock) else "stock"
    more = max(ours, stock, key=len)[min(len(ours), len(stock))]
    return f"{len(ours)} of ours, {len(stock)}; more {longer}: {str(more)[:90]}"


def _of_numbers(ours: Outcome, stock: Outcome, case: FitCase) -> list[str]:
    parts = ["history", "weights", "state", "evaluated", "predicted", "saved"]
    if case.diverges:
        # The last weights may be those before it.
        parts = ["history"]
    close = tolerances(case)
    found = []
    for what in parts:
        worst = _apart(getattr(ours, what), getattr(stock, what), **close)
        if worst is not None:
            found.append(f"{what}: {worst}")
    return found


def tolerances(case: FitCase) -> dict[str, float]:
    """Returns how far numbers may be apart."""
    if case.policy != "float32":
        return {"rtol": 3e-2, "atol": 1e-2}
    if "XLA" in case.compiler or (case.lowered and case.compiler == "auto"):
        return {"rtol": 2e-4, "atol": 2e-5}
    if case.optimizer in ("Adam", "RMSprop"):
        return {"rtol": 1e-4, "atol": 1e-5}
    return {"rtol": 1e-5, "atol": 2e-6}


def _apart(ours: Any, stock: Any, **close: float) -> str | None:
    """Returns what differs most, if anything does by too much."""
    paths = keras.tree.flatten_with_path(ours), keras.tree.flatten_with_path(stock)
    if [path for path, _ in paths[0]] != [path for path, _ in paths[1]]:
        return f"{len(paths[0])} of ours, {len(paths[1])} of stock"
    for (path, one), (_, other) in zip(*paths, strict=True):
        one, other = (np.asarray(leaf, "float64") for leaf in (one, other))
        name = "/".join(map(str, path))
        if one.shape != other.shape:
            return f"{name} ours of shape {one.shape}, stock {other.shape}"
        if not np.allclose(one, other, equal_nan=True, **close):
            place = np.unravel_index(np.argmax(np.abs(one - other)), one.shape)
            return f"{name} ours {one[place]:.7g}, stock {other[place]:.7g}"
    return None
