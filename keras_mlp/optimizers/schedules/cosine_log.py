"""Waves of a cosine over the logarithm of time."""

import math
from typing import Any

from keras import ops

from keras_mlp.optimizers.schedules.training_schedule import TrainingSchedule
from keras_mlp.serializable import serializable
from keras_mlp.validation import check_positive_integer


@serializable
class CosineLog(TrainingSchedule):
    """Waves from 0 up to the initial value and back, each twice as long as the last.

    After a share t of the steps, the value is

        initial * (1 - cos(2 pi log2(1 + (2^cycles - 1) t))) / 2

    as in RealMLP (Holzmüller et al., "Better by default", 2024). It begins
    and ends with 0.

    Args:
        initial_learning_rate: Number of at least 0, the top of the waves.
        total_steps: Number of steps of the whole training. Defaults to `None`: those
            of the `fit` that runs, for models of this package.
        cycles: Positive integer, the number of waves. Defaults to `4`.
        name: Name of the schedule. Defaults to `"CosineLog"`.

    Raises:
        ValueError: If an argument is none of these; when called, if nobody has said
            how many steps there are.

    Example:

    ```python
    import math

    import keras_mlp

    schedule = keras_mlp.optimizers.schedules.CosineLog(0.04, total_steps=30, cycles=4)
    values = [float(schedule(step)) for step in (0, 2, 6, 14, 30)]
    assert max(values) < 1e-6  # Between the waves.
    wave = 1 - math.cos(2 * math.pi * math.log2(1 + 15 * 0.1))
    assert abs(float(schedule(3)) - 0.04 * wave / 2) < 1e-6
    ```
    """

    def __init__(
        self,
        initial_learning_rate: float,
        total_steps: int | None = None,
        cycles: int = 4,
        name: str | None = None,
    ) -> None:
        super().__init__(initial_learning_rate, total_steps, name)
        self.cycles = check_positive_integer("cycles", cycles)

    def factor(self, share: Any) -> Any:
        """Returns the height of the wave at a share of the training, from 0 to 1."""
        done = ops.log(1.0 + (2.0**self.cycles - 1.0) * share) / math.log(2.0)
        return 0.5 - 0.5 * ops.cos(2.0 * math.pi * done)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments that make this schedule again."""
        return {**super().get_config(), "cycles": self.cycles}
