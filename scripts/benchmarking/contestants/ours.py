"""The models of this package."""

from typing import Any

import keras
import tensorflow as tf

import keras_mlp
from benchmarking import examples
from benchmarking.contestants import keras_fit, keras_predict
from benchmarking.turns import Turns
from benchmarking.workload import Workload
from keras_mlp.data.batches.batching import Batching
from keras_mlp.data.batches.in_memory import InMemoryExamples
from keras_mlp.data.batches.loaded_dataset import LoadedDataset
from keras_mlp.sklearn import MLPClassifier


def fit_arrays(workload: Workload, turns: Turns) -> None:
    """Trains on NumPy arrays."""
    x, y = examples.arrays(workload)
    keras_fit.fit(_model(workload), turns, x, y, batch_size=workload.batch_size)


def fit_dataset(workload: Workload, turns: Turns) -> None:
    """Trains on a `tf.data` pipeline of the caller's own."""
    keras_fit.fit(_model(workload), turns, keras_fit.dataset(workload))


def fit_load(workload: Workload, turns: Turns) -> None:
    """Trains on what `keras_mlp.data.load` gives."""
    keras_fit.fit(_model(workload), turns, loaded(workload))


def fit_bfloat16(workload: Workload, turns: Turns) -> None:
    """Trains on the same in bfloat16, its weights in float32."""
    keras_fit.fit(_model(workload, dtype="mixed_bfloat16"), turns, loaded(workload))


def predict(workload: Workload, turns: Turns) -> None:
    """Predicts, all examples at once or one at a time."""
    keras_predict.predict(_model(workload), workload, turns)


def call(workload: Workload, turns: Turns) -> None:
    """Calls the model for one example at a time."""
    keras_predict.call(_model(workload), workload, turns)


def fit_estimator(workload: Workload, turns: Turns) -> None:
    """Trains the estimator with its defaults, which are those of scikit-learn's."""
    x, y = examples.table(workload)
    while turns.begin():
        MLPClassifier(random_state=0).fit(x, y)
        turns.end()


def loaded(workload: Workload) -> tf.data.Dataset:
    """Returns the pipeline of `keras_mlp.data.load`, in the order of the files."""
    try:
        return keras_mlp.data.load(
            "mnist",
            split=f"train[:{workload.examples}]",
            batch_size=workload.batch_size,
            one_hot=workload.squared_error,
            shuffle=False,
        )
    except keras_mlp.data.DatasetNotPreparedError:
        images, labels = examples.raw(workload)
        batching = Batching(
            count=workload.examples,
            batch_size=workload.batch_size,
            drop_remainder=False,
            shuffle=False,
            seed=0,
            preprocess=keras_mlp.data.BatchPreprocessing(
                flatten=True,
                scale=True,
                num_classes=10 if workload.squared_error else None,
            ),
        )
        images = tf.constant(images.reshape(-1, 28, 28, 1))
        return LoadedDataset(InMemoryExamples(images, tf.constant(labels)), batching)


def network(workload: Workload, **options: Any) -> keras.Model:
    """Returns the network, not compiled."""
    *hidden_units, num_classes = workload.widths[1:]
    model = keras_mlp.models.MLPClassifier(num_classes, hidden_units, **options)
    model.build((None, workload.widths[0]))
    return model


def _model(workload: Workload, **options: Any) -> keras.Model:
    model = network(workload, **options)
    keras_fit.compile_model(model, workload)
    return model
