"""Dropout whose rate changes while a model is trained."""

from typing import Any

import keras
from keras import ops

from keras_mlp.layers.draws import uniform
from keras_mlp.serializable import serializable
from keras_mlp.validation import check_seed


@serializable
class ScheduledDropout(keras.layers.Layer):
    """Dropout with a schedule for its rate, as optimizers have for theirs.

    Each call in training is a step. Their number is a weight that is not trained, and
    the rate is computed inside the step: so it is right in programs of many steps, in
    a model that was saved, and in a run that is resumed.

    Args:
        rate: A `keras.optimizers.schedules.LearningRateSchedule` whose values are the
            shares of inputs that are dropped, from 0 up to, but not including, 1. The
            layer keeps a copy. A `keras_mlp.optimizers.schedules.TrainingSchedule`
            without `total_steps` lasts as long as the `fit` of a model of ours.
        seed: Integer or `None`, the seed of what is dropped. Defaults to `None`.
        **kwargs: The arguments of `keras.layers.Layer`.

    Call arguments:
        inputs: Tensor of floats, of any shape.
        training: Whether to drop. Defaults to `False`.

    Output shape:
        That of the inputs.

    Raises:
        ValueError: If `rate` is no schedule or `seed` no seed.

    Example:

    ```python
    import keras
    import keras_mlp

    falling = keras_mlp.optimizers.schedules.FlatCosine(0.5, total_steps=2)
    dropout = keras_mlp.layers.ScheduledDropout(falling, seed=0)
    ones = keras.ops.ones((1000, 1))
    means = [float(keras.ops.mean(dropout(ones, training=True))) for _ in range(3)]
    assert abs(means[0] - 1) < 0.1 and means[2] == 1  # In the end none is dropped.
    assert int(dropout.step) == 3
    ```
    """

    def __init__(
        self,
        rate: Any,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if isinstance(rate, dict):
            rate = keras.saving.deserialize_keras_object(rate)
        if not isinstance(rate, keras.optimizers.schedules.LearningRateSchedule):
            raise ValueError(
                "Argument `rate` must be a schedule of `keras.optimizers.schedules` or "
                f"of `keras_mlp.optimizers.schedules`. Received: rate={rate!r}. For "
                "one rate use `keras.layers.Dropout`."
            )
        # Its own: another one may count other steps.
        self.rate = type(rate).from_config(rate.get_config())
        self.seed = check_seed("seed", seed)
        self.seed_generator = keras.random.SeedGenerator(self.seed)
        self.supports_masking = True
        self.step = self.add_weight(
            name="step",
            shape=(),
            dtype="int64",
            initializer="zeros",
            trainable=False,
            aggregation="only_first_replica",
        )
        self.built = True

    def call(self, inputs: Any, training: bool | None = False) -> Any:
        """Returns the inputs, in training some of them as zeros and the rest larger."""
        if not training:
            return inputs
        rate = ops.cast(self.rate(self.step), inputs.dtype)
        self.step.assign_add(1)
        # Not `keras.random.dropout`: in a graph it takes numbers alone. These are the
        # same draws.
        shape = ops.shape(inputs)
        if keras.backend.standardize_dtype(inputs.dtype) == "float32":
            drawn = uniform(shape, self.seed_generator)
        else:
            drawn = keras.random.uniform(
                shape, dtype=inputs.dtype, seed=self.seed_generator
            )
        kept = ops.multiply(inputs, ops.reciprocal(1 - rate))
        return ops.where(drawn >= rate, kept, ops.zeros_like(kept))

    def compute_output_shape(
        self, input_shape: tuple[int | None, ...]
    ) -> tuple[int | None, ...]:
        """Returns the inputs' shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments that make this layer again."""
        return {
            **super().get_config(),
            "rate": keras.saving.serialize_keras_object(self.rate),
            "seed": self.seed,
        }
