"""An optimizer around another one, whose settings and state are that one's."""

from typing import Any

import keras

from keras_mlp.validation import check_known

# The arguments that all of Keras' optimizers have.
_SETTINGS = (
    "weight_decay",
    "clipnorm",
    "clipvalue",
    "global_clipnorm",
    "use_ema",
    "ema_momentum",
    "ema_overwrite_frequency",
    "loss_scale_factor",
    "gradient_accumulation_steps",
)


def _of_inner_optimizer(name: str) -> Any:
    def put(self: keras.Optimizer, value: Any) -> None:
        # Keras' `__init__` gives the defaults to what has no inner optimizer yet.
        if "inner_optimizer" in vars(self):
            setattr(self.inner_optimizer, name, value)

    return property(
        lambda self: getattr(self.inner_optimizer, name),
        put,
        doc=f"`{name}` of the inner optimizer.",
    )


class OptimizerWrapper(keras.optimizers.Optimizer):
    """An optimizer around another one, whose settings and state are that one's.

    A subclass changes what the inner optimizer does with single variables.

    Args:
        optimizer: An optimizer of Keras that updates one variable at a time, or its
            name.
        name: Name of the optimizer.

    Attributes:
        inner_optimizer: The optimizer that is wrapped.

    Raises:
        ValueError: If `optimizer` is none, or wraps another one.
    """

    def __init__(self, optimizer: Any, name: str) -> None:
        optimizer = _checked(optimizer)
        super().__init__(learning_rate=0.0, name=name)
        self.inner_optimizer = optimizer
        # The one count of steps.
        self._iterations = optimizer._iterations

    learning_rate = _of_inner_optimizer("learning_rate")

    @property
    def variables(self) -> list[keras.Variable]:
        """The variables of the inner optimizer; the wrapper adds none."""
        return self.inner_optimizer.variables

    def build(self, variables: list[Any]) -> None:
        """Makes the variables of the inner optimizer.

        Args:
            variables: The variables that will be updated.
        """
        self.inner_optimizer.build(variables)
        self.built = True

    def apply(self, grads: Any, trainable_variables: Any = None) -> None:
        """Updates variables by their gradients.

        Args:
            grads: A gradient for each variable.
            trainable_variables: The variables. Defaults to those of `build`.
        """
        if not self.built and trainable_variables is not None:
            trainable_variables = list(trainable_variables)
            self.build(trainable_variables)
        self.inner_optimizer.apply(grads, trainable_variables)

    def exclude_from_weight_decay(
        self, var_list: Any = None, var_names: Any = None
    ) -> None:
        """Excludes variables from weight decay, as the inner optimizer does it."""
        self.inner_optimizer.exclude_from_weight_decay(var_list, var_names)

    def finalize_variable_values(self, var_list: list[Any]) -> None:
        """Gives variables their final values, as the inner optimizer does it."""
        self.inner_optimizer.finalize_variable_values(var_list)

    def set_weights(self, weights: list[Any]) -> None:
        """Sets the state of the inner optimizer."""
        self.inner_optimizer.set_weights(weights)

    def save_own_variables(self, store: Any) -> None:
        """Saves nothing: Keras saves the inner optimizer beside this one."""

    def load_own_variables(self, store: Any) -> None:
        """Loads nothing: Keras loads the inner optimizer beside this one."""


for _setting in _SETTINGS:
    setattr(OptimizerWrapper, _setting, _of_inner_optimizer(_setting))


def innermost(optimizer: Any) -> Any:
    """Returns the optimizer that others are wrapped around.

    Args:
        optimizer: An optimizer, which may scale the loss for another, or multiply its
            rates; or `None`.
    """
    while hasattr(optimizer, "inner_optimizer"):
        optimizer = optimizer.inner_optimizer
    return optimizer


def _checked(optimizer: Any) -> keras.Optimizer:
    known: Any = check_known("optimizer", keras.optimizers.get, optimizer)
    if type(known).update_step is keras.Optimizer.update_step:
        raise ValueError(
            "Argument `optimizer` must be an optimizer with an `update_step` for one "
            f"variable. Received: {type(known).__name__}. An optimizer that wraps "
            "another one must wrap `ParameterGroups`, as in "
            "`LossScaleOptimizer(ParameterGroups(Adam(), groups))`."
        )
    return known
