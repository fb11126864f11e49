"""What callbacks hear of a call of `fit`, `evaluate` or `predict`, taken down."""

import contextlib
import io
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np

HOOKS = sorted(name for name in dir(keras.callbacks.Callback) if name.startswith("on_"))
OF_EPOCHS = [hook for hook in HOOKS if "batch" not in hook]

# Keras writes it where data end before they were expected to.
RAN_OUT = "Your input ran out of data"


@dataclass
class Call:
    """One call of one hook."""

    hook: str
    number: int | None
    logs: dict[str, Any]
    # Of the optimizer, when it was called.
    iterations: int

    @property
    def said(self):
        """What must be the same without any tolerance."""
        return self.hook, self.number, sorted(self.logs)


class Notes:
    """Takes down what callbacks hear, and what parameters they were given.

    Args:
        hooks: Names of the hooks that `listening` overrides if it is not told.
    """

    def __init__(self, hooks=HOOKS):
        self.hooks = hooks
        self.calls = []
        self.params = []

    def take(self, callback, hook, number, logs):
        optimizer = callback.model.optimizer
        iterations = 0 if optimizer is None else int(optimizer.iterations)
        # Copied: Keras changes some of them later, and `History` keeps others.
        self.calls.append(Call(hook, number, dict(logs or {}), iterations))
        self.params.append(dict(callback.params or {}))

    def hook(self, name):
        """Returns a method that takes down what it is called with."""

        def numbered(callback, number, logs=None):
            self.take(callback, name, number, logs)
            # Keras' own `on_train_batch_end` calls `on_batch_end`.
            getattr(super(type(callback), callback), name)(number, logs)

        def plain(callback, logs=None):
            self.take(callback, name, None, logs)
            getattr(super(type(callback), callback), name)(logs)

        return numbered if "batch" in name or "epoch" in name else plain

    def listening(self, base=keras.callbacks.Callback, hooks=None):
        """Returns a subclass of a callback that takes down what its hooks hear."""
        methods = {name: self.hook(name) for name in hooks or self.hooks}
        return type(f"Listening{base.__name__}", (base,), methods)


@dataclass
class Case:
    """One call of a model; everything is made anew for stock Keras and for ours."""

    # Arguments of the call.
    data: Callable[[], dict[str, Any]]
    # Given the notes, returns the callbacks; the model is for a `CallbackList`.
    callbacks: Callable[[Notes, keras.Model], Any] = lambda notes, model: [
        notes.listening()()
    ]
    call: str = "fit"
    compile: Callable[[], dict[str, Any]] = dict
    model: Callable[[Any], keras.Model] | None = None
    # Whether Keras calls the hooks in threads, in any order, while steps go on.
    unordered: bool = False
    # Whether the weights of stock Keras are not finite in the end.
    diverges: bool = False
    # The callback takes a step, after which stock Keras' metrics begin anew.
    disturbs: bool = False

    @property
    def in_groups(self):
        return self.compile().get("steps_per_execution", 1) > 1


@dataclass
class Outcome:
    """What came of a case."""

    calls: list[Call]
    params: list[dict[str, Any]]
    warnings: list[tuple[type, str]]
    printed: str
    result: Any
    weights: list[np.ndarray]
    iterations: int
    history: dict[str, list[float]] | None = field(default=None)


def linear(package):
    return package.Sequential([keras.Input((3,)), package.layers.Dense(1)])


def run(package, case, hooks=HOOKS):
    """Returns what comes of a case with the models of a package."""
    keras.utils.set_random_seed(3)
    model = (case.model or linear)(package)
    options = {"optimizer": keras.optimizers.SGD(0.05), "loss": "mse"}
    model.compile(**{**options, **case.compile()})
    notes = Notes(hooks)
    arguments = {"verbose": 0, **case.data()}
    printed = io.StringIO()
    with (
        warnings.catch_warnings(record=True) as caught,
        contextlib.redirect_stdout(printed),
    ):
        warnings.simplefilter("always")
        callbacks = case.callbacks(notes, model)
        result = getattr(model, case.call)(**arguments, callbacks=callbacks)
    if case.unordered:
        notes.calls.sort(key=lambda call: (call.hook, call.number))
    is_fit = case.call == "fit"
    return Outcome(
        calls=notes.calls,
        params=notes.params,
        # A filter shows each once, however often it is given.
        warnings=list(
            dict.fromkeys(
                (w.category, str(w.message))
                for w in caught
                if issubclass(w.category, UserWarning)
            )
        ),
        printed=printed.getvalue(),
        result=None if is_fit else result,
        weights=model.get_weights(),
        iterations=int(model.optimizer.iterations),
        history=result.history if is_fit else None,
    )


def phantom_steps(calls):
    """Returns how many steps on no data stock Keras has taken when each call comes.

    Where it does not know how long the data are, and takes step by step, it begins a
    step that finds no data left. Of that step everything happens that does not depend
    on data: `iterations` goes up by one, and nothing else with the models here. It is
    the one thing in which ours is not to be the same.

    Args:
        calls: Of a callback that listens to all hooks.
    """
    counts = []
    count, begun = 0, False
    for call in calls:
        if begun and call.hook in ("on_test_begin", "on_epoch_end"):
            count, begun = count + 1, False
        elif call.hook in ("on_train_batch_begin", "on_train_batch_end"):
            begun = call.hook == "on_train_batch_begin"
        counts.append(count)
    return counts


def shown_by_bar(printed):
    """Returns the last line of each progress bar: steps, and names and values of logs.

    How often a bar is drawn before depends on the time that passes.
    """
    shown = []
    for epoch in re.split(r"Epoch \d+/\d+", printed):
        lines = re.findall(r"(\d+/(?:\d+|Unknown))\b([^\r\n\x08]*)", epoch)
        if lines:
            steps, rest = lines[-1]
            values = re.findall(r"(\w+): ([-+\d.e]+)", rest)
            names = [name for name, _ in values]
            shown.append((steps, names, [float(value) for _, value in values]))
    return shown
