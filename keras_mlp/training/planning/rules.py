"""How large groups are, and what steps cost."""

import math

from keras_mlp.training.planning.limits import Limits

# A product for each example and parameter; its gradients take two more.
OPERATIONS_PER_PARAMETER = {"train": 6, "test": 2, "predict": 2}

# Keras' own, for arrays.
DEFAULT_BATCH_SIZE = 32


def group_size(
    batches: int | None,
    rows: int,
    example_bytes: int,
    operations: float,
    limits: Limits,
) -> int:
    """Returns how many steps to take in one program.

    Args:
        batches: Number of full batches in an epoch, if it is known.
        rows: Examples in a batch.
        example_bytes: Bytes of an example, 0 where nobody knows.
        operations: Floating-point operations for one example, 0 where nobody knows.
        limits: Those of the device.
    """
    most = min(
        limits.most_steps,
        int(limits.most_operations / max(1, operations * rows)),
        limits.most_bytes // max(1, example_bytes * rows),
    )
    most = max(1, most)
    if not batches:
        return most
    # Groups of one size, so that the last one is not to be filled up.
    for group in range(min(most, batches), most // 2, -1):
        if batches % group == 0:
            return group
    return math.ceil(batches / math.ceil(batches / most))
