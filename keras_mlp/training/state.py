"""Every variable that training changes: taken, and put back."""

from collections.abc import Iterable, Iterator
from typing import Any

import keras
import tensorflow as tf

from keras_mlp.keras_internals import existing_seed_generator

Taken = list[tuple[Any, Any]]


class TrainingState:
    """Every variable that training changes in a model.

    Weights, moving statistics, metrics, each optimizer that the model holds, and
    generators of random numbers: those of layers, of the model, and Keras' own.

    What is taken shares its memory with the variables until they change, so that it
    costs as much as one update of them.

    Args:
        model: A model.
    """

    def __init__(self, model: keras.Model) -> None:
        self._model = model
        self._variables: list[Any] = []

    def take(self) -> Taken:
        """Returns the variables with their values."""
        variables = self._variables
        if not variables:
            variables = training_variables(self._model)
            held = (value for value in held_by(self._model) if hasattr(value, "built"))
            if all(value.built for value in held):
                # Finding them takes as long as reading them. The first step makes what
                # is missing.
                self._variables = variables
        # Keras makes it at its first use, which may be in a step.
        generator = existing_seed_generator()
        others = [] if generator is None else [generator.state]
        return take([*variables, *others])

    def put_back(self, taken: Taken) -> None:
        """Gives the variables the values that they had.

        Those that were made since then begin anew, with zeros.

        Args:
            taken: What `take` returned.
        """
        put_back(taken)
        known = {id(variable) for variable, _ in taken}
        for variable in training_variables(self._model):
            if id(variable) not in known:
                variable.assign(tf.zeros(variable.shape, variable.dtype))


def training_variables(model: keras.Model) -> list[Any]:
    """Returns the variables that training changes in a model, each once, in order.

    Keras' global generator of random numbers is not among them.

    Args:
        model: A model. Its own variables come first, then those of its optimizer and
            its metrics, then what else it and its layers hold.
    """
    found = [*model.variables]
    optimizer = getattr(model, "optimizer", None)
    if optimizer is not None:
        found += _of_optimizer(optimizer)
    found += model.metrics_variables
    for held in held_by(model):
        found += _variables_of(held)
    return list({id(variable): variable for variable in found}.values())


def held_by(model: keras.Model) -> Iterator[Any]:
    """Yields what a model and its layers hold that may have variables.

    Args:
        model: A model.
    """
    for owner in (model, *model._flatten_layers(include_self=False)):
        for held in _leaves(vars(owner).values()):
            if isinstance(held, _HOLDERS):
                yield held


def take(variables: Iterable[Any]) -> Taken:
    """Returns variables with their values.

    Args:
        variables: Keras' variables and TensorFlow's.
    """
    return [(variable, _read(raw(variable))) for variable in variables]


def put_back(taken: Taken) -> None:
    """Gives variables the values that they had.

    Args:
        taken: What `take` returned.
    """
    for variable, value in taken:
        target = raw(variable)
        if isinstance(target, tf.distribute.DistributedValues):
            for copy, own in zip(target.values, value, strict=True):
                copy.assign(own)
        else:
            target.assign(value)


_HOLDERS = (
    keras.Optimizer,
    keras.Variable,
    keras.metrics.Metric,
    keras.random.SeedGenerator,
    tf.Variable,
    tf.random.Generator,
)


def raw(variable: Any) -> Any:
    """Returns TensorFlow's variable of one of Keras', and others as they are."""
    return variable.value if isinstance(variable, keras.Variable) else variable


def _read(raw: Any) -> Any:
    if isinstance(raw, tf.distribute.DistributedValues):
        # Replicas may have counted different examples.
        return [tf.convert_to_tensor(copy) for copy in raw.values]
    # In half the time of `tf.convert_to_tensor`, which does the same and more.
    return tf.raw_ops.ReadVariableOp(resource=raw.handle, dtype=raw.dtype)


def _variables_of(held: Any) -> list[Any]:
    if isinstance(held, keras.Optimizer):
        return _of_optimizer(held)
    if isinstance(held, keras.metrics.Metric):
        return list(held.variables)
    if isinstance(held, (tf.random.Generator, keras.random.SeedGenerator)):
        return [held.state]
    return [held]


def _of_optimizer(optimizer: Any) -> list[Any]:
    inner = getattr(optimizer, "inner_optimizer", None)
    return [*optimizer.variables, *([] if inner is None else inner.variables)]


def _leaves(values: Iterable[Any]) -> Iterator[Any]:
    for value in values:
        if isinstance(value, dict):
            yield from _leaves(value.values())
        elif isinstance(value, (list, tuple, set)):
            yield from _leaves(value)
        else:
            yield value
