"""What a model is compiled with, beside what Keras knows."""

import dataclasses
from typing import Any

import keras

from keras_mlp.validation import check_positive_integer

ON_DIVERGENCE = ("stop", "raise", "ignore")

# Where a configuration keeps them: in that of the optimizer, in which Keras overlooks a
# key that it does not know. So a stock model takes the configuration too.
KEY = "keras_mlp"


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

    def added_to(
        self, config: dict[str, Any], optimizer: keras.Optimizer | None
    ) -> dict[str, Any]:
        """Returns a configuration of `compile` with the settings in it.

        Args:
            config: What `keras.Model.get_compile_config` returned.
            optimizer: The optimizer of the model.
        """
        settings = dataclasses.asdict(self)
        if config["optimizer"] is None:
            # Nothing is trained. Only what is not the default is worth an argument that
            # Keras does not know.
            default = dataclasses.asdict(Settings())
            return config | {k: v for k, v in settings.items() if v != default[k]}
        serialized = config["optimizer"]
        if isinstance(serialized, str):
            # A name stands for the class with its defaults. In half precision the model
            # has another one around it.
            named = getattr(optimizer, "inner_optimizer", optimizer)
            serialized = keras.optimizers.serialize(named) | {"config": {}}
        return config | {"optimizer": serialized | {KEY: settings}}

    @property
    def chosen_steps(self) -> int | None:
        """Number of steps in one program that was asked for, `None` for `"auto"`."""
        steps = self.steps_per_execution
        return None if isinstance(steps, str) else steps


def compile_again(model: keras.Model, config: dict[str, Any]) -> None:
    """Compiles a model with what a configuration holds.

    Args:
        model: A model with the `TapeTrainer`.
        config: What `get_compile_config` returned, of a model of ours or of Keras'.
            What Keras chooses where nothing is said is the default here too.
    """
    model.compile(**_compile_arguments(config))
    if model.optimizer is not None and model.built:
        model.optimizer.build(model.trainable_variables)


def _compile_arguments(config: dict[str, Any]) -> dict[str, Any]:
    arguments = keras.saving.deserialize_keras_object(config)
    optimizer = config.get("optimizer")
    if isinstance(optimizer, dict) and KEY in optimizer:
        return arguments | optimizer[KEY]
    keras_defaults = {"steps_per_execution": 1, "jit_compile": False}
    for name, default in keras_defaults.items():
        if arguments.get(name) == default:
            arguments[name] = "auto"
    return arguments


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
