"""The loop: epochs, groups of steps, callbacks and validation.

    def fit(call):
        target = check the shapes of call.x, call.y, ...; build the model
        start = what a callback resumes from, or (epoch 0, step 0)
        train, validation = plan, feed and executor of the training and its validation
        callbacks.on_train_begin()
        for epoch from start.epoch to call.epochs:
            reset the metrics
            callbacks.on_epoch_begin(epoch)
            (of small data several epochs are taken ahead, in one program)
            for begin in train.feed.epoch(start.step):
                callbacks.on_train_batch_begin(begin)
                logs = train.execute(each part of the next group of batches)
                callbacks.on_train_batch_end(number of the group's last batch, logs)
                stop where the model, or a loss that is not finite, says so
            logs = the metrics, and those of the validation
            callbacks.on_epoch_end(epoch, logs)
        callbacks.on_train_end(logs)

`evaluate` and `predict` are one such epoch. All state of a call is in the call.
"""

from typing import Any

import keras

from keras_mlp.training.call import Call, Start
from keras_mlp.training.checking.arguments import no_data
from keras_mlp.training.checking.guard import TrainingGuard
from keras_mlp.training.distributing.worker_errors import reporting_stopped_workers
from keras_mlp.training.distributing.workers import own_callbacks, strategy_of
from keras_mlp.training.epochs_ahead import EpochsAhead
from keras_mlp.training.errors import InputError
from keras_mlp.training.execution.outputs import (
    as_floats,
    concatenated,
    epoch_logs,
    to_numpy,
)
from keras_mlp.training.groups import Hooks, callback_list, take_steps
from keras_mlp.training.prepare import Prepared, check_and_build, prepare
from keras_mlp.training.remembering.deleted_models import clear_after_deleted_models
from keras_mlp.training.remembering.memory import memory_of
from keras_mlp.training.remembering.turns import Turn
from keras_mlp.training.starting.resumption import check_start, resumption


def fit(model: keras.Model, call: Call) -> keras.callbacks.History:
    """Trains a model, as `call` says."""
    clear_after_deleted_models()
    strategy = strategy_of(model)
    with memory_of(model).fitting(), reporting_stopped_workers(strategy):
        target = check_and_build(model, call)
        with resumption(model, call, strategy) as (start, listed):
            train = prepare(model, call, target)
            validation = None
            if call.validation is not None:
                validation = prepare(model, call.validation, target, train.plan)
            check_start(start, train.plan)
            train.feed.reset()
            callbacks = callback_list(
                model, train, own_callbacks(listed, strategy), add_history=True
            )
            history = _train(model, train, validation, callbacks, start)
            # As many as were asked for, wherever it began and ended: a training that
            # is resumed is then compiled like one that was not interrupted.
            epochs = max(0, call.epochs - call.initial_epoch)
            memory_of(model).steps += (train.plan.steps or 0) * epochs
            return history


def evaluate(model: keras.Model, call: Call) -> dict[str, Any]:
    """Returns loss and metrics of a model, by their names."""
    strategy = strategy_of(model)
    with reporting_stopped_workers(strategy):
        test = prepare(model, call, check_and_build(model, call))
        listed = own_callbacks(call.callbacks, strategy)
        return _test(model, test, callback_list(model, test, listed))


def predict(model: keras.Model, call: Call) -> Any:
    """Returns the outputs of a model for all inputs."""
    strategy = strategy_of(model)
    with reporting_stopped_workers(strategy):
        run = prepare(model, call, check_and_build(model, call))
        listed = own_callbacks(call.callbacks, strategy)
        callbacks = callback_list(model, run, listed)
        model.stop_predicting = False
        outputs: list[Any] = []

        def end(batch: int, logs: Any) -> None:
            outputs.append(logs)
            callbacks.on_predict_batch_end(batch, {"outputs": logs})

        hooks = Hooks(
            callbacks.on_predict_batch_begin, end, lambda: model.stop_predicting
        )
        callbacks.on_predict_begin()
        take_steps(run, callbacks, hooks)
        callbacks.on_predict_end()
        if not outputs:
            raise no_data()
        return to_numpy(concatenated(outputs))


