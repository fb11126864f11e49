"""Optimizers, callbacks and what `compile` is given."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras

_optimizers = keras.optimizers


def _sgd(**options: Any) -> Callable[[], Any]:
    return lambda: _optimizers.SGD(**{"learning_rate": 0.05, **options})


# Those that divide by the size of gradients have a greater epsilon: else a gradient
# that is what rounding leaves makes a step as large as any.
OPTIMIZERS = {
    "SGD": _sgd(),
    "momentum": _sgd(momentum=0.9, nesterov=True),
    "Adam": lambda: _optimizers.Adam(0.01, epsilon=1e-2),
    "RMSprop": lambda: _optimizers.RMSprop(0.01, epsilon=1e-2),
    "accumulation": _sgd(gradient_accumulation_steps=3),
    "clipnorm": _sgd(clipnorm=0.1),
    "global_clipnorm": _sgd(global_clipnorm=0.1),
    "weight decay": _sgd(weight_decay=0.1),
    "EMA": _sgd(use_ema=True, ema_momentum=0.8, ema_overwrite_frequency=3),
    "EMA to the end": _sgd(use_ema=True, ema_momentum=0.8),
    "loss scale": _sgd(loss_scale_factor=8.0),
    "dynamic loss scale": lambda: _optimizers.LossScaleOptimizer(
        _sgd()(), initial_scale=16.0, dynamic_growth_steps=5
    ),
    "schedule": _sgd(
        learning_rate=_optimizers.schedules.ExponentialDecay(0.05, 5, 0.8)
    ),
}


class Listening(keras.callbacks.Callback):
    """Takes down what it hears."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[tuple[Any, ...]] = []

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Hears of an epoch."""
        self.heard.append(("epoch", epoch))

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Hears of a batch."""
        self.heard.append(("begin", batch))

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Hears of a batch."""
        self.heard.append(("end", batch, sorted(logs or {})))

    def on_test_batch_end(self, batch: int, logs: Any = None) -> None:
        """Hears of a batch of the validation."""
        self.heard.append(("test", batch, sorted(logs or {})))


class StopAtBegin(keras.callbacks.Callback):
    """Ends the training as the second epoch begins."""

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Is heard after the first epoch."""
        if epoch == 1:
            self.model.stop_training = True


def _checkpoint(directory: Path) -> Any:
    return keras.callbacks.ModelCheckpoint(
        directory / "{epoch}.weights.h5", save_weights_only=True
    )


# Each is given a directory for what it writes.
CALLBACKS: dict[str, Callable[[Path], Any]] = {
    "EarlyStopping": lambda directory: keras.callbacks.EarlyStopping(
        "loss", patience=0, min_delta=0.1, restore_best_weights=True
    ),
    "ReduceLROnPlateau": lambda directory: keras.callbacks.ReduceLROnPlateau(
        "loss", patience=1, min_delta=1.0, factor=0.5
    ),
    "ModelCheckpoint": _checkpoint,
    "ModelCheckpoint, steps": lambda directory: keras.callbacks.ModelCheckpoint(
        directory / "at.weights.h5", save_weights_only=True, save_freq=3
    ),
    "Listening": lambda directory: Listening(),
    "StopAtBegin": lambda directory: StopAtBegin(),
    "LearningRateScheduler": lambda directory: keras.callbacks.LearningRateScheduler(
        lambda epoch, rate: rate * 0.5
    ),
    "TerminateOnNaN": lambda directory: keras.callbacks.TerminateOnNaN(),
}


def compile_options(case: Any, two_outputs: bool, is_ours: bool) -> dict[str, Any]:
    """Returns what `compile` is given: for stock Keras what ours is like."""
    options: dict[str, Any] = {
        "optimizer": OPTIMIZERS[case.optimizer](),
        "loss": "mse",
        "metrics": ["mae"],
        "weighted_metrics": ["mse"],
    }
    if case.diverges:
        options["optimizer"] = _optimizers.SGD(1e18)
    if case.loss == "classes":
        options["loss"] = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        options["metrics"] = ["accuracy"]
        options["weighted_metrics"] = []
    if two_outputs:
        options["loss"] = {"place": "mse", "size": "mae"}
        options["loss_weights"] = {"place": 1.0, "size": 0.3}
        options["metrics"] = {"place": ["mae"]}
        options["weighted_metrics"] = None
    if case.compiler == "eager":
        options["run_eagerly"] = True
    elif case.compiler != "auto":
        options["jit_compile"] = case.compiler == "XLA"
    if is_ours or case.group != "auto":
        options["steps_per_execution"] = case.group
    return options
