"""Adam with the epsilon where its paper, and PyTorch, have it."""

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="keras_mlp")
class CorrectedAdam(keras.optimizers.Adam):
    """Adam whose epsilon is added after the second moment is corrected for its start.

    That is Algorithm 1 of Kingma and Ba, "Adam: A Method for Stochastic Optimization",
    2014, https://arxiv.org/abs/1412.6980. `keras.optimizers.Adam` adds it before, where
    in the first steps it counts for more: small gradients take smaller steps.

    Args:
        **kwargs: The arguments of `keras.optimizers.Adam`.
    """

    epsilon: Any

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """Updates a variable as `keras.optimizers.Adam` does, with another epsilon."""
        given: float = self.epsilon
        step = ops.cast(self.iterations + 1, variable.dtype)
        beta_2 = ops.cast(self.beta_2, variable.dtype)
        self.epsilon = given * ops.sqrt(1.0 - ops.power(beta_2, step))
        try:
            super().update_step(gradient, variable, learning_rate)
        finally:
            self.epsilon = given