def _train(
    model: keras.Model,
    train: Prepared,
    validation: Prepared | None,
    callbacks: keras.callbacks.CallbackList,
    start: Start,
) -> keras.callbacks.History:
    call, memory = train.call, memory_of(model)
    memory.training = train.turn
    ahead = None
    if train.plan.epochs_ahead > 1:
        ahead = EpochsAhead(model, train, validation, callbacks)
    model.stop_training = False
    callbacks.on_train_begin()
    logs: dict[str, Any] = dict(start.logs or {})
    training_logs = None
    # Set by Keras' `BackupAndRestore`.
    first_epoch = start.epoch or model._initial_epoch or call.initial_epoch
    try:
        for epoch in range(first_epoch, call.epochs):
            results = ahead.take(epoch) if ahead is not None else None
            if results is None:
                begin = start if epoch == start.epoch else Start()
                results, logs = _train_epoch(
                    model, train, validation, callbacks, epoch, begin, logs
                )
            callbacks.on_epoch_end(epoch, results)
            training_logs = results
            if model.stop_training:
                break
    finally:
        # If a callback has failed, too: the model is that of the callback's epoch.
        if ahead is not None:
            ahead.stop()
    if isinstance(model.optimizer, keras.Optimizer) and call.epochs > 0:
        model.optimizer.finalize_variable_values(model.trainable_weights)
    callbacks.on_train_end(logs=training_logs)
    return model.history


def _train_epoch(
    model: keras.Model,
    train: Prepared,
    validation: Prepared | None,
    callbacks: keras.callbacks.CallbackList,
    epoch: int,
    begin: Start,
    logs: dict[str, Any],
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Trains for an epoch, and returns its logs, and those of its last step."""
    turns = memory_of(model).turns
    hooks = Hooks(
        callbacks.on_train_batch_begin,
        callbacks.on_train_batch_end,
        lambda: model.stop_training,
    )
    with turns.of(train.turn):
        model.reset_metrics()
    callbacks.on_epoch_begin(epoch)
    if not begin.trained:
        if isinstance(train.guard, TrainingGuard):
            with turns.of(train.turn):
                rows = begin.step * train.plan.batch_size
                train.guard.begin(epoch, begin.step, rows)
        logs = take_steps(train, callbacks, hooks, begin) or logs
    with turns.of(train.turn):
        results = epoch_logs(model, logs, bool(train.plan.replicas))
    if validation is not None and train.call.should_validate(epoch):
        results |= _validate(model, train, validation, callbacks)
    return results, logs


def _validate(
    model: keras.Model,
    train: Prepared,
    validation: Prepared,
    callbacks: keras.callbacks.CallbackList,
) -> dict[str, Any]:
    try:
        logs = _test(model, validation, callbacks, train.turn)
    except InputError as error:
        # `fit` fails for its arguments: nothing that it has done is to be relied on.
        if isinstance(train.guard, TrainingGuard):
            train.guard.put_back()
        raise InputError(f"Argument `validation_data`: {error}") from error
    return {f"val_{name}": value for name, value in logs.items()}


def _test(
    model: keras.Model,
    test: Prepared,
    callbacks: keras.callbacks.CallbackList,
    training: Turn | None = None,
) -> dict[str, Any]:
    turns = memory_of(model).turns
    test.feed.reset()
    model.stop_evaluating = False
    callbacks.on_test_begin()
    if training is not None:
        # Its metrics are not needed any more.
        turns.end(training)
    with turns.of(test.turn):
        model.reset_metrics()
    if test.guard is not None:
        test.guard.begin()
    hooks = Hooks(
        callbacks.on_test_batch_begin,
        callbacks.on_test_batch_end,
        lambda: model.stop_evaluating,
    )
    logs = take_steps(test, callbacks, hooks)
    with turns.of(test.turn):
        results = as_floats(epoch_logs(model, logs or {}, bool(test.plan.replicas)))
    turns.end(test.turn)
    callbacks.on_test_end(results)
    return results
