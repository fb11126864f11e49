"""`compile` with the settings of the loop, as a mixin."""

from typing import TYPE_CHECKING, Any

import keras

from keras_mlp.training.loop_state import LoopState
from keras_mlp.training.workers import check_strategy
from keras_mlp.validation import check_positive_integer

# A mixin has no base; a type checker needs to know what it is mixed into.
if TYPE_CHECKING:
    from keras import Model as _Mixed
else:
    _Mixed = object


class LoopCompiler(_Mixed):
    """Gives a Keras model a `compile` that knows `steps_per_execution="auto"`.

    The defaults are `steps_per_execution="auto"`, `jit_compile="auto"` and
    `check_inputs=True`; they are saved as they were given. What they mean,
    `LoopTrainer` says.
    """

    steps_per_execution: int
    train_function: Any
    test_function: Any
    predict_function: Any

    @property
    def _state(self) -> LoopState:
        return self.__dict__.setdefault("_loop_state", LoopState())

    def compile(
        self,
        *args: Any,
        steps_per_execution: int | str = "auto",
        jit_compile: bool | str = "auto",
        check_inputs: bool = True,
        **kwargs: Any,
    ) -> None:
        """Configures the model for training, as `keras.Model.compile` does.

        Args:
            *args: As for `keras.Model.compile`: `optimizer`, `loss`, `loss_weights`,
                `metrics`, `weighted_metrics`, `run_eagerly`.
            steps_per_execution: Number of steps that are taken in one program.
                Defaults to `"auto"`.
            jit_compile: Whether programs are compiled by XLA. Defaults to `"auto"`:
                where it pays.
            check_inputs: Whether `fit`, `evaluate` and `predict` raise an error for
                data that cannot be right, and `fit` where the loss is no longer
                finite. Defaults to `True`.
            **kwargs: As for `keras.Model.compile`.

        Raises:
            ValueError: If `steps_per_execution` is neither "auto" nor a positive
                integer.
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
        check_strategy(self._distribute_strategy)
        super().compile(
            *args,
            steps_per_execution=1
            if steps_per_execution == "auto"
            else steps_per_execution,
            jit_compile=jit_compile,
            **kwargs,
        )
        state = LoopState()
        state.steps_per_execution = steps_per_execution
        state.jit_compile = jit_compile
        state.check_inputs = bool(check_inputs)
        self.__dict__["_loop_state"] = state

    def get_compile_config(self) -> dict[str, Any]:
        """Returns the arguments that compile the model again."""
        config = super().get_compile_config()
        if config:
            config["steps_per_execution"] = self._state.steps_per_execution
            config["jit_compile"] = self._state.jit_compile
            config["check_inputs"] = self._state.check_inputs
        return config

    def compile_from_config(self, config: dict[str, Any]) -> None:
        """Compiles the model with what `get_compile_config` returned."""
        if type(self).compile is not LoopCompiler.compile:
            # Keras then asks for an override of this method too.
            super().compile_from_config(config)
            return
        self.compile(**keras.saving.deserialize_keras_object(config))
        if self.optimizer is not None and self.built:
            self.optimizer.build(self.trainable_variables)
