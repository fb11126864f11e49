"""What a network is trained with."""

import dataclasses
import re
from typing import Any

import keras
import tensorflow as tf

from keras_mlp.keras_internals import innermost
from keras_mlp.models.realmlp.corrected_adam import CorrectedAdam
from keras_mlp.models.together.stand_ins import StandIns
from keras_mlp.optimizers import GradientDescent, ParameterGroups
from keras_mlp.training.feeding.arrays import is_resident

# Their update of an entry of a variable depends on that entry alone, so it is the same
# where the variables of several networks are on top of each other.
_ELEMENTWISE = (
    *(
        getattr(keras.optimizers, name)
        for name in (
            "Adadelta",
            "Adagrad",
            "Adam",
            "Adamax",
            "AdamW",
            "Ftrl",
            "Lion",
            "Nadam",
            "RMSprop",
            "SGD",
        )
    ),
    CorrectedAdam,
    GradientDescent,
)


# A search over seeds or folds takes one, one over architectures several.
_STAND_INS = StandIns(most=8)


@dataclasses.dataclass(kw_only=True)
class Training:
    """What a network is trained with, by itself or together with others.

    Args:
        network: The network: built and compiled.
        batches: Batches of `(x, y)` or `(x, y, sample_weight)`: those of one epoch of a
            data set that `load` could have returned, or of all epochs.
        steps: How many make an epoch.
        rows: How many examples they have.
        epochs: How many epochs there are, at most.
        held_out: What it is validated on: arrays `x`, `y` and weights or `None`; a data
            set; or `None`.
        validation_batch_size: Rows that are validated together. Defaults to what the
            network says.
        callback: An `EarlyStopping` or `BestWeights`, or `None`.
        verbose: As for `keras.Model.fit`.
    """

    network: Any
    batches: tf.data.Dataset
    steps: int
    rows: int
    epochs: int
    held_out: Any = None
    validation_batch_size: int | None = None
    callback: keras.callbacks.EarlyStopping | None = None
    verbose: Any = 0

    def alone(self) -> dict[str, list[float]]:
        """Trains the network by itself, and returns what `fit` recorded."""
        return self._fit(self.network)

    def in_turn(self) -> dict[str, list[float]]:
        """Trains the network with the programs of one of its kind, if there are such.

        Returns:
            What `fit` recorded.
        """
        width = tf.nest.flatten(self.batches.element_spec)[0].shape[-1]
        settings = (self.steps, self.epochs)
        with _STAND_INS.of(self.network, width, *settings) as network:
            return self._fit(network)

    def _fit(self, network: Any) -> dict[str, list[float]]:
        held_out = self.held_out
        options: dict[str, Any] = {}
        if isinstance(held_out, tuple):
            held_out = tuple(part for part in held_out if part is not None)
            if self.validation_batch_size is not None:
                options["validation_batch_size"] = self.validation_batch_size
        if not hasattr(self.batches, "endless"):
            options["steps_per_epoch"] = self.steps
        return network.fit(
            self.batches,
            epochs=self.epochs,
            validation_data=held_out,
            callbacks=[] if self.callback is None else [self.callback],
            verbose=self.verbose,
            **options,
        ).history

    def why_alone(self) -> str | None:
        """Returns why this can be no part of a program of several, or `None`."""
        optimizer = self.network.optimizer
        # A float16 loss scale is one for all, and a subclass may do anything.
        for each in (optimizer, innermost(optimizer)):
            if type(each) not in (*_ELEMENTWISE, ParameterGroups):
                return (
                    f"the step of the optimizer {type(each).__name__} may depend on "
                    "all numbers of a weight"
                )
        if not is_resident(self.batches):
            return "their features are sparse"
        return None

    def kind(self) -> str:
        """Returns what trainings have in common that can be one program."""
        network = self.network
        variables = [*network.trainable_variables, *network.non_trainable_variables]
        shapes = [(v.name, tuple(v.shape), v.dtype) for v in variables]
        specs = [
            (tuple(spec.shape), spec.dtype.name)
            for spec in tf.nest.flatten(self.batches.element_spec)
        ]
        parts = self.held_out or ()
        held_out = [None if part is None else part.shape for part in parts]
        settings = repr(keras.optimizers.serialize(network.optimizer))
        # Keras numbers the optimizers.
        settings = re.sub(r"'name': '\w+'", "", settings)
        return repr(
            (
                type(network),
                shapes,
                specs,
                held_out,
                settings,
                (self.steps, self.rows, self.epochs),
                None if self.callback is None else _settings(self.callback),
            )
        )


def _settings(callback: keras.callbacks.EarlyStopping) -> tuple:
    return (type(callback), callback.monitor, callback.patience, callback.min_delta)
