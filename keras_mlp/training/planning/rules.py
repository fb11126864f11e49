"""The numbers behind a plan: when groups pay, and how large they are."""

import math

# Tracing the loop takes a fifth of a second, and saves two milliseconds a step: so many
# steps have to be taken before it pays. Models are evaluated time and again.
LOOP_PAYS_AFTER = {"train": 100, "test": 50, "predict": 2}

# The same for compiling it with XLA, which takes about a second.
XLA_PAYS_AFTER = 1000

# XLA saves on starting operations and on updating weights, and its matrix products are
# slower. From this batch size on the products weigh more: see docs/performance.md.
XLA_BATCH_SIZE = 1024

# A progress bar that moves every 64 steps of a small network moves often enough.
MOST_STEPS = 64

# Steps of large networks are slow by themselves. This much arithmetic takes a fraction
# of a second.
MOST_OPERATIONS = 2e10

# Batches that are handed over together: what a processor's cache holds, or nearly.
MOST_BYTES = 16 * 2**20

# A product for each example and parameter; its gradients take two more.
OPERATIONS_PER_PARAMETER = {"train": 6, "test": 2, "predict": 2}

# Keras' own, for arrays.
DEFAULT_BATCH_SIZE = 32


def group_size(
    batches: int | None, rows: int, example_bytes: int, operations: float
) -> int:
    """Returns how many steps to take in one program.

    Args:
        batches: Number of full batches in an epoch, if it is known.
        rows: Examples in a batch.
        example_bytes: Bytes of an example, 0 where nobody knows.
        operations: Floating-point operations for one example, 0 where nobody knows.
    """
    most = min(
        MOST_STEPS,
        int(MOST_OPERATIONS / max(1, operations * rows)),
        MOST_BYTES // max(1, example_bytes * rows),
    )
    most = max(1, most)
    if not batches:
        return most
    # Groups of one size, so that the last one is not to be filled up.
    for group in range(min(most, batches), most // 2, -1):
        if batches % group == 0:
            return group
    return math.ceil(batches / math.ceil(batches / most))
