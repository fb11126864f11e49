"""The numbers behind a plan, by the kind of device that takes the steps."""

import dataclasses
import math
from collections.abc import Mapping

import tensorflow as tf


@dataclasses.dataclass(frozen=True, kw_only=True)
class Limits:
    """What decides how the steps of a call are taken on one kind of device.

    Args:
        loop_pays_after: For each phase, how many steps of a small network a call has to
            have for a program of many steps to pay.
        keras_chooses_xla: Whether `jit_compile="auto"` is what Keras makes of it. If
            not, the next four decide, and the operations of the step.
        xla_pays_after: How many steps of a small network there have to be for XLA to
            pay.
        small_parameters: Most weights of a small network. With twice as many, half as
            many steps are enough.
        xla_batch_size: From this batch size on XLA does not pay, but for networks with
            so many weights as the next says.
        xla_any_batch: Number of weights from which on it pays with all batches.
        most_steps: Most steps in a program.
        most_operations: Most floating-point operations in a program of many steps.
        most_bytes: Most bytes of the batches that are handed over together.
        resident_bytes: Arrays up to this size become tensors, of which programs choose
            the rows of a batch; larger ones are handed over in parts.
        most_resident_steps: Most steps in a program that chooses its rows.
        most_epochs: Most epochs in a program.
        most_recorded_bytes: Most bytes of what is recorded after these epochs.
        prefetch_to: Where elements of a data set wait for their turn; empty where they
            are there anyway.
    """

    loop_pays_after: Mapping[str, int]
    keras_chooses_xla: bool
    xla_pays_after: int
    small_parameters: int
    xla_batch_size: float
    xla_any_batch: int
    most_steps: int
    most_operations: float
    most_bytes: int
    resident_bytes: int
    most_resident_steps: int
    most_epochs: int
    most_recorded_bytes: int
    prefetch_to: str


LIMITS = {
    # Measured: see docs/performance.md.
    "CPU": Limits(
        # Tracing the loop takes a fifth of a second, and saves two milliseconds a step.
        # Models are evaluated time and again.
        loop_pays_after={"train": 100, "test": 50, "predict": 2},
        keras_chooses_xla=False,
        # Compiling takes about a second.
        xla_pays_after=1000,
        # An optimizer goes over all weights ten times and more, which XLA does in one.
        # Weights that no cache holds are then read from memory once.
        small_parameters=300_000,
        # XLA's matrix products are slower. From here on these weigh more than starting
        # operations, and more than updating weights that a cache holds.
        xla_batch_size=1024,
        xla_any_batch=4_000_000,
        # A progress bar that moves every 64 steps of a small network moves often
        # enough.
        most_steps=64,
        # About a second. Whoever interrupts a program waits for its end.
        most_operations=1e11,
        # What a processor's cache holds, or nearly.
        most_bytes=16 * 2**20,
        # As much memory as Keras uses for arrays.
        resident_bytes=2**30,
        # There is nothing to hand over between two programs.
        most_resident_steps=1024,
        # Epochs after the one that a training is stopped at are taken in vain.
        most_epochs=32,
        most_recorded_bytes=64 * 2**20,
        prefetch_to="",
    ),
    # Not measured: what follows from how such a device works.
    "GPU": Limits(
        # After each program the host waits for its loss: not after each step.
        loop_pays_after={"train": 2, "test": 2, "predict": 2},
        # Keras has XLA compile what can be compiled.
        keras_chooses_xla=True,
        xla_pays_after=0,
        small_parameters=300_000,
        xla_batch_size=math.inf,
        xla_any_batch=0,
        most_steps=64,
        # A hundred times as fast as the processor of the numbers above.
        most_operations=2e12,
        # A small part of its memory, where two such groups wait and one is used.
        most_bytes=256 * 2**20,
        # A part of the memory of any such device.
        resident_bytes=2**30,
        most_resident_steps=1024,
        most_epochs=32,
        most_recorded_bytes=256 * 2**20,
        # The copy of the next batches runs while a program does.
        prefetch_to="/GPU:0",
    ),
}


def kind_of_device() -> str:
    """Returns the kind of device that TensorFlow takes steps on: a key of `LIMITS`."""
    return "GPU" if tf.config.get_visible_devices("GPU") else "CPU"
