"""What comes of a training with one package."""

import contextlib
import dataclasses
import io
import shutil
import tempfile
import warnings
from pathlib import Path
from typing import Any

import keras
import numpy as np

import keras_mlp
from torturing.fit_cases.cases import FitCase
from torturing.fit_cases.data import arguments_of, held_out
from torturing.fit_cases.known import counts_phantom_steps
from torturing.fit_cases.networks import NETWORKS, WIDTHS
from torturing.fit_cases.settings import CALLBACKS, Listening, compile_options


@dataclasses.dataclass
class Outcome:
    """What came of a case.

    Args:
        started_from: The weights at the beginning.
        error: What was raised, if anything; with a note if not by `fit`.
        warned: Warnings, each once.
        epochs: Numbers of the epochs.
        history: Losses and metrics.
        phantoms: Steps on no data that the optimizer has counted, if this is stock
            Keras.
        iterations: What the optimizer has counted.
        weights: All weights in the end.
        state: The optimizer's variables.
        evaluated: What `evaluate` returned.
        predicted: What `predict` returned.
        heard: What the listening callback heard.
        saved: Weights in the files that were written, by name.
    """

    started_from: list[np.ndarray]
    error: Exception | None = None
    warned: list[tuple[str, str]] = dataclasses.field(default_factory=list)
    epochs: list[int] = dataclasses.field(default_factory=list)
    history: dict[str, list[float]] = dataclasses.field(default_factory=dict)
    phantoms: int = 0
    iterations: int = 0
    weights: list[np.ndarray] = dataclasses.field(default_factory=list)
    state: list[np.ndarray] = dataclasses.field(default_factory=list)
    evaluated: dict[str, float] = dataclasses.field(default_factory=dict)
    predicted: Any = None
    heard: list[Any] = dataclasses.field(default_factory=list)
    saved: dict[str, list[np.ndarray]] = dataclasses.field(default_factory=dict)


def run(
    package: Any, case: FitCase, weights: list[np.ndarray] | None = None
) -> Outcome:
    """Trains a model of a package, and returns what came of it.

    Args:
        package: `keras` or `keras_mlp`.
        case: The training.
        weights: Where it starts from. Defaults to what the seed gives.
    """
    policy = keras.config.dtype_policy()
    directory = Path(tempfile.mkdtemp())
    try:
        keras.config.set_dtype_policy(case.policy)
        return _run(package, case, weights, directory)
    finally:
        keras.config.set_dtype_policy(policy)
        shutil.rmtree(directory)


def _run(
    package: Any, case: FitCase, weights: list[np.ndarray] | None, directory: Path
) -> Outcome:
    network = NETWORKS[case.network]
    keras.utils.set_random_seed(case.seed)
    model = network.make(package, WIDTHS[case.loss])
    if not model.built and case.network != "not built":
        model.build((None, *np.shape(held_out(case)["x"])[1:]))
    if weights:
        model.set_weights(weights)
    outcome = Outcome(started_from=model.get_weights())
    model.compile(
        **compile_options(case, network.two_outputs, is_ours=package is keras_mlp)
    )
    callbacks = [CALLBACKS[case.callback](directory)] if case.callback else None
    with (
        warnings.catch_warnings(record=True) as caught,
        # `TerminateOnNaN` says what it does.
        contextlib.redirect_stdout(io.StringIO()),
    ):
        warnings.simplefilter("always")
        try:
            for _ in range(1 + case.twice):
                keras.utils.set_random_seed(case.seed + 1)
                history = model.fit(
                    **arguments_of(case), callbacks=callbacks, verbose=0
                )
        except Exception as error:
            outcome.error = error
    # Those that are for users; others are of how libraries call each other.
    warned = [
        (w.category.__name__, str(w.message))
        for w in caught
        if issubclass(w.category, UserWarning)
    ]
    outcome.warned = list(dict.fromkeys(warned))
    if outcome.error is not None:
        return outcome
    outcome.epochs = list(history.epoch)
    outcome.history = history.history
    if counts_phantom_steps(case):
        # Each is warned of, as it ends an epoch.
        outcome.phantoms = sum("ran out of data" in message for _, message in warned)
    # Its own, which it divides where gradients accumulate.
    optimizer = getattr(model.optimizer, "inner_optimizer", model.optimizer)
    outcome.iterations = int(optimizer.variables[0])
    outcome.weights = model.get_weights()
    outcome.state = [np.asarray(v) for v in model.optimizer.variables[1:]]
    outcome.heard = [
        heard
        for callback in callbacks or []
        if isinstance(callback, Listening)
        for heard in callback.heard
    ]
    try:
        _use(model, case, outcome)
    except Exception as error:
        error.add_note("after fit")
        outcome.error = error
    for path in sorted(directory.iterdir()):
        model.load_weights(path)
        outcome.saved[path.name] = model.get_weights()
    return outcome


def _use(model: keras.Model, case: FitCase, outcome: Outcome) -> None:
    given = held_out(case)
    options = {"verbose": 0, "batch_size": given["batch_size"]}
    outcome.evaluated = model.evaluate(**{**given, **options}, return_dict=True)
    outcome.predicted = model.predict(given["x"], **options)
