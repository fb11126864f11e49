"""`train_on_batch`, `test_on_batch` and `predict_on_batch`: one step, on arrays."""

from typing import Any

import keras
import tensorflow as tf

from keras_mlp.training.call import Call
from keras_mlp.training.checking.arguments import check_compiled
from keras_mlp.training.checking.guard import outputs_are_finite
from keras_mlp.training.checking.search import search_arrays
from keras_mlp.training.checking.target_rule import TargetRule
from keras_mlp.training.distributing.worker_errors import reporting_stopped_workers
from keras_mlp.training.distributing.workers import strategy_of
from keras_mlp.training.errors import InputError
from keras_mlp.training.execution.executor import EagerExecutor, FunctionExecutor
from keras_mlp.training.execution.outputs import (
    as_floats,
    in_order,
    loss_is_finite,
    to_numpy,
)
from keras_mlp.training.feeding.class_weights import with_class_weight
from keras_mlp.training.feeding.parts import Single
from keras_mlp.training.prepare import check_and_build, replicated
from keras_mlp.training.remembering.memory import memory_of
from keras_mlp.training.remembering.turns import Turn
from keras_mlp.training.state import TrainingState
from keras_mlp.training.way_out import or_keras


@or_keras
def train_on_batch(
    model: keras.Model,
    x: Any,
    y: Any = None,
    sample_weight: Any = None,
    class_weight: Any = None,
    return_dict: bool = False,
) -> Any:
    """Takes one training step, as `keras.Model.train_on_batch` does."""
    check_compiled(model, "train_on_batch")
    x, y = model.prepare_data(x, y)
    call = Call(
        phase="train", x=x, y=y, sample_weight=sample_weight, class_weight=class_weight
    )
    logs = _on_batch(model, call)
    return logs if return_dict else in_order(logs, model)


@or_keras
def test_on_batch(
    model: keras.Model,
    x: Any,
    y: Any = None,  # noqa: PT028
    sample_weight: Any = None,  # noqa: PT028
    return_dict: bool = False,  # noqa: PT028
) -> Any:
    """Takes one step of an evaluation, as `keras.Model.test_on_batch` does."""
    check_compiled(model, "test_on_batch")
    x, y = model.prepare_data(x, y)
    call = Call(phase="test", x=x, y=y, sample_weight=sample_weight)
    logs = _on_batch(model, call)
    return logs if return_dict else in_order(logs, model)


@or_keras
def predict_on_batch(model: keras.Model, x: Any) -> Any:
    """Returns the outputs for one batch, as `keras.Model.predict_on_batch` does."""
    memory = memory_of(model)
    x, _ = model.prepare_data(x)
    with reporting_stopped_workers(strategy_of(model)):
        target = check_and_build(model, Call(phase="predict", x=x))
        memory.forget_if_remade(model, "predict")
        outputs = _executor(model, "predict")(Single((x,))).logs
        if memory.settings.check_inputs and not outputs_are_finite(outputs):
            search_arrays(x, None, None, target)
        return to_numpy(outputs)


def _on_batch(model: keras.Model, call: Call) -> dict[str, Any]:
    """Takes one step, and returns its logs."""
    memory = memory_of(model)
    with reporting_stopped_workers(strategy_of(model)):
        target = check_and_build(model, call)
        memory.forget_if_remade(model, call.phase)
        batch = (call.x, call.y, with_class_weight(call))
        execute = _executor(model, call.phase)
        turn = Turn(model)
        with memory.turns.of(turn):
            # Looking at one batch costs less than a copy of the model does.
            wrong = _wrong(call, target) if memory.settings.check_inputs else None
            state = TrainingState(model)
            copy = state.take() if wrong is not None else []
            model.reset_metrics()
            try:
                logs = execute(Single(batch)).logs
            except tf.errors.OpError:
                if wrong is None:
                    raise
                state.put_back(copy)
                raise wrong from None
            if wrong is not None and not loss_is_finite(logs):
                state.put_back(copy)
                raise wrong
            logs = as_floats(logs)
        memory.turns.end(turn)
        return logs


def _wrong(call: Call, target: TargetRule) -> InputError | None:
    """Returns what is wrong with the numbers of a batch, if anything is."""
    try:
        search_arrays(call.x, call.y, call.sample_weight, target)
    except InputError as error:
        return error
    return None


def _executor(model: keras.Model, phase: str) -> Any:
    strategy = strategy_of(model)
    step = getattr(model, f"{phase}_step")
    eagerly, jit_compile = model.run_eagerly, bool(model.jit_compile)

    def make() -> Any:
        if strategy is not None:
            return replicated(model, phase, step, strategy)
        if eagerly:
            return EagerExecutor(step)
        return FunctionExecutor(step, jit_compile)

    return memory_of(model).program((phase, "on batch", eagerly, jit_compile), make)
