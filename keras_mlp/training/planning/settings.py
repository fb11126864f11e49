"""What a model is compiled with, beside what Keras knows."""

import dataclasses
from typing import Any

from keras_mlp.validation import check_positive_integer

ON_DIVERGENCE = ("stop", "raise", "ignore")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Settings:
    """What a model is compiled with, beside what Keras knows.

    Args:
        steps_per_execution: Number of steps in one program, or `"auto"`.
        jit_compile: Whether programs are compiled by XLA, or `"auto"`.
        check_inputs: Whether data that cannot be right are named.
        on_divergence: What `fit` does where the loss is not finite though the data are:
            `"stop"`, `"raise"` or `"ignore"`.
    """

    steps_per_execution: int | str = "auto"
    jit_compile: bool | str = "auto"
    check_inputs: bool = True
    on_divergence: str = "stop"

    def to_dict(self) -> dict[str, Any]:
        """Returns the settings as arguments of `compile`."""
        return dataclasses.asdict(self)

    @property
    def chosen_steps(self) -> int | None:
        """Number of steps in one program that was asked for, `None` for `"auto"`."""
        steps = self.steps_per_execution
        return None if isinstance(steps, str) else steps


def check_settings(
    steps_per_execution: Any, jit_compile: Any, check_inputs: Any, on_divergence: Any
) -> Settings:
    """Returns the settings of a model, checked.

    Args:
        steps_per_execution: As for `TapeTrainer.compile`, and so the others.
        jit_compile: `True`, `False` or `"auto"`.
        check_inputs: `True` or `False`.
        on_divergence: One of `ON_DIVERGENCE`, or `None` for the default.

    Raises:
        ValueError: If one of them is none that there is.
    """
    if isinstance(steps_per_execution, str) and steps_per_execution != "auto":
        raise ValueError(
            'Argument `steps_per_execution` must be a positive integer or "auto". '
            f"Received: steps_per_execution={steps_per_execution!r}."
        )
    if steps_per_execution != "auto":
        steps_per_execution = check_positive_integer(
            "steps_per_execution", steps_per_execution
        )
    check_inputs = bool(check_inputs)
    if on_divergence is None:
        # Who wants data taken as they are, wants the loss taken as it is.
        on_divergence = "stop" if check_inputs else "ignore"
    if on_divergence not in ON_DIVERGENCE:
        allowed = ", ".join(map(repr, ON_DIVERGENCE))
        raise ValueError(
            f"Argument `on_divergence` must be one of {allowed}. "
            f"Received: on_divergence={on_divergence!r}."
        )
    return Settings(
        steps_per_execution=steps_per_execution,
        jit_compile=jit_compile,
        check_inputs=check_inputs,
        on_divergence=on_divergence,
    )
