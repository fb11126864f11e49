"""What one `fit`, `evaluate` or `predict` was asked for."""

import dataclasses
import math
import warnings
from collections.abc import Callable
from typing import Any, Literal

import keras
import tensorflow as tf

from keras_mlp.training.checking.arguments import check_fraction, check_split
from keras_mlp.training.feeding.arrays import count_examples, split_arrays
from keras_mlp.training.planning.rules import DEFAULT_BATCH_SIZE

Phase = Literal["train", "test", "predict"]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Start:
    """Where a training begins.

    Args:
        epoch: The epoch, from 0 on.
        step: Number of batches of it that were trained on before.
        trained: Whether those were all: the validation comes next.
        logs: What the last of these steps returned.
    """

    epoch: int = 0
    step: int = 0
    trained: bool = False
    logs: dict[str, Any] | None = None


@dataclasses.dataclass(frozen=True, eq=False)
class Call:
    """What one `fit`, `evaluate` or `predict` was asked for, normalised.

    Everything that holds for one call and not for the next is here, or in objects that
    are made for it: nothing of it is on the model, which other threads use.

    Args:
        phase: `"train"`, `"test"` or `"predict"`.
        x: As for `keras.Model.fit`, and so the others.
        y: Targets.
        sample_weight: Weights of examples.
        class_weight: Weights of classes.
        batch_size: Examples in a batch of arrays. `None` is Keras' default of 32.
        steps: Number of steps that was asked for, if any.
        epochs: Number of the epoch to end with.
        initial_epoch: Number of the epoch to begin with.
        shuffle: As for `keras.Model.fit`.
        verbose: As for `keras.Model.fit`.
        callbacks: As for `keras.Model.fit`.
        validation: The call that validates, within `fit`.
        validation_data: The argument of `fit` with this name.
        validation_freq: As for `keras.Model.fit`.
    """

    phase: Phase
    x: Any
    y: Any = None
    sample_weight: Any = None
    _: dataclasses.KW_ONLY
    class_weight: Any = None
    batch_size: int | None = None
    steps: int | None = None
    epochs: int = 1
    initial_epoch: int = 0
    shuffle: bool | str = False
    verbose: Any = "auto"
    callbacks: Any = None
    validation: "Call | None" = None
    validation_data: Any = None
    validation_freq: Any = 1

    @property
    def limit(self) -> int | None:
        """Number of steps that was asked for, or that Keras' debugging allows."""
        most = keras.config.max_steps_per_epoch()
        return min(self.steps or most, most) if most else self.steps

    @property
    def whole_epochs(self) -> bool:
        """Whether epochs are the data's own, not so many steps of them."""
        return not self.limit

    @property
    def batches(self) -> int | None:
        """Number of batches in an epoch, `None` where nobody knows."""
        if self.limit:
            return self.limit
        if isinstance(self.x, tf.data.Dataset):
            count = int(self.x.cardinality())
            return count if count >= 0 else None
        if isinstance(self.x, keras.utils.PyDataset):
            return self.x.num_batches
        examples = count_examples(self.x)
        if examples is None:
            return None
        return math.ceil(examples / (self.batch_size or DEFAULT_BATCH_SIZE))

    def should_validate(self, epoch: int) -> bool:
        """Returns whether an epoch, counted from 0, is followed by a validation."""
        if self.validation is None:
            return False
        if isinstance(self.validation_freq, int):
            return (epoch + 1) % self.validation_freq == 0
        # A list of epochs, counted from 1.
        return epoch + 1 in self.validation_freq


def fit_call(
    prepare: Callable[[Any, Any], tuple[Any, Any]],
    *,
    x: Any,
    y: Any = None,
    sample_weight: Any = None,
    batch_size: int | None = None,
    epochs: int = 1,
    shuffle: bool | str | None = None,
    validation_split: float = 0.0,
    validation_data: Any = None,
    validation_steps: int | None = None,
    validation_batch_size: int | None = None,
    steps_per_epoch: int | None = None,
    **others: Any,
) -> Call:
    """Returns the call of `fit` with these arguments.

    Args:
        prepare: The model's `prepare_data`.
        x: As for `keras.Model.fit`, and so the others.
        y: Targets.
        sample_weight: Weights of examples.
        batch_size: Examples in a batch.
        epochs: Number of epochs.
        shuffle: `None` for all but data sets, which shuffle by themselves.
        validation_split: Fraction of the arrays that is held out.
        validation_data: Data to validate with.
        validation_steps: Number of steps of a validation.
        validation_batch_size: Examples in a batch of these.
        steps_per_epoch: Number of steps of an epoch.
        **others: The other fields of `Call`.

    Raises:
        InputError: If `validation_split` leaves nothing on one side.
    """
    most = keras.config.max_epochs()
    if most and most < epochs:
        warnings.warn(f"Limiting epochs to {most}", stacklevel=4)
        epochs = most
    if shuffle is None:
        # Keras warns where a data set is asked to.
        shuffle = not isinstance(x, tf.data.Dataset)
    x, y = prepare(x, y)
    held_out = validation_data
    if validation_split and validation_data is None:
        check_fraction(validation_split)
        (x, y, sample_weight), held_out = split_arrays(
            (x, y, sample_weight), validation_split
        )
        check_split(count_examples(x), count_examples(held_out[0]), validation_split)
    validation = None
    if held_out is not None:
        val_x, val_y, val_weight = keras.utils.unpack_x_y_sample_weight(held_out)
        if held_out is validation_data:
            val_x, val_y = prepare(val_x, val_y)
        validation = Call(
            phase="test",
            x=val_x,
            y=val_y,
            sample_weight=val_weight,
            batch_size=validation_batch_size or batch_size,
            steps=validation_steps,
            callbacks=others.get("callbacks"),
        )
    return Call(
        phase="train",
        x=x,
        y=y,
        sample_weight=sample_weight,
        batch_size=batch_size,
        epochs=epochs,
        shuffle=shuffle,
        steps=steps_per_epoch,
        validation=validation,
        validation_data=validation_data,
        **others,
    )
