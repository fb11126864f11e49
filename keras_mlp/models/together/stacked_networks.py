"""Networks of one architecture as one model, their weights on top of each other."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from keras_mlp.keras_internals import innermost
from keras_mlp.training import TapeTrainer

_CLIPPING = ("clipnorm", "clipvalue", "global_clipnorm")


class StackedNetworks(TapeTrainer, keras.Model):
    """Trains networks of one architecture in one program, each on batches of its own.

    Each variable of a network becomes one of all networks, with an axis for these in
    front. The step is written once, for one network, and `tf.vectorized_map` makes of
    it the step of all: a matrix product becomes one of many matrices. What optimizers
    compute for each entry of a variable stays what it was.

    Args:
        networks: Built and compiled, of the same class, shapes and optimizer.

    Call arguments:
        data: As for one network, with an axis for the networks after the first.
    """

    def __init__(self, networks: Sequence[Any]) -> None:
        super().__init__()
        first = networks[0]
        # Not as attributes that Keras tracks: their weights are not this model's.
        self.__dict__["_first"] = first
        self.__dict__["_count"] = len(networks)
        self._trained = self._stack([one.trainable_variables for one in networks])
        self._state = self._stack([one.non_trainable_variables for one in networks])
        # Figures of each network: summed in this epoch, and those of the last one.
        self._sums = self._figures("sums")
        self._rows = self.add_weight(name="rows", shape=(), trainable=False)
        self._of_epoch = {"loss": self._figures("loss")}
        for name in self._validated():
            self._of_epoch[name] = self._figures(name)
        self._loss = keras.metrics.Mean("loss")
        self.built = True
        config = keras.optimizers.serialize(first.optimizer)
        optimizer = keras.optimizers.deserialize(config)
        inner = innermost(optimizer)
        clipping = {name: getattr(inner, name) for name in _CLIPPING}
        # The gradients of each network by themselves.
        self._clip = keras.optimizers.SGD(**clipping)._clip_gradients
        for name in _CLIPPING:
            setattr(inner, name, None)
        self.compile(optimizer, check_inputs=False, on_divergence="raise")
        optimizer.build(self._trained)

    def _figures(self, name: str) -> Any:
        return self.add_weight(name=name, shape=(self._count,), trainable=False)

    def _validated(self) -> tuple[str, str]:
        """Returns the names of the figures of a validation."""
        if hasattr(self._first, "num_classes"):
            return "val_loss", "val_accuracy"
        return "val_loss", "val_root_mean_squared_error"

    def _stack(self, variables: list[list[Any]]) -> list[Any]:
        stacked = []
        for same in zip(*variables, strict=True):
            one = same[0]
            variable = self.add_weight(
                name=one.name,
                shape=(self._count, *one.shape),
                dtype=one.dtype,
                trainable=one.trainable,
            )
            # Groups of variables are told apart by their paths.
            variable._path = one.path
            variable.assign(np.stack([v.numpy() for v in same]))
            stacked.append(variable)
        return stacked

    def train_step(self, data: Any) -> dict[str, Any]:
        """Updates the weights of each network once, on a batch of its own.

        Args:
            data: `(x, y)` or `(x, y, sample_weight)`.

        Returns:
            The mean of the losses of all networks, so far in this epoch.
        """
        values = [[v.value for v in group] for group in (self._trained, self._state)]
        losses, gradients, state = tf.vectorized_map(
            self._step_of_one, (_networks_first(data), *values), warn=False
        )
        for variable, value in zip(self._state, state, strict=True):
            variable.assign(value)
        self.optimizer.apply_gradients(zip(gradients, self._trained, strict=True))
        rows = tf.cast(tf.shape(data[1])[0], "float32")
        self._sums.assign_add(rows * losses)
        self._rows.assign_add(rows)
        self._of_epoch["loss"].assign(self._sums / self._rows)
        self._loss.update_state(tf.reduce_mean(losses))
        return {"loss": self._loss.result()}

    def _step_of_one(self, elements: tuple) -> tuple:
        """Returns loss, gradients and the new state of one network."""
        data, trained, state = elements
        x, y, weights = keras.utils.unpack_x_y_sample_weight(data)
        with self._being_one(trained, state) as scope, tf.GradientTape() as tape:
            tape.watch(trained)
            outputs = self._first(x, training=True)
            loss = self._first.compute_loss(x, y, outputs, weights, training=True)
        gradients = self._clip(tape.gradient(loss, trained))
        found = [
            scope.get_current_value(v) for v in self._first.non_trainable_variables
        ]
        state = [
            old if new is None else new for old, new in zip(state, found, strict=True)
        ]
        return loss, gradients, state

    def reset_metrics(self) -> None:
        """Begins to count anew, as in each epoch."""
        super().reset_metrics()
        self._sums.assign(tf.zeros_like(self._sums))
        self._rows.assign(0.0)

    def test_step(self, data: Any) -> dict[str, Any]:
        """Computes loss and one more figure of each network, on examples of its own.

        Args:
            data: `(x, y)` or `(x, y, sample_weight)`: all that they are validated on.

        Returns:
            The mean of the losses of all networks.
        """
        values = [[v.value for v in group] for group in (self._trained, self._state)]
        figures = tf.vectorized_map(
            self._figures_of_one, (_networks_first(data), *values), warn=False
        )
        for name, value in figures.items():
            self._of_epoch[name].assign(value)
        self._loss.update_state(tf.reduce_mean(figures["val_loss"]))
        return {"loss": self._loss.result()}

    def _figures_of_one(self, elements: tuple) -> dict[str, Any]:
        data, trained, state = elements
        x, y, weights = keras.utils.unpack_x_y_sample_weight(data)
        with self._being_one(trained, state):
            outputs = self._first(x, training=False)
            loss = self._first.compute_loss(x, y, outputs, weights, training=False)
        _, name = self._validated()
        figures = {"val_loss": loss}
        if not hasattr(self._first, "num_classes"):
            errors = tf.square(outputs - tf.reshape(y, tf.shape(outputs)))
            figures[name] = tf.sqrt(tf.reduce_mean(errors))
            return figures
        numbers = (
            tf.cast(outputs[:, 0] > 0, y.dtype)
            if outputs.shape[-1] == 1
            else tf.argmax(outputs, axis=-1, output_type=y.dtype)
        )
        right = tf.cast(numbers == tf.reshape(y, tf.shape(numbers)), "float32")
        return {**figures, name: tf.reduce_mean(right)}

    def _being_one(self, trained: Any, state: Any) -> Any:
        first = self._first
        variables = [*first.trainable_variables, *first.non_trainable_variables]
        mapping = list(zip(variables, [*trained, *state], strict=True))
        return keras.StatelessScope(state_mapping=mapping)

    def figures_of_epoch(self, is_validated: bool) -> dict[str, np.ndarray]:
        """Returns the figures of each network in the last epoch.

        Args:
            is_validated: Whether it had a validation.
        """
        names = self._of_epoch if is_validated else ("loss",)
        return {name: self._of_epoch[name].numpy() for name in names}

    def weights_of(self, number: int) -> list[np.ndarray]:
        """Returns trained weights and state of a network.

        Args:
            number: Which one.
        """
        return [v.value[number].numpy() for v in (*self._trained, *self._state)]

    def set_weights_of(self, number: int, values: Sequence[np.ndarray]) -> None:
        """Sets what `weights_of` returns.

        Args:
            number: Which network.
            values: Its new weights and state.
        """
        variables = (*self._trained, *self._state)
        for variable, value in zip(variables, values, strict=True):
            all_values = variable.numpy()
            all_values[number] = value
            variable.assign(all_values)

    def optimizer_state_of(self, number: int) -> list[np.ndarray]:
        """Returns the state that the optimizer of a network would have.

        Args:
            number: Which network.
        """
        own = self._first.optimizer.variables
        return [
            v.value[number].numpy() if v.shape != one.shape else v.numpy()
            for v, one in zip(self.optimizer.variables, own, strict=True)
        ]


def _networks_first(data: Any) -> Any:
    """Returns batches with the axis of the networks in front, as their weights have."""

    def moved(leaf: Any) -> Any:
        return tf.transpose(leaf, (1, 0, *range(2, leaf.shape.rank)))

    return tf.nest.map_structure(moved, data)
