"""Weights, metrics and the optimizer's variables, made before there is a step."""

import logging
from typing import Any

import keras
import tensorflow as tf

from keras_mlp.keras_internals import compute_output_spec
from keras_mlp.training.call import Call
from keras_mlp.training.feeding.arrays import is_plain_array
from keras_mlp.training.feeding.structures import (
    as_tensors,
    spec_of,
    without_optionals,
)
from keras_mlp.training.remembering.memory import memory_of

_logger = logging.getLogger("keras_mlp")


def build_early(model: keras.Model, call: Call, eager: bool = False) -> None:
    """Builds a model from the shapes of its data; what cannot be is left to a step.

    TensorFlow keeps two functions, for as long as the process lives, for each variable
    that is made while a step is traced, and traces it once more.

    Args:
        model: The model.
        call: What it is called with. Where a batch has to be drawn to know what it
            looks like, all is left to the first step.
        eager: Whether that is done for a model that runs eagerly too.
    """
    with memory_of(model).lock:
        if (model.run_eagerly and not eager) or _is_built(model, call.phase):
            return
        try:
            _build(model, call)
        except Exception as error:
            # A model may take real data only. If it is the data's fault, the first
            # step says so.
            _logger.debug("The model is built in its first step: %s", error)


def build_for_replicas(
    model: keras.Model, call: Call, strategy: tf.distribute.Strategy
) -> None:
    """Builds a model in the scope of its strategy, since replicas make no variables.

    Args:
        model: The model.
        call: What it is called with.
        strategy: The strategy.

    Raises:
        ValueError: If there are weights that were made outside of the scope.
    """
    for weight in model.weights:
        if not strategy.extended.variable_created_in_scope(weight.value):
            raise ValueError(
                "The weights of a model must be made in the scope of the strategy that "
                f"it is trained under. Received: {weight.path!r}, made outside. Call "
                "or `build` the model within `with strategy.scope():`, or leave that "
                "to `fit`."
            )
    spec = batch_spec(call)
    if spec is None:
        return
    with strategy.scope():
        if call.phase != "predict":
            model._symbolic_build(data_batch=spec)
        elif not model.built:
            x = keras.utils.unpack_x_y_sample_weight(spec)[0]
            model(
                keras.tree.map_structure(
                    lambda leaf: keras.Input(batch_shape=leaf.shape, dtype=leaf.dtype),
                    x,
                )
            )


def batch_spec(call: Call) -> Any:
    """Returns shapes and dtypes of a batch, `None` where that takes drawing one.

    Args:
        call: The call.
    """
    if isinstance(call.x, tf.data.Dataset):
        return without_optionals(call.x.element_spec)
    if isinstance(call.x, keras.utils.PyDataset):
        return spec_of(as_tensors(call.x[0]))
    given = [p for p in (call.x, call.y, call.sample_weight) if p is not None]
    if call.y is None and call.sample_weight is not None:
        return None
    if not all(is_plain_array(leaf) for leaf in keras.tree.flatten(given)):
        return None
    floats = keras.config.floatx()
    return tuple(
        keras.tree.map_structure(
            lambda leaf: tf.TensorSpec(
                (None, *leaf.shape[1:]),
                floats if "float" in str(leaf.dtype) else leaf.dtype,
            ),
            given,
        )
    )


def _build(model: keras.Model, call: Call) -> None:
    spec = batch_spec(call)
    leaves = tf.nest.flatten(spec)
    if spec is None or not all(isinstance(leaf, tf.TensorSpec) for leaf in leaves):
        return
    symbols = keras.tree.map_structure(
        lambda leaf: keras.KerasTensor(
            (None, *leaf.shape[1:]), keras.backend.standardize_dtype(leaf.dtype)
        ),
        spec,
    )
    with model.distribute_strategy.scope():
        if call.phase == "train":
            model._symbolic_build(data_batch=symbols)
        else:
            x = keras.utils.unpack_x_y_sample_weight(symbols)[0]
            compute_output_spec(model, x, training=False)


def _is_built(model: keras.Model, phase: str) -> bool:
    parts = list(model._flatten_layers())
    if phase == "train":
        parts += [*model.metrics, model.optimizer]
    return all(getattr(part, "built", True) for part in parts)
