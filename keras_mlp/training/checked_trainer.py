"""Checks of what `fit`, `evaluate` and `predict` are given, as a mixin."""

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from keras_mlp.training import shape_checks
from keras_mlp.training.errors import InputError
from keras_mlp.training.execution import wants_every_batch
from keras_mlp.training.loop_runner import LoopRunner
from keras_mlp.training.phase_data import PhaseData
from keras_mlp.training.run_position import RunPosition
from keras_mlp.training.step_guard import StepGuard
from keras_mlp.training.target_rule import TargetRule, target_rule
from keras_mlp.training.value_checks import as_numpy, check_arrays
from keras_mlp.training.weight_checks import check_class_weight, check_weights


class CheckedTrainer(LoopRunner):
    """Names what cannot be right in the data, before it is trained on.

    Shapes and types are compared once, before anything is computed, and so are the
    numbers of arrays. Those of data sets and generators are looked at batch by batch,
    or group by group, before the steps on them.
    """

    @contextlib.contextmanager
    def _checking(
        self, data: Mapping[str, PhaseData], callbacks: Any, class_weight: Any = None
    ) -> Iterator[Any]:
        """Checks the data of a call, and watches its steps; yields the callbacks."""
        state = self._state
        before = state.guards
        guards: dict[str, StepGuard] = {}
        # `validation_split` takes both parts from the same arrays.
        checked: dict[Any, tuple[TargetRule, bool]] = {}
        if state.check_inputs:
            stops = not any(
                isinstance(callback, keras.callbacks.TerminateOnNaN)
                for callback in keras.tree.flatten(
                    getattr(callbacks, "callbacks", callbacks) or []
                )
            )
            for phase, part in data.items():
                key = (id(part.x), id(part.y), id(part.sample_weight))
                if key not in checked:
                    with _naming("validation_data" if checked else None):
                        shape_checks.check_arguments(
                            part.x, part.y, part.sample_weight, part.batch_size
                        )
                        checked[key] = self._check_data(part, phase, class_weight)
                target, looked_at = checked[key]
                guard = StepGuard(
                    self, phase, target, not looked_at, stops and phase == "train"
                )
                guards[phase] = state.known_guards.setdefault(guard.key, guard)
                guards[phase].repeats = not (
                    isinstance(callbacks, keras.callbacks.CallbackList)
                    or wants_every_batch(callbacks, phase)
                )
        state.guards = guards
        position = RunPosition(guards)
        try:
            if not guards:
                yield callbacks
            elif isinstance(callbacks, keras.callbacks.CallbackList):
                callbacks.append(position)
                yield callbacks
            else:
                yield [position, *keras.tree.flatten(callbacks or [])]
        finally:
            for guard in guards.values():
                guard.end()
            state.guards = before
            listed = getattr(callbacks, "callbacks", None)
            if listed and position in listed:
                listed.remove(position)

    def _only_if_finite(self, loss: Any) -> contextlib.AbstractContextManager[Any]:
        """Returns a context for an update that is left out where a loss is not finite.

        Args:
            loss: The loss of a batch, a tensor.
        """
        guard = self._state.guards.get("train")
        return contextlib.nullcontext() if guard is None else guard.before_update(loss)

    def _check_batch(self, phase: str, *parts: Any, class_weight: Any = None) -> None:
        """Checks the arrays of one step."""
        if self._state.check_inputs:
            self._check_data(PhaseData(*parts), phase, class_weight)

    def _check_data(
        self, data: PhaseData, phase: str, class_weight: Any = None
    ) -> tuple[TargetRule, bool]:
        """Returns what the loss takes, and whether all numbers have been looked at."""
        x, y, sample_weight = as_numpy([data.x, data.y, data.sample_weight])
        arrays = {"x": x, "y": y, "sample_weight": sample_weight}
        shape_checks.check_lengths(**arrays)
        shape_checks.check_numbers(**arrays)
        leaves = [
            leaf
            for leaf in keras.tree.flatten(list(arrays.values()))
            if leaf is not None
        ]
        looked_at = all(isinstance(leaf, np.ndarray) for leaf in leaves)
        known = looked_at
        if looked_at:
            x = shape_checks.specs_of(x)
        elif isinstance(data.x, tf.data.Dataset):
            if int(data.x.cardinality()) == 0:
                raise shape_checks.no_data()
            known = True
            batch = keras.utils.unpack_x_y_sample_weight(data.batch_spec)
            shape_checks.check_numbers(*batch)
            x, y, sample_weight = batch
        else:
            x = None
        target = target_rule(self, self._output_of(x, phase))
        if known and phase != "predict":
            shape_checks.check_targets(y, target)
            check_weights(sample_weight, target)
        if phase == "train":
            check_class_weight(class_weight, sample_weight, target)
        if looked_at:
            check_arrays(**arrays, target=target)
        return target, looked_at

    def _output_of(self, x: Any, phase: str) -> Any:
        """Returns the symbolic outputs, `None` where they cannot be known."""
        outputs = self._state.outputs
        if x is None:
            # Of a generator: what the model itself says, if it is a Functional one.
            declared = getattr(self, "outputs", None)
            return declared[0] if declared and len(declared) == 1 else None
        built = all(layer.built for layer in self._flatten_layers())
        if not built and phase != "train":
            # The first call, on real data, builds it.
            return None
        key = repr(x)
        if key not in outputs or not built:
            strategy = self._replicas_strategy() or tf.distribute.get_strategy()
            with strategy.scope():
                outputs[key] = shape_checks.output_of(self, x)
        return outputs[key]


@contextlib.contextmanager
def _naming(argument: str | None) -> Iterator[None]:
    """Has errors say in which argument the data are."""
    try:
        yield
    except InputError as error:
        if argument is None:
            raise
        raise InputError(f"Argument `{argument}`: {error}") from error.__cause__
