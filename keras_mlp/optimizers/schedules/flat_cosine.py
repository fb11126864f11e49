"""One value for half of the training, then a fall to zero."""

import math
from typing import Any

from keras import ops

from keras_mlp.optimizers.schedules.training_schedule import TrainingSchedule
from keras_mlp.serializable import serializable


@serializable
class FlatCosine(TrainingSchedule):
    """The initial value for half of the steps, then half a wave down to 0.

    In the second half the value is `initial * (1 + cos(pi u)) / 2`, u from 0 to 1: the
    "flat_cos" of RealMLP (Holzmüller et al., "Better by default", 2024), whose weight
    decay and dropout fall so. It does for rates of any kind.

    Args:
        initial_learning_rate: Number of at least 0 to begin with.
        total_steps: Number of steps of the whole training. Defaults to `None`: those
            of the `fit` that runs, for models of this package.
        name: Name of the schedule. Defaults to `"FlatCosine"`.

    Raises:
        ValueError: If an argument is none of these; when called, if nobody has said
            how many steps there are.

    Example:

    ```python
    import keras_mlp

    schedule = keras_mlp.optimizers.schedules.FlatCosine(0.15, total_steps=100)
    assert float(schedule(0)) == float(schedule(50))
    assert abs(float(schedule(75)) - 0.075) < 1e-6
    assert float(schedule(100)) == 0
    ```
    """

    def factor(self, share: Any) -> Any:
        """Returns 1 for the first half of the training; the last one is 0."""
        falling = ops.maximum(2.0 * share - 1.0, 0.0)
        return 0.5 + 0.5 * ops.cos(math.pi * falling)
