"""One training step on `tf.GradientTape`, and the loop around it, as a mixin."""

import warnings
from typing import TYPE_CHECKING, Any

import keras
import tensorflow as tf

from keras_mlp.keras_internals import without_needless_sum
from keras_mlp.training import loop, single_steps
from keras_mlp.training.call import Call, fit_call
from keras_mlp.training.checking.arguments import check_compiled
from keras_mlp.training.distributing.workers import check_strategy
from keras_mlp.training.execution.outputs import in_order
from keras_mlp.training.execution.programs.known_ranks import with_known_ranks
from keras_mlp.training.execution.tracked_loss import tracked_loss
from keras_mlp.training.planning.plan import Plan
from keras_mlp.training.planning.settings import check_settings, compile_again
from keras_mlp.training.prepare import plan_of
from keras_mlp.training.remembering.memory import TrainerMemory, memory_of
from keras_mlp.training.way_out import or_keras

# A mixin has no base; a type checker needs to know what it is mixed into.
if TYPE_CHECKING:
    from keras import Model as _Mixed
else:
    _Mixed = object


class TapeTrainer(_Mixed):
    """Gives a Keras model its training and evaluation step, written out.

    The step is the documented one: run the model under a gradient tape, compute the
    loss, ask the tape for the gradients, let the optimizer apply them. It equals stock
    Keras' step for all options of `compile` and `fit`.

    `fit`, `evaluate` and `predict` take Keras' arguments and give its results. They run
    many steps in one program if that saves time: `plan` shows how. Several threads may
    call `evaluate` and `predict` of one model while one `fit` runs.

    Put it before the model class:

    ```python
    import keras
    import keras_mlp

    class Mine(keras_mlp.training.TapeTrainer, keras.Sequential):
        pass

    model = Mine([keras_mlp.layers.Dense(1)])
    model.compile(optimizer="sgd", loss="mse")
    model.fit(keras.ops.ones((8, 3)), keras.ops.ones((8, 1)), verbose=0)
    ```

    A class that overrides `train_step` keeps everything else. Keras' own `fit` trains
    one that overrides `make_train_function`.
    """

    def train_step(self, data: Any) -> dict[str, Any]:
        """Updates the weights once, on one batch.

        Args:
            data: What the data set yields: `x`, `(x, y)` or `(x, y, sample_weight)`.

        Returns:
            Dictionary of the metrics so far in this epoch, `"loss"` among them.
        """
        x, y, sample_weight = keras.utils.unpack_x_y_sample_weight(data)
        with tf.GradientTape() as tape:
            y_pred = self(x, training=True)
            y, sample_weight = with_known_ranks(self, y, y_pred, sample_weight)
            loss = tracked_loss(self, x, y, y_pred, sample_weight, training=True)
            if self.optimizer is not None:
                # Half precision: small gradients survive because the loss is scaled
                # here and the gradients are unscaled by the optimizer.
                loss = self.optimizer.scale_loss(loss)
        weights = self.trainable_weights
        if weights:
            gradients = tape.gradient(loss, weights)
            with without_needless_sum(self.optimizer):
                self.optimizer.apply_gradients(zip(gradients, weights, strict=True))
        else:
            warnings.warn(
                "The model does not have any trainable weights.", stacklevel=2
            )
        return self.compute_metrics(x, y, y_pred, sample_weight=sample_weight)

    def test_step(self, data: Any) -> dict[str, Any]:
        """Computes the loss and the metrics of one batch, changing no weight.

        Args:
            data: As for `train_step`.

        Returns:
            Dictionary of the metrics so far in this evaluation.
        """
        x, y, sample_weight = keras.utils.unpack_x_y_sample_weight(data)
        y_pred = self(x, training=False)
        y, sample_weight = with_known_ranks(self, y, y_pred, sample_weight)
        tracked_loss(self, x, y, y_pred, sample_weight, training=False)
        return self.compute_metrics(x, y, y_pred, sample_weight=sample_weight)

    def compile(
        self,
        *args: Any,
        steps_per_execution: int | str = "auto",
        jit_compile: bool | str = "auto",
        check_inputs: bool = True,
        on_divergence: str | None = None,
        **kwargs: Any,
    ) -> None:
        """Configures the model for training, as `keras.Model.compile` does.

        Args:
            *args: As for `keras.Model.compile`: optimizer, loss, metrics, and so on.
            steps_per_execution: Number of steps in one program. Defaults to `"auto"`:
                many, where that pays.
            jit_compile: Whether programs are compiled by XLA. Defaults to `"auto"`:
                where it pays, and changes neither results nor errors.
            check_inputs: Whether wrong data raise an error. Defaults to `True`.
            on_divergence: What `fit` does where the loss is not finite though the data
                are: `"stop"` ends it with a warning and `"raise"` with an error, with
                the model's state of before; `"ignore"` goes on, as Keras does. Defaults
                to `"stop"`, and to `"ignore"` where `check_inputs` is `False`.
            **kwargs: As for `keras.Model.compile`.

        Raises:
            ValueError: If an argument is none of these.
        """
        settings = check_settings(
            steps_per_execution, jit_compile, check_inputs, on_divergence
        )
        check_strategy(self._distribute_strategy)
        super().compile(
            *args,
            steps_per_execution=settings.chosen_steps or 1,
            jit_compile=jit_compile,
            **kwargs,
        )
        self.__dict__["_memory"] = TrainerMemory(settings)

    def get_compile_config(self) -> dict[str, Any]:
        """Returns the arguments that compile the model again."""
        config = super().get_compile_config()
        if not config:
            return config
        return memory_of(self).settings.added_to(config, self.optimizer)

    def compile_from_config(self, config: dict[str, Any]) -> None:
        """Compiles the model with what `get_compile_config`, here or in Keras, gave."""
        if type(self).compile is not TapeTrainer.compile:
            # Keras then asks for an override of this method too.
            super().compile_from_config(config)
            return
        compile_again(self, config)

    def prepare_data(self, x: Any, y: Any = None) -> tuple[Any, Any]:
        """Returns inputs and targets as `call` and the loss take them.

        `fit`, `evaluate`, `predict` and the steps on single batches call it once, with
        all that they are given. A model that takes more than arrays overrides it.

        Args:
            x: Arrays, data frames, or a data set.
            y: Targets, `None` beside a data set.
        """
        return x, y

    @or_keras
    def fit(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        epochs: int = 1,
        verbose: Any = "auto",
        callbacks: Any = None,
        validation_split: float = 0.0,
        validation_data: Any = None,
        shuffle: bool | str | None = None,
        class_weight: Any = None,
        sample_weight: Any = None,
        initial_epoch: int = 0,
        steps_per_epoch: int | None = None,
        validation_steps: int | None = None,
        validation_batch_size: int | None = None,
        validation_freq: Any = 1,
    ) -> Any:
        """Trains the model; arguments and result are those of `keras.Model.fit`."""
        arguments = {**locals()}
        del arguments["self"]
        check_compiled(self, "fit")
        return loop.fit(self, fit_call(self.prepare_data, **arguments))

    def plan(self, x: Any = None, y: Any = None, **arguments: Any) -> Plan:
        """Returns how `fit` would take its steps, and prints it in words.

        Nothing is trained. The model is built, and its step may be traced.

        Args:
            x: As for `fit`, and so `y`.
            y: Targets.
            **arguments: The other arguments of `fit`; `verbose=0` prints nothing.
        """
        check_compiled(self, "plan")
        plan = plan_of(self, fit_call(self.prepare_data, x=x, y=y, **arguments))
        if arguments.get("verbose") != 0:
            print(plan)
        return plan

    @or_keras
    def evaluate(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        verbose: Any = "auto",
        sample_weight: Any = None,
        steps: int | None = None,
        callbacks: Any = None,
        return_dict: bool = False,
    ) -> Any:
        """Returns loss and metrics, as `keras.Model.evaluate` does."""
        check_compiled(self, "evaluate")
        given = {"batch_size": batch_size, "steps": steps, "verbose": verbose}
        x, y = self.prepare_data(x, y)
        call = Call("test", x, y, sample_weight, callbacks=callbacks, **given)
        logs = loop.evaluate(self, call)
        return logs if return_dict else in_order(logs, self)

    @or_keras
    def predict(
        self,
        x: Any,
        batch_size: int | None = None,
        verbose: Any = "auto",
        steps: int | None = None,
        callbacks: Any = None,
    ) -> Any:
        """Returns the outputs for all inputs, as `keras.Model.predict` does."""
        given = {"batch_size": batch_size, "steps": steps, "verbose": verbose}
        x, _ = self.prepare_data(x)
        return loop.predict(self, Call("predict", x, callbacks=callbacks, **given))

    train_on_batch = single_steps.train_on_batch
    test_on_batch = single_steps.test_on_batch
    predict_on_batch = single_steps.predict_on_batch
