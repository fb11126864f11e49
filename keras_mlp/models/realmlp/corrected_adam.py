"""Adam with the epsilon where its paper, and PyTorch, have it."""

from typing import Any

import keras
from keras import ops

from keras_mlp.optimizers.step_values import StepValues
from keras_mlp.serializable import serializable


@serializable
class CorrectedAdam(keras.optimizers.Optimizer):
    """Adam whose epsilon is added after the second moment is corrected for its start.

    That is Algorithm 1 of Kingma and Ba, "Adam: A Method for Stochastic Optimization",
    2014, https://arxiv.org/abs/1412.6980. `keras.optimizers.Adam` adds it before, where
    in the first steps it counts for more: small gradients take smaller steps.

    Args:
        learning_rate: A float or a schedule. Defaults to 0.001.
        beta_1: How much of the mean of the gradients a step keeps. Defaults to 0.9.
        beta_2: The same of the mean of their squares. Defaults to 0.999.
        epsilon: What is added to the root of the latter. Defaults to 1e-8.
        name: Name of the optimizer. Defaults to `"adam"`.
        **kwargs: The other arguments of `keras.optimizers.Optimizer`.
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-8,
        name: str = "adam",
        **kwargs: Any,
    ) -> None:
        super().__init__(learning_rate=learning_rate, name=name, **kwargs)
        self.beta_1, self.beta_2, self.epsilon = beta_1, beta_2, epsilon
        self._values = StepValues()

    def build(self, variables: list[Any]) -> None:
        """Makes two moments for each variable.

        Args:
            variables: The variables that will be updated.
        """
        if self.built:
            return
        super().build(variables)
        self._means, self._squares = self.add_optimizer_variables(
            variables, ["momentum", "velocity"]
        )

    def apply(self, grads: Any, trainable_variables: Any = None) -> None:
        """Updates variables by their gradients.

        Args:
            grads: A gradient for each variable.
            trainable_variables: The variables. Defaults to those of `build`.
        """
        with self._values.step():
            super().apply(grads, trainable_variables)

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """Updates a variable: its two moments, then itself."""
        dtype = variable.dtype
        first, second = self._values.get(dtype, lambda: self._corrections(dtype))
        gradient = ops.cast(gradient, dtype)
        index = self._get_variable_index(variable)
        mean, square = self._means[index], self._squares[index]
        self.assign_add(mean, (gradient - mean) * (1 - self.beta_1))
        self.assign_add(square, (ops.square(gradient) - square) * (1 - self.beta_2))
        rate = ops.cast(learning_rate, dtype) / first
        root = ops.sqrt(square) / second + self.epsilon
        self.assign_sub(variable, rate * mean / root)

    def _corrections(self, dtype: Any) -> tuple[Any, Any]:
        """Returns what corrects the two moments for their start with zeros."""
        step = ops.cast(self.iterations + 1, dtype)
        first, second = (
            1 - ops.power(ops.cast(beta, dtype), step)
            for beta in (self.beta_1, self.beta_2)
        )
        return first, ops.sqrt(second)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments that make this optimizer again."""
        return {
            **super().get_config(),
            "beta_1": self.beta_1,
            "beta_2": self.beta_2,
            "epsilon": self.epsilon,
        }
