"""Models in training, of the kinds that a program has by the hundred."""

import dataclasses
import functools
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import tensorflow as tf

import keras_mlp

FEATURES, CLASSES = 20, 10
EXAMPLES = 640


@dataclasses.dataclass(frozen=True)
class Trial:
    """A model and what is done to it, again and again.

    Args:
        model: Returns the model, once it has been trained.
        fit: Trains it.
        evaluate: Measures it.
        inputs: Examples that it predicts for.
    """

    model: Callable[[], keras.Model]
    fit: Callable[[], Any]
    evaluate: Callable[[], Any]
    inputs: np.ndarray

    def predict(self) -> np.ndarray:
        """Returns the outputs for the examples."""
        return self.model().predict(self.inputs, verbose=0)


@functools.cache
def examples() -> tuple[np.ndarray, np.ndarray]:
    """Made-up examples with labels."""
    random = np.random.default_rng(0)
    x = random.normal(size=(EXAMPLES, FEATURES)).astype("float32")
    return x, random.integers(CLASSES, size=EXAMPLES)


def joined_loop(library: Any, units: int) -> Trial:
    """Arrays, many steps in one program, with `validation_split`."""
    x, y = examples()
    model = _compiled(library, _sequential(library, units), many=True)
    return _trial(model, x, y, batch_size=16, epochs=4, validation_split=0.2)


def single_steps(library: Any, units: int) -> Trial:
    """Arrays, each step by itself."""
    x, y = examples()
    model = _compiled(library, _sequential(library, units))
    return _trial(model, x, y, batch_size=32)


def gathered_loop(library: Any, units: int) -> Trial:
    """A data set that batches are gathered from, with validation data."""
    batches = tf.data.Dataset.from_tensor_slices(examples()).batch(16)
    inputs = keras.Input((FEATURES,))
    hidden = keras.layers.Dense(units, activation="relu")(inputs)
    model = library.Model(inputs, keras.layers.Dense(CLASSES)(hidden))
    _compiled(library, model, many=True)
    return _trial(model, batches, epochs=3, validation_data=batches)


def with_xla(library: Any, units: int) -> Trial:
    """A classifier that XLA compiles."""
    x, y = examples()
    model = _compiled(library, _classifier(library, units), many=True, jit_compile=True)
    return _trial(model, x, y, batch_size=16, epochs=3)


def loaded_data(library: Any, units: int) -> Trial:
    """What `data.load` returns, with validation on another split."""
    train = keras_mlp.data.load("mnist_5k", "train[:50%]", batch_size=32, seed=0)
    test = keras_mlp.data.load("mnist_5k", "test[:50%]", batch_size=100)
    model = _compiled(library, _classifier(library, units), many=True)
    return _trial(model, train, epochs=2, validation_data=test)


def estimator(library: Any, units: int) -> Trial:
    """An estimator for scikit-learn, or what a program without it would do."""
    if library is keras:
        return single_steps(library, units)
    made = _estimator(units)
    fit = functools.partial(made.fit, *examples())
    return _estimator_trial(made, fit)


def estimator_in_parts(library: Any, units: int) -> Trial:
    """An estimator for scikit-learn that is trained with `partial_fit`."""
    made = _estimator(units)
    fit = functools.partial(made.partial_fit, *examples(), classes=np.arange(CLASSES))
    return _estimator_trial(made, fit)


# What can be done with a new model, and with one that is kept.
_BOTH = (joined_loop, single_steps, gathered_loop, loaded_data)
NEW: tuple[Callable[[Any, int], Trial], ...] = (*_BOTH, estimator)
KEPT: tuple[Callable[[Any, int], Trial], ...] = (*_BOTH, with_xla, estimator_in_parts)

# What XLA has compiled TensorFlow keeps for as long as the process lives, whoever asked
# for it: new models that it compiles are looked at only where they are asked for.
BY_NAME: tuple[Callable[[Any, int], Trial], ...] = (*NEW, with_xla)


def _sequential(library: Any, units: int) -> keras.Model:
    return library.Sequential(
        [
            library.layers.Dense(units, activation="relu"),
            keras.layers.Dropout(0.1),
            library.layers.Dense(CLASSES),
        ]
    )


def _classifier(library: Any, units: int) -> keras.Model:
    if library is keras:
        return _sequential(library, units)
    return library.models.MLPClassifier(CLASSES, [units, units], dropout=0.1)


def _compiled(
    library: Any, model: keras.Model, many: bool = False, **options: Any
) -> keras.Model:
    if many and library is keras:
        options["steps_per_execution"] = 16
    model.compile(
        optimizer="adam",
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
        **options,
    )
    return model


def _trial(
    model: keras.Model, x: Any, y: Any = None, batch_size: Any = None, **options: Any
) -> Trial:
    return Trial(
        lambda: model,
        functools.partial(model.fit, x, y, batch_size=batch_size, verbose=0, **options),
        functools.partial(model.evaluate, x, y, batch_size=batch_size, verbose=0),
        x if isinstance(x, np.ndarray) else _inputs_like(x),
    )


def _inputs_like(batches: tf.data.Dataset) -> np.ndarray:
    width = tf.nest.flatten(batches.element_spec)[0].shape[-1]
    return np.linspace(0, 1, 200 * width, dtype="float32").reshape(200, width)


def _estimator(units: int) -> Any:
    from keras_mlp.sklearn import MLPClassifier

    return MLPClassifier((units,), epochs=3, batch_size=64, random_state=0)


def _estimator_trial(made: Any, fit: Callable[[], Any]) -> Trial:
    x, y = examples()
    # The model predicts, since it is the model that is saved.
    return Trial(lambda: made.model_, fit, functools.partial(made.score, x, y), x)
