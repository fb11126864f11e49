"""Schedules of the share of a training that is done."""

from typing import Any

import keras
from keras import ops

from keras_mlp.validation import check_number, check_positive_integer


class TrainingSchedule(keras.optimizers.schedules.LearningRateSchedule):
    """A schedule of the share of a training that is done, from 0 to 1.

    A subclass says by its `factor` what the initial value is multiplied by. Before the
    first step the share is 0; after `total_steps`, it stays 1.

    Args:
        initial_learning_rate: Number of at least 0 that factors are applied to.
        total_steps: Number of steps of the whole training. Defaults to `None`: those
            of the `fit` that runs, for models of this package. Each call of `fit` is
            then a training of its own, also one that goes on with a trained model,
            unless it has an `initial_epoch`.
        name: Name of the schedule. Defaults to that of the class.

    Raises:
        ValueError: If an argument is none of these; when called, if nobody has said
            how many steps there are.

    Example:

    ```python
    from keras_mlp.optimizers.schedules import TrainingSchedule

    class Falling(TrainingSchedule):
        def factor(self, progress):
            return 1.0 - progress

    rate = Falling(0.1, total_steps=10)
    assert abs(float(rate(5)) - 0.05) < 1e-6
    ```
    """

    def __init__(
        self,
        initial_learning_rate: float,
        total_steps: int | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__()
        self.initial_learning_rate = check_number(
            "initial_learning_rate", initial_learning_rate, least=0
        )
        if total_steps is not None:
            total_steps = check_positive_integer("total_steps", total_steps)
        self.total_steps = total_steps
        self.name = name or type(self).__name__
        # The first step of the `fit` that runs and the number of its steps. A variable:
        # the next `fit` may run the programs of this one.
        self._span: keras.Variable | None = None

    def factor(self, share: Any) -> Any:
        """Returns what the initial value is multiplied by.

        Args:
            share: Scalar tensor from 0 to 1, the share of the training that is done.
        """
        raise NotImplementedError(
            f"A `TrainingSchedule` needs a method `factor(share)`. Received: "
            f"{type(self).__name__}, which has none. Define one."
        )

    def begin(self, first_step: int, total_steps: int) -> None:
        """Says which steps the training has, for a schedule without `total_steps`.

        `fit` of the models of this package calls it.

        Args:
            first_step: Number of the first step.
            total_steps: Number of steps.
        """
        span = [first_step, total_steps]
        if self._span is None:
            self._span = keras.Variable(
                span,
                dtype="int64",
                trainable=False,
                aggregation="only_first_replica",
                name="span",
            )
        self._span.assign(span)

    def __call__(self, step: Any) -> Any:
        """Returns the value for a step, as a scalar tensor.

        Args:
            step: Number of steps that were taken before.
        """
        step = ops.cast(step, "int64")
        if self.total_steps is not None:
            done, total = step, self.total_steps
        elif self._span is not None:
            done, total = ops.subtract(step, self._span[0]), self._span[1]
        else:
            raise ValueError(
                f"Argument `total_steps` of {type(self).__name__} must be a number "
                "where no `fit` of a model of keras_mlp says how many steps there are. "
                "Received: total_steps=None. Pass the number of epochs times the "
                "batches in an epoch."
            )
        dtype = keras.config.floatx()
        share = ops.divide(ops.cast(done, dtype), ops.cast(total, dtype))
        factor = self.factor(ops.clip(share, 0.0, 1.0))
        return ops.multiply(ops.cast(self.initial_learning_rate, dtype), factor)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments that make this schedule again."""
        config = {
            "initial_learning_rate": self.initial_learning_rate,
            "total_steps": self.total_steps,
            "name": self.name,
        }
        if self._span is not None:
            # No argument: what the last `fit` has said, so that a saved model has the
            # rate of its last step.
            config["span"] = ops.convert_to_numpy(self._span).tolist()
        return config

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "TrainingSchedule":
        """Returns the schedule of a configuration."""
        span = config.get("span")
        schedule = cls(**{name: config[name] for name in config if name != "span"})
        if span is not None:
            schedule.begin(*span)
        return schedule
