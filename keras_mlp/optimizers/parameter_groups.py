"""Learning rate and weight decay by groups of variables, for any optimizer."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

import keras
from keras import ops

from keras_mlp.optimizers.grouping import Factor, Factors, Grouping
from keras_mlp.optimizers.optimizer_wrapper import OptimizerWrapper
from keras_mlp.optimizers.step_values import StepValues
from keras_mlp.serializable import serializable

_logger = logging.getLogger("keras_mlp")


@serializable
class ParameterGroups(OptimizerWrapper):
    """An optimizer with other rates for some of the variables.

    It wraps any optimizer of Keras that updates one variable at a time. It multiplies
    the learning rate and the weight decay, variable by variable. Everything else
    belongs to the inner optimizer: state, clipping, accumulation, averages, and
    `learning_rate`, which you can set. If all factors are 1, the results are those of
    the inner optimizer, bit for bit.

    The weight decay of Keras' optimizers is decoupled: `w <- w - w * rate * decay`.
    There the rate is that of the group, and each factor counts once.

    Args:
        optimizer: An optimizer of Keras, or its name. It belongs to this one then. For
            a dynamic loss scale put `keras.optimizers.LossScaleOptimizer` around this
            one, as `compile` does under `"mixed_float16"`.
        groups: List of dictionaries, one for each group:

            - `"match"`: a regular expression, or a list of these. The group has the
              variables in whose `path` one of them is found, so that a part of the
              path will do: `"bias"`. The first group that matches a variable holds; a
              variable that none matches has the optimizer's rates.
            - `"learning_rate"`: what the learning rate is multiplied by, a number of
              at least 0 or a `keras.optimizers.schedules.LearningRateSchedule`, which
              is called with the number of steps that were taken. Defaults to 1.
            - `"weight_decay"`: the same for the weight decay.
        name: Name of the optimizer. Defaults to `"parameter_groups"`.

    Attributes:
        inner_optimizer: The optimizer that is wrapped.

    Raises:
        ValueError: If an argument is none of these, or a group decays weights and the
            optimizer has no `weight_decay`.

    Example:

    ```python
    import keras
    import keras_mlp

    model = keras_mlp.models.MLPClassifier(10, hidden_units=[64], seed=0)
    falling = keras_mlp.optimizers.schedules.FlatCosine(1.0)
    optimizer = keras_mlp.optimizers.ParameterGroups(
        keras.optimizers.AdamW(0.001, weight_decay=0.02),
        [
            {"match": "bias", "learning_rate": 0.1, "weight_decay": 0},
            {"match": "dense_0/kernel", "weight_decay": falling},
        ],
    )
    model.compile(optimizer)
    model.fit(keras_mlp.data.load("mnist_5k"), verbose=0)
    model.optimizer.learning_rate = 0.0005  # The inner optimizer's.
    ```
    """

    def __init__(
        self,
        optimizer: Any,
        groups: Sequence[Mapping[str, Any]],
        name: str = "parameter_groups",
    ) -> None:
        super().__init__(optimizer, name)
        inner = self.inner_optimizer
        self._grouping = Grouping(groups)
        for factors in self._grouping.factors():
            _check_decays(inner, factors)
        self._values = StepValues()
        # While the weights of a group decay: its factors.
        self._decaying = Factors()
        # Whatever applies gradients, by replica, accumulated or not, comes to these.
        inner.update_step = self._update_one
        inner._apply_weight_decay = self._decay_groups
        inner._get_current_learning_rate = self._current_rate

    @property
    def groups(self) -> list[dict[str, Any]]:
        """The dictionary of each group."""
        return self._grouping.given()

    def build(self, variables: list[Any]) -> None:
        """Makes the variables of the inner optimizer, and tells of unused groups.

        Args:
            variables: The variables that will be updated.
        """
        super().build(variables)
        unused = self._grouping.unused([_path(variable) for variable in variables])
        if unused:
            _logger.warning(
                "ParameterGroups: no variable's path has %s in it: these groups change "
                "nothing. The paths are: %s.",
                ", ".join(unused),
                ", ".join(map(_path, variables)),
            )

    def apply(self, grads: Any, trainable_variables: Any = None) -> None:
        """Updates variables by their gradients.

        Args:
            grads: A gradient for each variable.
            trainable_variables: The variables. Defaults to those of `build`.
        """
        with self._values.step():
            super().apply(grads, trainable_variables)

    def _update_one(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        rate = self._times(learning_rate, self._factors_of(variable).learning_rate)
        inner = self.inner_optimizer
        type(inner).update_step(inner, gradient, variable, rate)

    def _decay_groups(self, variables: list[Any]) -> None:
        by_factors: dict[Factors, list[Any]] = {}
        for variable in variables:
            by_factors.setdefault(self._factors_of(variable), []).append(variable)
        inner = self.inner_optimizer
        for factors, members in by_factors.items():
            if 0.0 in factors:
                continue
            self._decaying = factors
            try:
                type(inner)._apply_weight_decay(inner, members)
            finally:
                self._decaying = Factors()

    def _current_rate(self) -> Any:
        inner = self.inner_optimizer
        rate = self._values.get(
            "rate", lambda: type(inner)._get_current_learning_rate(inner)
        )
        for factor in self._decaying:
            rate = self._times(rate, factor)
        return rate

    def _factors_of(self, variable: Any) -> Factors:
        # Under a strategy it may be one replica's copy, whose name is another.
        inner = self.inner_optimizer
        known = inner._trainable_variables[inner._get_variable_index(variable)]
        return self._grouping.of(_path(known))

    def _times(self, rate: Any, factor: Factor) -> Any:
        if callable(factor):
            factor = self._values.get(id(factor), lambda: factor(self._iterations))
        elif factor == 1:
            return rate
        return ops.multiply(rate, factor)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments that make this optimizer again."""
        # Not Keras' own: the settings are the inner optimizer's.
        return {
            "name": self.name,
            "optimizer": keras.saving.serialize_keras_object(self.inner_optimizer),
            "groups": keras.saving.serialize_keras_object(self.groups),
        }

    @classmethod
    def from_config(
        cls, config: dict[str, Any], custom_objects: Any = None
    ) -> "ParameterGroups":
        """Returns the optimizer of a configuration.

        Args:
            config: What `get_config` returned.
            custom_objects: Classes that are not registered, by name.
        """
        parts = {
            name: keras.saving.deserialize_keras_object(config[name], custom_objects)
            for name in ("optimizer", "groups")
        }
        return cls(**{**config, **parts})


def _path(variable: Any) -> str:
    # TensorFlow's own variables have a name alone.
    return str(getattr(variable, "path", variable.name))


def _check_decays(optimizer: keras.Optimizer, factors: Factors) -> None:
    if optimizer.weight_decay is None and factors.weight_decay not in (0, 1):
        raise ValueError(
            "A factor of `weight_decay` must have something to multiply: the "
            f"optimizer's. Received: a factor, and {type(optimizer).__name__} with "
            "weight_decay=None. Pass for example `weight_decay=0.01` to the optimizer."
        )
