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
    resident: bool = False,
) -> int:
    """Returns how many steps to take in one program.

    Args:
        batches: Number of full batches in an epoch, if it is known.
        rows: Examples in a batch.
        example_bytes: Bytes of an example, 0 where nobody knows.
        operations: Floating-point operations for one example, 0 where nobody knows.
        limits: Those of the device.
        resident: Whether the program chooses the rows of data in memory.
    """
    # Two of the largest: then XLA may compile them.
    most = max(2, int(limits.most_operations / max(1, operations * rows)))
    if resident:
        most = min(most, limits.most_resident_steps)
    else:
        bytes_of_batch = max(1, example_bytes * rows)
        most = min(most, limits.most_steps, max(1, limits.most_bytes // bytes_of_batch))
    if not batches:
        return most
    # Groups of one size, so that the last one is not to be filled up.
    for group in range(min(most, batches), most // 2, -1):
        if batches % group == 0:
            return group
    return math.ceil(batches / math.ceil(batches / most))


def small_steps(steps: int, parameters: int, limits: Limits) -> float:
    """Returns to how many steps of a small network the steps of a model compare.

    So much more a program of many steps saves, above all if XLA compiles it.

    Args:
        steps: Number of steps.
        parameters: Number of the model's weights.
        limits: Those of the device.
    """
    return steps * max(1.0, parameters / limits.small_parameters)


def epochs_in_program(
    batches: int, rows: int, parameters: int, epochs: int, limits: Limits
) -> int:
    """Returns how many epochs to train for in one program.

    Args:
        batches: Number of batches in an epoch.
        rows: Examples in a batch.
        parameters: Number of the model's weights.
        epochs: Number of epochs.
        limits: Those of the device.
    """
    operations = parameters * OPERATIONS_PER_PARAMETER["train"] * rows * batches
    return min(
        epochs,
        limits.most_epochs,
        int(limits.most_operations / max(1, operations)),
        # Weights, and two numbers of an optimizer for each.
        limits.most_recorded_bytes // max(1, parameters * 3 * 4),
    )
