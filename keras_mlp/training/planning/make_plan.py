"""From what is known of a call to how its steps are taken: the decisions."""

from typing import Any

from keras_mlp.training.planning import rules
from keras_mlp.training.planning.facts import Facts
from keras_mlp.training.planning.limits import LIMITS
from keras_mlp.training.planning.plan import Plan
from keras_mlp.training.planning.xla_operations import not_for_xla


def make_plan(facts: Facts, training: Plan | None = None) -> Plan:
    """Returns how the steps of a call are taken: a function of the facts alone.

    It is never measured while a model is trained, since rounding would then depend on
    how busy a machine was.

    Args:
        facts: What is known.
        training: Within `fit`, for the validation: the plan of the training. Its steps
            decide whether groups and XLA pay.
    """
    chosen = facts.settings.chosen_steps
    if facts.replicas:
        # Each replica takes its part of each batch.
        group, feed, reason = chosen or 1, "single", "a strategy's replicas share steps"
    elif facts.eager:
        group, feed, reason = chosen or 1, "single", "the model runs eagerly"
    elif chosen is not None:
        group, feed = chosen, "single" if chosen == 1 else "gathered"
        reason = f"steps_per_execution={chosen}"
    else:
        group, feed, reason = _choose_group(facts, training)
    ahead = 1
    if feed == "resident":
        ahead = _choose_epochs(facts, group)
        if group == ahead == 1:
            feed, reason = "single", "a step is large enough by itself"
    compiler: Any = "TensorFlow"
    may_fall_back = False
    if facts.eager:
        compiler = "Python"
    elif max(group, ahead) > 1 and not facts.replicas and facts.phase != "predict":
        compiler, may_fall_back, why = _choose_compiler(facts, training)
        reason = "; ".join(part for part in (reason, why) if part)
    grouped = feed != "single" or facts.replicas
    return Plan(
        phase=facts.phase,
        steps=facts.batches,
        epochs=facts.epochs,
        batch_size=facts.batch_size or 0,
        group=group,
        feed=feed,  # type: ignore[arg-type]
        epochs_ahead=ahead,
        deferred=facts.source == "data.load" and bool(grouped),
        all_full=facts.all_full,
        compiler=compiler,
        may_fall_back=may_fall_back,
        # What XLA has compiled by itself could not fall back.
        jit_compile=facts.jit_compile and not may_fall_back,
        replicas=facts.replicas,
        counts_groups=chosen is not None,
        check_inputs=facts.settings.check_inputs,
        # Whoever terminates does what is to be done.
        on_divergence="ignore" if facts.terminates else facts.settings.on_divergence,
        device=facts.device,
        reason=reason,
    )


def may_use_xla(facts: Facts, plan: Plan) -> bool:
    """Returns whether the operations of a step are still to be looked at.

    Args:
        facts: What is known.
        plan: What follows from it.
    """
    return (
        plan.compiler == "XLA"
        and plan.may_fall_back
        and facts.operations is None
        and not LIMITS[facts.device].keras_chooses_xla
    )


def _choose_group(facts: Facts, training: Plan | None) -> tuple[int, str, str]:
    limits = LIMITS[facts.device]
    if facts.listening:
        return 1, "single", "a callback listens to each batch"
    if training is not None:
        if training.group == 1:
            return 1, "single", "the training takes single steps"
    elif facts.batches:
        steps = facts.batches * facts.epochs
        compared = rules.small_steps(steps, facts.parameters, limits)
        if compared < limits.loop_pays_after[facts.phase]:
            return 1, "single", "there are too few steps for a program of many to pay"
    batches = facts.batches
    # A last batch that is not full does not go into a group.
    full = batches - 1 if batches and facts.all_full is False else batches
    group = rules.group_size(
        full,
        facts.batch_size or rules.DEFAULT_BATCH_SIZE,
        facts.example_bytes,
        facts.parameters * rules.OPERATIONS_PER_PARAMETER[facts.phase],
        limits,
        facts.resident,
    )
    if facts.resident:
        return group, "resident", ""
    if group == 1:
        return 1, "single", "a step is large enough by itself"
    joins = facts.batches is not None and facts.all_full is not None
    return group, "joined" if joins else "gathered", ""


def _choose_epochs(facts: Facts, group: int) -> int:
    """Returns how many epochs of resident data to train for in one program."""
    batches = facts.batches or 0
    full = batches - 1 if facts.all_full is False else batches
    if not facts.hears_later or not facts.parameters or group < full:
        return 1
    limits = LIMITS[facts.device]
    rows = facts.batch_size or rules.DEFAULT_BATCH_SIZE
    ahead = rules.epochs_in_program(
        batches, rows, facts.parameters, facts.epochs, limits
    )
    return max(1, ahead)


def _choose_compiler(facts: Facts, training: Plan | None) -> tuple[str, bool, str]:
    """Returns the compiler, whether TensorFlow may take over, and why."""
    limits = LIMITS[facts.device]
    if facts.settings.jit_compile == "auto" and limits.keras_chooses_xla:
        if facts.jit_compile:
            return "XLA", True, ""
        return "TensorFlow", False, "Keras does not choose XLA for this model"
    if facts.jit_compile:
        return "XLA", False, "jit_compile=True"
    if facts.settings.jit_compile != "auto":
        return "TensorFlow", False, "jit_compile=False"
    steps = facts.batches, facts.epochs
    if training is not None:
        steps = training.steps, training.epochs
    if steps[0] is not None:
        all_steps = facts.steps_before + steps[0] * steps[1]
        compared = rules.small_steps(all_steps, facts.parameters, limits)
        if compared < limits.xla_pays_after:
            return "TensorFlow", False, "there are too few steps for XLA to pay"
    if not facts.suits_xla:
        return "TensorFlow", False, "a layer does not suit XLA"
    large = (facts.batch_size or 0) >= limits.xla_batch_size
    if large and facts.parameters < limits.xla_any_batch:
        return "TensorFlow", False, "XLA is slower with batches of this size"
    if facts.operations is not None:
        wrong = not_for_xla(facts.operations)
        if wrong:
            return "TensorFlow", False, f"XLA may not compile {', '.join(wrong)}"
    return "XLA", True, ""
