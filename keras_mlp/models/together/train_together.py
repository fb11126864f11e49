"""Trains several networks, those of one kind in one program."""

import logging
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from keras_mlp.layers import ScheduledDropout
from keras_mlp.models.together.stacked_examples import on_top, stacked_dataset
from keras_mlp.models.together.stacked_networks import StackedNetworks
from keras_mlp.models.together.training import Training
from keras_mlp.optimizers.schedules import TrainingSchedule

_logger = logging.getLogger("keras_mlp")


def train_together(trainings: Sequence[Training]) -> list[dict[str, list[float]]]:
    """Trains networks as each would be alone, those of one kind in one program.

    Networks are of one kind if they have the same layers, shapes, optimizer, number of
    steps, and examples to validate on. A kind of its own is trained alone.

    Args:
        trainings: What each is trained with.

    Returns:
        For each, its loss and its figures of the validation, by epoch.

    Raises:
        DivergedError: If a loss is not finite.
    """
    kinds: dict[Any, list[int]] = {}
    reasons = set()
    for number, training in enumerate(trainings):
        reason = training.why_alone() if len(trainings) > 1 else None
        if reason is not None:
            reasons.add(reason)
        alone = reason is not None or len(trainings) == 1
        kinds.setdefault(number if alone else training.kind(), []).append(number)
    for reason in sorted(reasons):
        _logger.warning("Networks are trained one after the other: %s.", reason)
    histories: list[dict[str, list[float]]] = [{} for _ in trainings]
    for members in kinds.values():
        if len(members) == 1:
            histories[members[0]] = trainings[members[0]].in_turn()
            continue
        found = _train_stacked([trainings[number] for number in members])
        for number, history in zip(members, found, strict=True):
            histories[number] = history
    return histories


def _train_stacked(trainings: list[Training]) -> list[dict[str, list[float]]]:
    first = trainings[0]
    for training in trainings:
        optimizer = training.network.optimizer
        if not optimizer.built:
            optimizer.build(training.network.trainable_variables)
    stacked = StackedNetworks([training.network for training in trainings])
    for layer in first.network._flatten_layers():
        if isinstance(layer, ScheduledDropout):
            rate = layer.rate
            if isinstance(rate, TrainingSchedule) and not rate.total_steps:
                rate.begin(int(layer.step.numpy()), first.steps * first.epochs)
    members = [_Member(stacked, i, one.callback) for i, one in enumerate(trainings)]
    held_out, rows = None, None
    if first.held_out is not None:
        parts = zip(*(training.held_out for training in trainings), strict=True)
        held_out = tuple(on_top(part) for part in parts if part[0] is not None)
        rows = len(held_out[0])
    stacked.fit(
        stacked_dataset([training.batches for training in trainings]),
        epochs=first.epochs,
        validation_data=held_out,
        validation_batch_size=rows,
        callbacks=[_EachNetwork(members, held_out is not None)],
        verbose=first.verbose,
    )
    for member, training in zip(members, trainings, strict=True):
        network = training.network
        variables = [*network.trainable_variables, *network.non_trainable_variables]
        _assign(variables, member.weights)
        _assign(network.optimizer.variables, member.optimizer_state)
    return [member.history for member in members]


def _assign(variables: Sequence[Any], values: Sequence[np.ndarray]) -> None:
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)


class _Member:
    """A network among others, as its callback sees it.

    Args:
        stacked: All networks.
        number: Which one it is.
        callback: What decides which of its weights are kept.
    """

    def __init__(self, stacked: StackedNetworks, number: int, callback: Any) -> None:
        self.history: dict[str, list[float]] = {}
        self.stop_training = False
        self.weights: list[np.ndarray] = []
        self.optimizer_state: list[np.ndarray] = []
        self._stacked = stacked
        self._number = number
        self._callback = keras.callbacks.Callback() if callback is None else callback
        self._callback.set_model(self)

    def get_weights(self) -> list[np.ndarray]:
        return self._stacked.weights_of(self._number)

    def set_weights(self, weights: list[np.ndarray]) -> None:
        self._stacked.set_weights_of(self._number, weights)

    def begin(self) -> None:
        self._callback.on_train_begin()

    def end_epoch(self, epoch: int, figures: dict[str, np.ndarray]) -> None:
        logs = {name: float(each[self._number]) for name, each in figures.items()}
        for name, value in logs.items():
            self.history.setdefault(name, []).append(value)
        self._callback.on_epoch_end(epoch, logs)
        if self.stop_training:
            self.end()

    def end(self) -> None:
        """Keeps what the network is now, whatever becomes of it beside the others."""
        self.optimizer_state = self._stacked.optimizer_state_of(self._number)
        self._callback.on_train_end()
        self.weights = self.get_weights()


class _EachNetwork(keras.callbacks.Callback):
    """Calls the callback of each network with the figures of that network."""

    # It reads the model alone: figures, weights and the optimizer.
    hears_later = True
    reads = "state"

    def __init__(self, members: list[_Member], is_validated: bool) -> None:
        super().__init__()
        self._members = members
        self._is_validated = is_validated

    def on_train_begin(self, logs: Any = None) -> None:
        for member in self._members:
            member.begin()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        figures = self.model.figures_of_epoch(self._is_validated)
        for member in self._running():
            member.end_epoch(epoch, figures)
        if not self._running():
            self.model.stop_training = True

    def on_train_end(self, logs: Any = None) -> None:
        for member in self._running():
            member.end()

    def _running(self) -> list[_Member]:
        return [member for member in self._members if not member.stop_training]
