"""A warning where examples that are validated on are trained on, too."""

import warnings

import keras
import numpy as np
import pytest
import tensorflow as tf

import keras_mlp


def shuffled(**options):
    x = np.ones((8, 2), "float32")
    return tf.data.Dataset.from_tensor_slices((x, x[:, :1])).shuffle(8, **options)


def loaded():
    return keras_mlp.data.load("mnist_5k", "train[:8]", 1).map(
        lambda x, y: (x[:, :2], tf.ones((1, 1)))
    )


def at(dataset, count):
    return dataset.take(count), dataset.skip(count)


def shards(dataset):
    return dataset.shard(2, 0), dataset.shard(2, 1)


def fit(train, validation):
    model = keras_mlp.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(train, validation_data=validation, verbose=0)


@pytest.mark.long_after(2)
@pytest.mark.parametrize(
    "parts",
    [
        lambda: at(shuffled().batch(2), 1),
        lambda: [part.batch(2) for part in at(shuffled().map(lambda *xy: xy), 4)],
        lambda: shards(shuffled().batch(2)),
        lambda: at(loaded().unbatch().batch(2), 2),
    ],
)
def test_parts_of_a_set_that_each_epoch_shuffles_anew(parts):
    validation, train = parts()
    with pytest.warns(UserWarning, match=r"must not share examples.*`split_at`"):
        fit(train, validation)


@pytest.mark.long_after(3)
@pytest.mark.parametrize(
    "parts",
    [
        lambda: at(shuffled(reshuffle_each_iteration=False).batch(2), 1),
        lambda: at(shuffled().cache().batch(2), 1),
        lambda: (shuffled().batch(2).take(1), shuffled().batch(2).skip(1)),
        lambda: (shuffled().batch(2), None),
        lambda: (loaded(), loaded().take(4)),
        lambda: loaded().split_at(4),
    ],
)
def test_no_warning_where_no_example_moves(parts):
    validation, train = parts()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        if train is None:
            train, validation = validation, None
        fit(train, validation)
