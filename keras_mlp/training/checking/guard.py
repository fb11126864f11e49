"""What watches the outcome of steps, and knows what to do where it is not finite."""

import warnings
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from keras_mlp.training.checking.arguments import no_data
from keras_mlp.training.checking.search import Search
from keras_mlp.training.errors import DivergedError, InputError
from keras_mlp.training.execution.executor import Executor, Taken
from keras_mlp.training.execution.outputs import loss_is_finite
from keras_mlp.training.feeding.parts import Part
from keras_mlp.training.state import Taken as State
from keras_mlp.training.state import TrainingState

# So many steps come between two copies of a model's state. A copy takes as long as one
# step or less.
STEPS_BETWEEN_COPIES = 128


class Guard:
    """Watches the steps of another executor.

    Data are only looked at where an outcome is not finite, or an operation has failed:
    then the batches that it came from are searched. If nothing is wrong with them, a
    training has diverged. The model then gets back its state of before: it is copied
    now and then, between groups, and no step is taken again.

    Args:
        execute: The other executor.
        search: Looks for what is wrong in the data; `None` takes them as they are.
        is_finite: Whether what a step returns is. Defaults to whether its loss is.
    """

    def __init__(
        self,
        execute: Executor,
        search: Search | None,
        is_finite: Callable[[Any], bool] | None = None,
    ) -> None:
        self._execute = execute
        self._search = search
        self._is_finite = is_finite or loss_is_finite
        self._batches = 0
        self._rows = 0
        # Data of the call have been found right where an outcome was not finite.
        self._is_known = False

    def begin(self, epoch: int = 0, batches: int = 0, rows: int = 0) -> None:
        """Begins an epoch.

        Args:
            epoch: Its number, from 0 on.
            batches: Batches of it that have been taken before.
            rows: Examples in these.
        """
        self._batches, self._rows = batches, rows

    def __call__(self, part: Part) -> Taken:
        """Takes a step on each batch of a part."""
        rows = part.rows
        if not rows and self._search is not None:
            raise no_data()
        try:
            taken = self._execute(part)
        except tf.errors.OpError:
            self._look_at(part)
            raise
        if not self._is_finite(taken.logs):
            taken = self._not_finite(part, taken)
        self._batches += taken.steps
        self._rows += rows
        return taken

    def _not_finite(self, part: Part, taken: Taken) -> Taken:
        if not self._is_known:
            self._look_at(part)
            self._is_known = True
        return taken

    def _look_at(self, part: Part) -> None:
        if self._search is not None:
            self._search(part, self._batches, self._rows)


class TrainingGuard(Guard):
    """Watches training steps, and has the model's state of before.

    Args:
        execute: The other executor.
        search: Looks for what is wrong in the data; `None` takes them as they are.
        model: The model.
        on_divergence: `"stop"`, `"raise"` or `"ignore"`.
    """

    def __init__(
        self,
        execute: Executor,
        search: Search | None,
        model: keras.Model,
        on_divergence: str,
    ) -> None:
        super().__init__(execute, search)
        self._model = model
        self._on_divergence = on_divergence
        self._state = TrainingState(model)
        self._copy: State = []
        # Steps since the copy was taken.
        self._since = 0
        self._epoch = 0

    def begin(self, epoch: int = 0, batches: int = 0, rows: int = 0) -> None:
        """Begins an epoch."""
        super().begin(epoch, batches, rows)
        self._epoch = epoch
        self._take_copy()

    def __call__(self, part: Part) -> Taken:
        """Takes a step on each batch of a part."""
        if self._since + part.steps > STEPS_BETWEEN_COPIES:
            self._take_copy()
        self._since += part.steps
        return super().__call__(part)

    def put_back(self) -> None:
        """Gives the model the state of the last copy."""
        self._state.put_back(self._copy)

    def _look_at(self, part: Part) -> None:
        try:
            super()._look_at(part)
        except InputError:
            self.put_back()
            raise

    def _not_finite(self, part: Part, taken: Taken) -> Taken:
        taken = super()._not_finite(part, taken)
        if self._on_divergence == "ignore":
            return taken
        self.put_back()
        step = self._batches + taken.steps
        kept = self._batches - (self._since - part.steps)
        message = self._message(step, kept, taken.logs["loss"])
        if self._on_divergence == "raise":
            raise DivergedError(message, self._epoch + 1, step, kept)
        warnings.warn(message, stacklevel=2)
        # As `TerminateOnNaN` does.
        self._model.stop_training = True
        # The model's metrics are finite again; the history says what has happened.
        return Taken({**taken.logs, "loss": np.nan}, taken.steps, stop=True)

    def _take_copy(self) -> None:
        copy = self._state.take()
        # A step with a finite loss can leave weights that are not: then the copy of
        # before is the better one.
        if self._copy and not _are_finite(self._model, copy):
            return
        self._copy, self._since = copy, 0

    def _message(self, step: int, kept: int, loss: Any) -> str:
        if kept == step - 1:
            state = "that it had before that step"
        elif kept > 0:
            state = f"that it had after {kept} steps of the epoch"
        elif kept == 0:
            state = "of the beginning of the epoch"
        else:
            state = f"of {-kept} steps before the beginning of the epoch"
        data = "though the data are"
        if self._search is None:
            data = "and the data were not looked at"
        elif self._search.left_out:
            data = f"though the data are, but for {self._search.left_out}"
        return (
            f"The loss is not finite in epoch {self._epoch + 1} at step {step}, "
            f"{data}. Received: loss={float(loss)}. Most often the learning rate is "
            "too large: make it ten times smaller, or clip gradients with "
            "`clipnorm=1.0` in the optimizer; standardise features and targets that "
            "are large; use a loss with `from_logits=True` in place of one on "
            f"probabilities. The model has the weights {state}, and all else that "
            "training changes."
        )


def outputs_are_finite(outputs: Any) -> bool:
    """Returns whether all numbers that a model predicts are finite.

    Args:
        outputs: Tensors, in any structure.
    """
    return all(
        bool(tf.math.is_finite(tf.reduce_sum(leaf)))
        for leaf in tf.nest.flatten(outputs)
        if isinstance(leaf, tf.Tensor) and leaf.dtype.is_floating
    )


def _are_finite(model: keras.Model, copy: State) -> bool:
    weights = {id(weight) for weight in model.weights}
    sums = [
        tf.reduce_sum(tf.cast(value, tf.float32))
        for variable, value in copy
        if id(variable) in weights
        and isinstance(value, tf.Tensor)
        and value.dtype.is_floating
    ]
    return not sums or bool(tf.math.is_finite(tf.add_n(sums)))
