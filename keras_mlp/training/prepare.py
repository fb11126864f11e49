"""From a call to what takes its steps."""

import dataclasses
import types
from collections.abc import Callable
from typing import Any

import keras
import tensorflow as tf

from keras_mlp.training.call import Call
from keras_mlp.training.checking.before_steps import check_batches, check_before_steps
from keras_mlp.training.checking.guard import Guard, TrainingGuard, outputs_are_finite
from keras_mlp.training.checking.search import Search
from keras_mlp.training.checking.target_rule import TargetRule
from keras_mlp.training.distributing.replica_checks import check_for_replicas
from keras_mlp.training.distributing.workers import strategy_of
from keras_mlp.training.execution.executor import (
    EagerExecutor,
    Executor,
    FunctionExecutor,
    StepExecutor,
)
from keras_mlp.training.execution.prediction import CompiledPrediction
from keras_mlp.training.execution.programs.traced_step import TracedStep
from keras_mlp.training.execution.replicated_prediction import ReplicatedPrediction
from keras_mlp.training.execution.replicated_step import ReplicatedStep
from keras_mlp.training.execution.turn_executor import TurnExecutor
from keras_mlp.training.feeding.feed import Feed
from keras_mlp.training.feeding.make_feed import make_feed
from keras_mlp.training.feeding.resident_feed import ResidentFeed
from keras_mlp.training.feeding.structures import resized, without_optionals
from keras_mlp.training.planning.facts import facts_of
from keras_mlp.training.planning.make_plan import make_plan, may_use_xla
from keras_mlp.training.planning.plan import Plan
from keras_mlp.training.remembering.memory import memory_of
from keras_mlp.training.remembering.turns import Turn
from keras_mlp.training.starting.build import build_early, build_for_replicas
from keras_mlp.training.starting.schedules import begin_schedules


@dataclasses.dataclass(frozen=True, kw_only=True)
class Prepared:
    """What takes the steps of a call.

    Args:
        call: The call.
        plan: How its steps are taken.
        feed: Its batches.
        execute: Takes the steps for a part of a group.
        turn: Its part in the use of the model's metrics.
        guard: What watches the steps, if anything does.
        step: The step, where programs are made of it.
    """

    call: Call
    plan: Plan
    feed: Feed | ResidentFeed
    execute: Executor
    turn: Turn
    guard: Guard | None
    step: TracedStep | None = None


def check_and_build(model: keras.Model, call: Call) -> TargetRule:
    """Returns what the loss takes as targets, once data and model fit each other.

    Args:
        model: The model. What can be built of it is.
        call: The call.

    Raises:
        InputError: If the data cannot be right.
        ValueError: If the model was made for another strategy, or a schedule needs to
            know how many steps there are.
    """
    memory = memory_of(model)
    strategy = strategy_of(model)
    target = TargetRule()
    if memory.settings.check_inputs:
        target = check_before_steps(model, call)
    if call.phase == "train":
        begin_schedules(model, call)
    if strategy is not None:
        if call.phase == "train":
            check_for_replicas(model, strategy)
        build_for_replicas(model, call, strategy)
    else:
        build_early(model, call)
    return target


