"""Small runs, and what is left of one that was stopped."""

import shutil

import keras
import numpy as np

import keras_mlp
from keras_mlp.callbacks import ExactResume


def load(split="train[:300]", **options):
    """10 batches, of which the last is not full."""
    return keras_mlp.data.load("mnist_5k", split, 32, **{"seed": 5, **options})


def make_model(
    model_class=keras_mlp.Sequential, build=True, units=8, name=None, **options
):
    """A network with dropout, compiled, that starts the same each time."""
    keras.utils.set_random_seed(7)
    model = model_class(
        [
            keras_mlp.layers.Dense(units, activation="relu"),
            keras.layers.Dropout(0.3),
            keras_mlp.layers.Dense(10),
        ],
        name=name,
    )
    if build:
        model.build((None, 784))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(
        **{"optimizer": "adam", "loss": loss, "metrics": ["accuracy"], **options}
    )
    return model


def train(
    directory=None, model=None, every_steps=1, callbacks=(), data=None, **options
):
    """Trains a model, and returns all its variables, and Keras' `History`."""
    model = model or make_model()
    resume = [] if directory is None else [ExactResume(directory, every_steps)]
    history = model.fit(
        *(data or [load()]),
        callbacks=[*resume, *callbacks],
        verbose=0,
        **{"epochs": 2, **options},
    )
    variables = [
        *model.variables,
        *model.optimizer.variables,
        *model.metrics_variables,
    ]
    return [np.array(variable.numpy()) for variable in variables], history


def assert_same(outcome, expected):
    """Asserts that all bits of two outcomes of `train` are equal."""
    for ours, theirs in zip(outcome[0], expected[0], strict=True):
        assert ours.dtype == theirs.dtype
        np.testing.assert_array_equal(ours, theirs)
    assert outcome[1].history == expected[1].history
    assert outcome[1].epoch == expected[1].epoch


def saved_in(directory):
    """Returns the checkpoints in a directory, the newest last."""
    return sorted(directory.glob("checkpoint-*.npz"))


def stopped_at(path, directory):
    """Makes a directory as a process leaves it that was killed after a save."""
    directory.mkdir()
    shutil.copy(path, directory)
    return directory
