"""Plain gradient descent, applied in place."""

from typing import Any

import keras
from keras import ops

from keras_mlp.serializable import serializable
from keras_mlp.validation import check_number


@serializable
class GradientDescent(keras.optimizers.Optimizer):
    """Plain gradient descent: `w <- w - learning_rate * g`, in place.

    The update is one `assign_sub` a weight, as a loop written by hand would do
    it. It has no state of its own. Being a `keras.optimizers.Optimizer`, it
    also clips, accumulates, averages and decays when asked, and takes learning
    rate schedules; its results equal those of `keras.optimizers.SGD` without
    momentum.

    Args:
        learning_rate: A float, a `keras.optimizers.schedules.LearningRateSchedule`,
            or a callable without arguments. Defaults to `0.01`.
        name: Name of the optimizer. Defaults to `"gradient_descent"`.
        **kwargs: The other arguments of `keras.optimizers.Optimizer`:
            `weight_decay`, `clipnorm`, `clipvalue`, `global_clipnorm`,
            `use_ema`, `ema_momentum`, `ema_overwrite_frequency`,
            `loss_scale_factor`, `gradient_accumulation_steps`.

    Example:

    ```python
    import keras
    import keras_mlp

    weight = keras.Variable([5.0])
    optimizer = keras_mlp.optimizers.GradientDescent(learning_rate=0.5)
    optimizer.apply([keras.ops.convert_to_tensor([4.0])], [weight])
    assert weight.numpy() == [3.0]
    ```
    """

    def __init__(
        self,
        learning_rate: Any = 0.01,
        name: str = "gradient_descent",
        **kwargs: Any,
    ) -> None:
        if not (callable(learning_rate) or isinstance(learning_rate, dict)):
            learning_rate = check_number("learning_rate", learning_rate, least=0)
        super().__init__(learning_rate=learning_rate, name=name, **kwargs)

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """Subtracts `learning_rate * gradient` from `variable`, in place."""
        learning_rate = ops.cast(learning_rate, variable.dtype)
        gradient = ops.cast(gradient, variable.dtype)
        # One op, where `variable.assign(variable - ...)` would read, subtract
        # and write. Under a distribution strategy the optimizer's base class
        # has already summed the gradients of the replicas.
        self.assign_sub(variable, ops.multiply(gradient, learning_rate))