def prepare(
    model: keras.Model, call: Call, target: TargetRule, training: Plan | None = None
) -> Prepared:
    """Returns what takes the steps of a call.

    Args:
        model: The model.
        call: The call.
        target: What the loss takes as targets.
        training: Within `fit`, for the validation: the plan of the training.
    """
    memory = memory_of(model)
    memory.forget_if_remade(model, call.phase)
    strategy = strategy_of(model)
    facts = facts_of(model, call, memory.settings, strategy, memory.steps)
    plan = make_plan(facts, training)

    def program(key: Any, make: Callable[[], Any]) -> Any:
        return memory.program((call.phase, key), make)

    feed, replicas = make_feed(call, plan, program, strategy)
    step = getattr(model, f"{call.phase}_step")
    preprocess = call.x.preprocess if plan.deferred else None
    if preprocess is not None:
        step = _after(preprocess, step)
    spec = without_optionals(feed.element_spec)
    if facts.source == "Python" and plan.check_inputs:
        check_batches(spec, call.phase, target)
    if plan.feed in ("joined", "resident"):
        spec = resized(spec, plan.batch_size if plan.all_full else None)
    jit_compile = plan.jit_compile
    key = (call.phase, preprocess, repr(spec), jit_compile)
    execute: Any
    traced = None
    if plan.replicas:
        assert strategy is not None
        execute = memory.program(
            (*key, plan.replicas, replicas, plan.compiler),
            lambda: replicated(model, call.phase, step, strategy, replicas, spec),
        )
    elif plan.compiler == "Python":
        execute = EagerExecutor(step)
    elif call.phase == "predict":
        kind = FunctionExecutor if plan.group == 1 else CompiledPrediction
        execute = memory.program(
            (call.phase, preprocess, jit_compile, kind), lambda: kind(step, jit_compile)
        )
    else:
        traced = memory.program(key, lambda: TracedStep(step, spec, jit_compile))
        if may_use_xla(facts, plan):
            facts = dataclasses.replace(facts, operations=traced.operations)
            plan = make_plan(facts, training)
        options = (plan.compiler == "XLA", plan.may_fall_back, plan.stops)
        execute = StepExecutor(
            traced,
            lambda shapes, make: memory.program((*key, *options, shapes), make),
            *options,
        )
    guard = _guard(model, call, plan, execute, target, preprocess)
    turn = Turn(model)
    execute = guard or execute
    if call.phase != "predict":
        execute = TurnExecutor(execute, memory.turns, turn)
    return Prepared(
        call=call,
        plan=plan,
        feed=feed,
        execute=execute,
        turn=turn,
        guard=guard,
        step=traced,
    )


def plan_of(model: keras.Model, call: Call) -> Plan:
    """Returns how `fit` would take its steps.

    Args:
        model: The model.
        call: What `fit` would be asked for.
    """
    target = check_and_build(model, call)
    train = _plan_of(model, call, target)
    if call.validation is None:
        return train
    validation = _plan_of(model, call.validation, target, train)
    return dataclasses.replace(train, validation=validation)


def _plan_of(
    model: keras.Model, call: Call, target: TargetRule, training: Plan | None = None
) -> Plan:
    if isinstance(call.x, types.GeneratorType):
        # A batch that is looked at is gone.
        memory, strategy = memory_of(model), strategy_of(model)
        facts = facts_of(model, call, memory.settings, strategy, memory.steps)
        return make_plan(facts, training)
    return prepare(model, call, target, training).plan


def replicated(
    model: keras.Model,
    phase: str,
    step: Callable,
    strategy: tf.distribute.Strategy,
    replicas: int | None = None,
    spec: Any = None,
) -> Executor:
    """Returns what takes steps on the replicas of a strategy.

    Args:
        model: The model.
        phase: `"train"`, `"test"` or `"predict"`.
        step: Function of a batch.
        strategy: The strategy.
        replicas: Number of replicas that share a batch. Defaults to all there are.
        spec: Shapes and dtypes of a batch. Defaults to those of the first batch.
    """
    if phase == "predict":
        return ReplicatedPrediction(step, strategy, model.run_eagerly)
    return ReplicatedStep(model, step, strategy, replicas, model.run_eagerly, spec)


def _guard(
    model: keras.Model,
    call: Call,
    plan: Plan,
    execute: Executor,
    target: TargetRule,
    preprocess: Any,
) -> Guard | None:
    if not plan.watches:
        return None
    search = None
    if plan.check_inputs:
        data = (call.x, call.y, call.sample_weight)
        search = Search(data, target, preprocess, call.phase == "predict")
    if call.phase == "train":
        return TrainingGuard(execute, search, model, plan.on_divergence)
    finite = outputs_are_finite if call.phase == "predict" else None
    return Guard(execute, search, finite)


def _after(preprocess: Callable, step: Callable) -> Callable:
    return lambda batch: step(preprocess(*batch))
