"""How the steps of a call are taken."""

import dataclasses
import math
from typing import Literal


@dataclasses.dataclass(frozen=True, kw_only=True)
class Plan:
    """How the steps of a `fit`, `evaluate` or `predict` are taken.

    `model.plan(x, y, ...)` returns the plan that `fit` follows with these arguments;
    printed, it says so in words. It is made by `make_plan`, of facts alone.

    Args:
        phase: `"train"`, `"test"` or `"predict"`.
        steps: Number of steps in an epoch, `None` where nobody knows.
        epochs: Number of epochs.
        batch_size: Examples in a batch, 0 where nobody knows.
        group: Most steps that one program takes.
        feed: How batches reach the steps: `"joined"`, many in one element, which the
            program cuts; `"resident"`, as numbers of rows of data that a program holds;
            `"gathered"` by a program of their own; `"single"`.
        epochs_ahead: Number of epochs in one program, 1 where each is taken by itself.
        deferred: Whether they come as uint8 pixels, which the steps prepare.
        all_full: Whether all batches have one size.
        compiler: What runs a group: `"TensorFlow"`, `"XLA"` or `"Python"`, step by step
            without a graph.
        may_fall_back: Whether TensorFlow takes over where XLA cannot compile.
        jit_compile: Whether single steps are compiled by XLA.
        replicas: Number of replicas that share each batch, 0 without a strategy.
        counts_groups: Whether callbacks hear numbers as if all groups were full, as in
            Keras with its `steps_per_execution`.
        check_inputs: Whether data are searched where the outcome is not finite.
        on_divergence: What is done where the loss is not finite though the data are.
        device: The kind of device that takes the steps: `"CPU"` or `"GPU"`.
        reason: Why the steps are taken like this.
        validation: The plan of the validation, within `fit`.

    Example:

    ```python
    import numpy as np
    import keras_mlp

    model = keras_mlp.models.MLPClassifier(2, [8])
    model.compile()
    plan = model.plan(np.ones((100, 4)), np.zeros(100), batch_size=32)
    assert isinstance(plan, keras_mlp.training.Plan)
    assert plan.steps == 4
    print(plan)
    ```
    """

    phase: str
    steps: int | None = None
    epochs: int = 1
    batch_size: int = 0
    group: int = 1
    feed: Literal["joined", "resident", "gathered", "single"] = "single"
    epochs_ahead: int = 1
    deferred: bool = False
    all_full: bool | None = None
    compiler: Literal["TensorFlow", "XLA", "Python"] = "TensorFlow"
    may_fall_back: bool = False
    jit_compile: bool = False
    replicas: int = 0
    counts_groups: bool = False
    check_inputs: bool = True
    on_divergence: str = "stop"
    device: str = "CPU"
    reason: str = ""
    validation: "Plan | None" = None

    @property
    def groups(self) -> int | None:
        """Number of groups in an epoch, `None` where nobody knows."""
        return None if self.steps is None else math.ceil(self.steps / self.group)

    @property
    def stops(self) -> bool:
        """Whether no step is taken after one whose loss is not finite."""
        return self.phase == "train" and self.on_divergence != "ignore"

    @property
    def watches(self) -> bool:
        """Whether outcomes are looked at."""
        return self.check_inputs or self.stops

    def __str__(self) -> str:
        parts = [self._steps_in_words(), self._programs_in_words()]
        parts += [self._data_in_words(), self._checks_in_words()]
        sentence = "; ".join(part for part in parts if part)
        lines = [f"{self.phase}: {sentence}."]
        if self.reason:
            lines.append(f"  Why: {self.reason}.")
        if self.validation is not None:
            lines.append(str(self.validation))
        return "\n".join(lines)

    def _steps_in_words(self) -> str:
        if self.steps is None:
            steps = "an unknown number of steps"
        else:
            steps = f"{self.steps} step{'s' * (self.steps != 1)}"
        if self.phase == "train":
            steps += " an epoch"
        if self.epochs_ahead > 1:
            return f"{steps}, {self.epochs_ahead} epochs at a time"
        if self.group == 1:
            return f"{steps}, one at a time"
        if self.steps is None or self.groups is None:
            return f"{steps} in groups of up to {self.group}"
        groups = f"{self.groups} group{'s' * (self.groups != 1)}"
        even = "" if self.steps % self.group == 0 else "up to "
        return f"{steps} in {groups} of {even}{self.group}"

    def _programs_in_words(self) -> str:
        unit = "step" if self.group == 1 else "group"
        if self.epochs_ahead > 1:
            unit = "time"
        if self.compiler == "Python":
            return "run eagerly, without a program"
        if self.replicas:
            return f"one TensorFlow program a step on {self.replicas} replica" + (
                "s" * (self.replicas != 1)
            )
        xla = self.compiler == "XLA" or (unit == "step" and self.jit_compile)
        return f"one {'XLA' if xla else 'TensorFlow'} program a {unit}"

    def _data_in_words(self) -> str:
        size = f" of {self.batch_size}" if self.batch_size else ""
        if self.feed == "single":
            return f"batches{size} as they come"
        prepared = ", prepared in the step" if self.deferred else ""
        return f"{self.feed} batches{size}{prepared}"

    def _checks_in_words(self) -> str:
        parts = []
        if self.check_inputs:
            outcome = "an output" if self.phase == "predict" else "the loss"
            parts.append(f"data searched where {outcome} is not finite")
        if self.phase == "train":
            parts.append(
                {
                    "stop": "a run that diverges is stopped",
                    "raise": "a run that diverges raises an error",
                    "ignore": "a run that diverges goes on",
                }[self.on_divergence]
            )
        return ", ".join(parts) or "nothing checked"
