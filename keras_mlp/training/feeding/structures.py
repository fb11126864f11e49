"""Structures of tensors and of their specifications."""

from typing import Any

import tensorflow as tf


def spec_of(batch: Any) -> Any:
    """Returns the shapes and dtypes of a batch.

    Args:
        batch: Tensors, in any structure; `None` stays `None`.
    """
    return map_given(tf.type_spec_from_value, batch)


def as_tensors(batch: Any) -> Any:
    """Returns a batch of arrays as one of tensors.

    Args:
        batch: Arrays or tensors, in any structure; `None` stays `None`.
    """
    return map_given(tf.convert_to_tensor, batch)


def without_optionals(structure: Any) -> Any:
    """Returns a batch, or its specification, with `None` for what Keras left out.

    Args:
        structure: What the iterator of a Keras data adapter yields.
    """
    kinds = (tf.experimental.Optional, tf.OptionalSpec)
    return tf.nest.map_structure(
        lambda leaf: None if isinstance(leaf, kinds) else leaf, structure
    )


def given_leaves(structure: Any) -> list[Any]:
    """Returns all parts of a structure that are not `None`.

    Args:
        structure: Any structure.
    """
    return [leaf for leaf in tf.nest.flatten(structure) if leaf is not None]


def map_given(function: Any, structure: Any) -> Any:
    """Returns a structure with a function applied to all that is not `None`.

    Args:
        function: A function of one part.
        structure: Any structure.
    """
    return tf.nest.map_structure(
        lambda leaf: None if leaf is None else function(leaf), structure
    )


def stackable_spec(batch: Any) -> Any:
    """Returns the shapes and dtypes of a batch, `None` if it cannot be stacked.

    Args:
        batch: A structure of tensors.
    """
    for leaf in tf.nest.flatten(batch):
        if not isinstance(leaf, tf.Tensor) or not (
            leaf.dtype.is_floating or leaf.dtype.is_integer or leaf.dtype.is_bool
        ):
            return None
    return tf.nest.map_structure(tf.TensorSpec.from_tensor, batch)


def resized(spec: Any, size: int | None) -> Any:
    """Returns specifications of tensors with another number of rows.

    Args:
        spec: Specifications of tensors, in any structure.
        size: The number of rows, `None` for any.
    """
    return tf.nest.map_structure(
        lambda leaf: tf.TensorSpec((size, *leaf.shape[1:]), leaf.dtype), spec
    )


def rows(batch: Any, start: int, stop: int) -> Any:
    """Returns some rows of a batch.

    Args:
        batch: Tensors, in any structure.
        start: The first row.
        stop: The row after the last.
    """
    return tf.nest.map_structure(lambda leaf: leaf[start:stop], batch)


def rows_in(batch: Any) -> int:
    """Returns the number of rows of a batch, 1 where it has none.

    Args:
        batch: Tensors, in any structure.
    """
    for leaf in tf.nest.flatten(batch):
        if isinstance(leaf, tf.Tensor) and leaf.shape.rank:
            return int(leaf.shape[0])
    return 1
