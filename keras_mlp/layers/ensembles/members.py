"""The members of an ensemble: `k` networks along the second axis of a tensor."""

import functools
from collections.abc import Callable
from typing import Any

import keras
from keras import ops

from keras_mlp.layers.initializers import different_initializers, layer_seeds
from keras_mlp.validation import check_known


def check_members(
    layer: keras.layers.Layer, input_shape: tuple[int | None, ...], count: int
) -> int:
    """Returns the width of inputs, if they are those of so many networks.

    Args:
        layer: The layer, for the message.
        input_shape: Shape of its inputs.
        count: Number of networks.

    Raises:
        ValueError: If they are of another shape, or their width is not known.
    """
    shape = tuple(input_shape)
    right = len(shape) == 2 or (len(shape) == 3 and shape[1] == count)
    size = shape[-1] if shape else None
    if not right or size is None:
        raise ValueError(
            f"Layer '{layer.name}' takes inputs of shape (batch_size, input_size) or "
            f"(batch_size, {count}, input_size), with an input_size that is known. "
            f"Received: input_shape={shape}. Reshape the inputs, or give the layer "
            "another ensemble size."
        )
    return size


def as_members(tensor: Any, count: int) -> Any:
    """Returns a tensor with a copy for each network, where it has none.

    Args:
        tensor: `[batch, features]`, `[batch, 1, features]` or
            `[batch, count, features]`.
        count: Number of networks.
    """
    if len(tensor.shape) == 2:
        tensor = ops.expand_dims(tensor, 1)
    return tensor if tensor.shape[1] == count else ops.repeat(tensor, count, axis=1)


def check_initializer(name: str, value: Any, count: int | None) -> Any:
    """Returns an initializer, a list of them, or `None`.

    Args:
        name: Name of the argument, for the message.
        value: What the caller passed.
        count: How many a list must hold; `None` where no list is taken.

    Raises:
        ValueError: If Keras knows none of it, or the list has another length.
    """
    if value is None:
        return None
    if count is not None and isinstance(value, (list, tuple)) and len(value) != count:
        raise ValueError(
            f"Argument `{name}` must be one initializer, or a list with one for each "
            f"of the {count} networks. Received: a list of length {len(value)}. Pass "
            f"one, or {count} of them."
        )
    get = functools.partial(check_known, name, keras.initializers.get)
    return get(value) if count is None else each_of(get, value)


def each_of(function: Callable[[Any], Any], value: Any) -> Any:
    """Returns `function` of a value, or of each in a list.

    Args:
        function: The function.
        value: One, or a list of them.
    """
    if isinstance(value, (list, tuple)):
        return [function(one) for one in value]
    return function(value)


def each_member(initializer: Any, count: int, seed: int | None) -> Callable:
    """Returns an initializer that draws the weight of each network by itself.

    Fans are then those of one network, and no two start equal.

    Args:
        initializer: An initializer, or a list with one for each network.
        count: Number of networks.
        seed: Seed of them all, or `None`.
    """
    if not isinstance(initializer, list):
        initializer = different_initializers(initializer, layer_seeds(seed, count))

    def start(shape: Any, dtype: Any = None) -> Any:
        return ops.stack([each(shape[1:], dtype=dtype) for each in initializer])

    return start


def same_for_all(initializer: Callable) -> Callable:
    """Returns an initializer that gives each network the same numbers.

    Args:
        initializer: Draws them.
    """

    def start(shape: Any, dtype: Any = None) -> Any:
        one = ops.expand_dims(initializer(shape[1:], dtype=dtype), 0)
        return ops.repeat(one, shape[0], axis=0)

    return start


def penalty_on_each(regularizer: Callable | None) -> Callable | None:
    """Returns the sum of a penalty on the weight of each network.

    Args:
        regularizer: The penalty on one.
    """
    if regularizer is None:
        return None
    return lambda weight: sum(map(regularizer, ops.unstack(weight)))


def projection_of_each(constraint: Callable | None) -> Callable | None:
    """Returns the projection of the weight of each network.

    Args:
        constraint: The projection of one.
    """
    if constraint is None:
        return None
    return lambda weight: ops.stack([constraint(one) for one in ops.unstack(weight)])
