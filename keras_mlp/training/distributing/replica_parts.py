"""Cutting a batch into the parts that replicas take."""

from typing import Any

import tensorflow as tf

from keras_mlp.training.feeding.structures import given_leaves, map_given, spec_of


def part_of(batch: Any, replica: Any, replicas: int) -> tuple[Any, Any]:
    """Returns the part of a batch that one of several replicas takes.

    Args:
        batch: Tensors with one number of rows, in any structure.
        replica: The replica's number, from 0 on.
        replicas: How many there are.

    Returns:
        The part, and whether it is the whole batch because that cannot be divided
        evenly: `False`, `True` or, where the number of rows is not known beforehand, a
        boolean tensor.
    """
    if replicas == 1:
        return batch, False
    static = batch_rows(spec_of(batch))
    if static is not None and static % replicas:
        return batch, True
    if static is not None:
        size = static // replicas
        return map_given(lambda leaf: _rows(leaf, replica * size, size), batch), False
    count = tf.shape(given_leaves(batch)[0])[0]
    whole = tf.not_equal(count % replicas, 0)
    size = tf.where(whole, count, count // replicas)
    begin = tf.where(whole, 0, replica * size)
    return map_given(lambda leaf: _rows(leaf, begin, size), batch), whole


def batch_rows(spec: Any) -> int | None:
    """Returns the number of rows of all leaves of a batch, `None` if it varies.

    Args:
        spec: Its shapes and dtypes.

    Raises:
        ValueError: If there is something that has no rows, or no even number of them.
    """
    rows = set()
    for leaf in given_leaves(spec):
        if not isinstance(leaf, tf.TensorSpec) or leaf.shape.rank in (0, None):
            raise ValueError(
                "Several replicas need batches of dense tensors with a first axis, "
                f"which they divide. Received: {leaf}. Make it dense with "
                "`dataset.map(...)`, or train on one device."
            )
        rows.add(leaf.shape[0])
    if len(rows) > 1:
        raise ValueError(
            "All parts of a batch must have one number of examples. Received: "
            f"{sorted(map(str, rows))}."
        )
    return rows.pop()


def _rows(leaf: Any, begin: Any, size: Any) -> Any:
    part = leaf[begin : begin + size]
    if isinstance(size, int):
        part = tf.ensure_shape(part, (size, *leaf.shape[1:]))
    return part
