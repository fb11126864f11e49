"""Every public layer and model once, small and built: what `test_conformance` checks.

A new public class gets a line in `SUBJECTS`; a test says so if it has none.
"""

from collections.abc import Callable
from dataclasses import dataclass

import keras
import numpy as np

import keras_mlp
from tests.keras_version import KERAS


@keras.saving.register_keras_serializable(package="tests")
class Doubled(keras_mlp.Model):
    """A model as a user would subclass it."""

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.dense = keras_mlp.layers.Dense(units, dtype=self.dtype_policy)

    def build(self, input_shape):
        self.dense.build(input_shape)

    def call(self, inputs):
        return 2 * self.dense(inputs)

    def get_config(self):
        return {**super().get_config(), "units": self.units}


@dataclass(frozen=True)
class Subject:
    """How to make one of the public classes.

    Attributes:
        make: Returns a layer, a list of layers, or a model, not built.
        input_shape: Shape of one example.
        dtype: Dtype of the examples.
        output_dtype: Dtype of the outputs, where it is not the compute dtype.
    """

    make: Callable
    input_shape: tuple[int, ...] = (6,)
    dtype: str = "float32"
    output_dtype: str | None = None

    def model(self):
        """Returns the subject as a built model: a layer is wrapped in one."""
        subject = self.make()
        if isinstance(subject, keras.Model):
            if not subject.built:
                subject.build((None, *self.input_shape))
            return subject
        layers = subject if isinstance(subject, list) else [subject]
        inputs = keras.Input(self.input_shape, dtype=self.dtype)
        return keras_mlp.Sequential([inputs, *layers])

    def examples(self, count=6):
        random = np.random.default_rng(0)
        if self.dtype == "uint8":
            return random.integers(0, 256, (count, *self.input_shape), dtype="uint8")
        return random.normal(size=(count, *self.input_shape)).astype(self.dtype)


def mlp():
    return keras_mlp.layers.MLP(
        [6, 5, 3],
        normalization="layer",
        gate=["glu", None],
        residual="project",
        kernel_regularizer="l2",
        # Before Keras 3.14 its penalty grows with the batch: that of two halves is not
        # the mean of theirs.
        activity_regularizer="l1" if KERAS >= (3, 14) else None,
        seed=0,
    )


def mlp_ensemble():
    return keras_mlp.layers.MLP(
        [6, 5, 3],
        keras.layers.PReLU(),
        normalization="layer",
        gate=["glu", None],
        residual="project",
        ensemble=3,
        seed=0,
    )


def autoencoder():
    encoder = keras_mlp.layers.MLP([5, 3], seed=0)
    encoder.build((None, 6))
    return [encoder, encoder.reverse(tied=True, normalization="rms")]


def functional():
    inputs = keras.Input((6,))
    hidden = keras_mlp.layers.Dense(6, activation="tanh")(inputs)
    return keras_mlp.Model(inputs, keras.layers.add([inputs, hidden]))


def sequential():
    return keras_mlp.Sequential(
        [keras.Input((6,)), keras_mlp.layers.Dense(4, activation="relu")]
    )


def classifier():
    model = keras_mlp.models.MLPClassifier(
        3,
        [5, 5],
        residual=True,
        normalization="layer",
        preprocessing=keras.layers.Rescaling(0.5),
        class_names=["a", "b", "c"],
        seed=0,
    )
    model.adapt(np.random.default_rng(1).normal(3, 2, size=(20, 6)))
    return model


def regressor():
    random = np.random.default_rng(1)
    model = keras_mlp.models.MLPRegressor(2, [5], gate="glu", seed=0)
    model.adapt(random.normal(size=(20, 6)), random.normal(1, 0.5, size=(20, 2)))
    return model


def realmlp_classifier():
    model = keras_mlp.models.RealMLPClassifier(
        3, hidden_units=[5, 4], dropout=0.0, seed=0
    )
    model.adapt(np.random.default_rng(1).normal(3, 2, size=(20, 6)))
    return model


def realmlp_regressor():
    random = np.random.default_rng(1)
    model = keras_mlp.models.RealMLPRegressor(2, "td-s", hidden_units=[5], seed=0)
    model.adapt(random.normal(size=(20, 6)), random.normal(1, 0.5, size=(20, 2)))
    return model


