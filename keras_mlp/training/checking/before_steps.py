"""What is checked before the first step: shapes, dtypes and lengths."""

import contextlib
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from keras_mlp.training.call import Call
from keras_mlp.training.checking import arguments, shapes
from keras_mlp.training.checking.columns import check_columns, learn_columns
from keras_mlp.training.checking.held_out import warn_of_leaks
from keras_mlp.training.checking.target_rule import TargetRule, target_rule
from keras_mlp.training.checking.weights import check_class_weight, check_weights
from keras_mlp.training.errors import InputError
from keras_mlp.training.feeding.arrays import as_numpy
from keras_mlp.training.feeding.structures import without_optionals
from keras_mlp.training.remembering.memory import memory_of


def check_before_steps(model: keras.Model, call: Call) -> TargetRule:
    """Returns what the loss takes as targets, once the data of a call fit the model.

    Nothing is computed: shapes, dtypes and lengths are compared.

    Args:
        model: The model.
        call: The call.

    Raises:
        InputError: If the data cannot be right.
    """
    arguments.check_arguments(call.x, call.y, call.sample_weight, call.batch_size)
    check_columns(model, call.x)
    target = _check(model, call)
    if call.phase == "train":
        learn_columns(model, call.x)
    if call.validation is not None:
        warn_of_leaks(call.x, call.validation.x)
        with _naming("validation_data"):
            check_before_steps(model, call.validation)
    return target


def check_batches(spec: Any, phase: str, target: TargetRule) -> None:
    """Raises an error if what yields batches in Python yields the wrong ones.

    Args:
        spec: Shapes and dtypes of the batches.
        phase: `"train"`, `"test"` or `"predict"`.
        target: What the loss takes as targets.

    Raises:
        InputError: If they are of the wrong shape.
    """
    _, y, sample_weight = keras.utils.unpack_x_y_sample_weight(spec)
    if phase != "predict":
        shapes.check_targets(y, target)
        check_weights(sample_weight, target)


def _check(model: keras.Model, call: Call) -> TargetRule:
    x, y, sample_weight = as_numpy([call.x, call.y, call.sample_weight])
    arrays = {"x": x, "y": y, "sample_weight": sample_weight}
    arguments.check_lengths(**arrays)
    arguments.check_numbers(**arrays)
    leaves = [
        leaf for leaf in keras.tree.flatten(list(arrays.values())) if leaf is not None
    ]
    known = all(isinstance(leaf, np.ndarray) for leaf in leaves)
    if known:
        x = shapes.specs_of(x)
    elif isinstance(call.x, tf.data.Dataset):
        if int(call.x.cardinality()) == 0:
            raise arguments.no_data()
        known = True
        spec = without_optionals(call.x.element_spec)
        x, y, sample_weight = keras.utils.unpack_x_y_sample_weight(spec)
        arguments.check_numbers(x, y, sample_weight)
    else:
        x = None
    target = target_rule(model, _output_of(model, x, call.phase))
    if known:
        check_batches((x, y, sample_weight), call.phase, target)
    if call.phase == "train":
        check_class_weight(call.class_weight, sample_weight, target)
    return target


def _output_of(model: keras.Model, x: Any, phase: str) -> Any:
    """Returns the symbolic outputs, `None` where they cannot be known."""
    if x is None:
        # Of a generator: what the model itself says, if it is a Functional one.
        declared = getattr(model, "outputs", None)
        return declared[0] if declared and len(declared) == 1 else None
    memory = memory_of(model)
    built = all(layer.built for layer in model._flatten_layers())
    if not built and phase != "train":
        # The first call, on real data, builds it.
        return None
    if phase == "predict" and built and shapes.declares(model, x):
        # Nothing is compared with the outputs, and to trace them takes as long as the
        # first step.
        return None
    key = repr(x)
    with memory.lock:
        if key not in memory.outputs or not built:
            with model.distribute_strategy.scope():
                memory.outputs[key] = shapes.output_of(model, x)
        return memory.outputs[key]


@contextlib.contextmanager
def _naming(argument: str) -> Iterator[None]:
    """Has errors say in which argument the data are."""
    try:
        yield
    except InputError as error:
        raise InputError(f"Argument `{argument}`: {error}") from error.__cause__