def tabm_classifier():
    model = keras_mlp.models.TabMClassifier(
        3, ensemble_size=2, hidden_units=[5, 4], residual="project", dropout=0.0, seed=0
    )
    model.adapt(np.random.default_rng(1).normal(size=(40, 6)))
    return model


def tabm_regressor():
    random = np.random.default_rng(1)
    embedding = keras_mlp.layers.PiecewiseLinearEmbedding(3, bins=4, seed=0)
    model = keras_mlp.models.TabMRegressor(
        2,
        "mini",
        3,
        hidden_units=[5],
        dropout=0.0,
        scaling="standard",
        embedding=embedding,
        seed=0,
    )
    model.adapt(random.normal(size=(20, 6)), random.normal(1, 0.5, size=(20, 2)))
    return model


def tabular_preprocessing():
    """Of what `encode` returns: as many categories as there are bytes, embedded."""
    column = keras_mlp.data.CategoryColumn(
        vocabulary=[str(number) for number in range(254)],
        encoding="embedding",
        embedding_dim=3,
    )
    return keras_mlp.data.TabularPreprocessing({"code": column}, seed=0)


def ensemble_dense():
    return [
        keras_mlp.layers.EnsembleDense(
            4, 3, "relu", input_scaling="normal", feature_sizes=[4, 2], seed=0
        ),
        keras_mlp.layers.EnsembleDense(2, 3, kind="packed", kernel_regularizer="l2"),
    ]


def piecewise_linear_embedding():
    layer = keras_mlp.layers.PiecewiseLinearEmbedding(
        3, bins=4, version="A", activation="relu", seed=0
    )
    data = np.random.default_rng(1).normal(size=(30, 6))
    layer.adapt(np.where([True, *[False] * 5], data > 0, data))
    return layer


SUBJECTS = {
    "layers.Dense": Subject(lambda: keras_mlp.layers.Dense(3, activation="tanh")),
    "layers.EnsembleDense": Subject(ensemble_dense),
    "layers.MLP": Subject(mlp),
    "layers.ScheduledDropout": Subject(
        lambda: keras_mlp.layers.ScheduledDropout(
            keras_mlp.optimizers.schedules.FlatCosine(0.5, 10), seed=0
        )
    ),
    "layers.MLP ensemble": Subject(mlp_ensemble),
    "layers.PiecewiseLinearEmbedding": Subject(piecewise_linear_embedding),
    "layers.TiedMLP": Subject(autoencoder),
    "layers.Scale": Subject(keras_mlp.layers.Scale),
    "layers.ParametricActivation": Subject(
        lambda: keras_mlp.layers.ParametricActivation("mish")
    ),
    "layers.PeriodicEmbedding": Subject(
        lambda: keras_mlp.layers.PeriodicEmbedding(4, seed=0)
    ),
    "data.ImagePreprocessing": Subject(
        keras_mlp.data.ImagePreprocessing, (2, 3), "uint8"
    ),
    "data.TabularPreprocessing": Subject(tabular_preprocessing, (1,), "uint8"),
    "models.Model": Subject(lambda: Doubled(3)),
    "models.Functional": Subject(functional),
    "models.Sequential": Subject(sequential),
    "models.MLPAutoencoder": Subject(
        lambda: keras_mlp.models.MLPAutoencoder([5, 3], tied=True, seed=0)
    ),
    "models.MLPClassifier": Subject(classifier),
    # In the units of the targets, which may be too large for half precision.
    "models.MLPRegressor": Subject(regressor, output_dtype="float32"),
    "models.RealMLPClassifier": Subject(realmlp_classifier),
    "models.RealMLPRegressor": Subject(realmlp_regressor, output_dtype="float32"),
    # The mean of several networks is not rounded to half precision.
    "models.TabMClassifier": Subject(tabm_classifier, output_dtype="float32"),
    "models.TabMRegressor": Subject(tabm_regressor, output_dtype="float32"),
    "models.LinearRegression": Subject(keras_mlp.models.LinearRegression, (1,)),
    "models.ConvAutoencoder": Subject(
        lambda: keras_mlp.models.ConvAutoencoder(seed=0), (28, 28, 1)
    ),
}
