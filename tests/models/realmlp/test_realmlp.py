import keras
import numpy as np
import pytest
import tensorflow as tf

import keras_mlp
from keras_mlp import data
from keras_mlp.callbacks import BestWeights
from keras_mlp.models import RealMLPClassifier, RealMLPRegressor

ROWS = 300
RANDOM = np.random.default_rng(0)
TABLE = {
    "x": RANDOM.normal(size=ROWS).astype("float32"),
    "z": RANDOM.exponential(size=ROWS).astype("float32"),
    "two": RANDOM.choice(["yes", "no"], ROWS),
    "four": RANDOM.choice(list("abcd"), ROWS),
    "many": RANDOM.choice([f"city {i}" for i in range(12)], ROWS),
    "day": RANDOM.choice(["2024-01-01", "2024-06-01"], ROWS),
}
TABLE["z"][::10] = np.nan
TABLE["four"][::7] = ""
MATRIX = np.stack([TABLE["x"], RANDOM.normal(size=ROWS)], axis=1).astype("float32")
CLASSES = (TABLE["x"] > 0).astype("int64")
NUMBERS = 500 + 100 * TABLE["x"]
SMALL = {"hidden_units": [16, 16], "seed": 0}


def fitted(model, x, y, epochs=8, run_eagerly=False, **options):
    model.adapt(x, y)
    model.compile(run_eagerly=run_eagerly)
    model.fit(x, y, batch_size=64, epochs=epochs, verbose=0, **options)
    return model


@pytest.fixture(scope="module")
def classifier():
    """Fitted to a table."""
    model = RealMLPClassifier(2, class_names=["low", "high"], **SMALL)
    return fitted(model, TABLE, np.array(["low", "high"])[CLASSES], 12)


@pytest.fixture(scope="module")
def regressor():
    """Fitted to numbers."""
    return fitted(RealMLPRegressor(**SMALL), MATRIX, NUMBERS, 20)


@pytest.mark.long_after(1)
def test_learns_a_table(classifier):
    names = classifier.predict_classes(TABLE, verbose=0)
    assert (names == np.array(["low", "high"])[CLASSES]).mean() > 0.9
    assert classifier.predict_proba(TABLE, verbose=0).shape == (ROWS, 2)


def test_columns_of_a_table(classifier):
    preprocessing = classifier.preprocessing
    encodings = {
        name: preprocessing.columns[name].encoding for name in ("two", "four", "many")
    }
    assert encodings == {"two": "compact", "four": "compact", "many": "embedding"}
    # Two numbers of 4 each; whether z is missing; 10 of dates; 1 and 4; 8.
    assert classifier.scale.scale.shape == (2 * 4 + 1 + 10 + 1 + 4 + 8,)
    embeddings = preprocessing._embeddings[0].embeddings.numpy()
    assert 0.7 < embeddings.std() < 1.4


def test_learns_numbers_and_never_predicts_beyond_them(regressor):
    predicted = regressor.predict(MATRIX, verbose=0)[:, 0]
    assert np.abs(predicted - NUMBERS).mean() < 0.3 * NUMBERS.std()
    far = regressor.predict(np.array([[100.0, 0], [-100, 0]]), verbose=0)
    assert NUMBERS.min() - 1e-3 <= far.min()
    assert far.max() <= NUMBERS.max() + 1e-3


@pytest.mark.long_after(1)
@pytest.mark.parametrize("kind", ["classifier", "regressor"])
def test_files_and_exports(kind, request, tmp_path):
    model = request.getfixturevalue(kind)
    x = TABLE if kind == "classifier" else MATRIX
    expected = model.predict(x, verbose=0)
    model.save(tmp_path / "model.keras")
    loaded = keras_mlp.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded.predict(x, verbose=0), expected)
    assert loaded.is_adapted
    assert loaded.optimizer.get_config() == model.optimizer.get_config()
    for one, other in zip(
        loaded.optimizer.variables, model.optimizer.variables, strict=True
    ):
        np.testing.assert_array_equal(one, other)
    # Raw columns to text; codes where there is none. Each compares its answers.
    table = keras_mlp.export.TabularModel(model)
    keras_mlp.export.export_saved_model(table, tmp_path / "saved")
    keras_mlp.export.export_litert(table, tmp_path / "model.tflite")
    keras_mlp.export.export_onnx(table, tmp_path / "model.onnx")


def test_same_seed_same_bits_and_batches_of_one_size():
    seen = []

    class Steps(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            seen.append(int(self.model.optimizer.iterations))

    models = [
        fitted(
            RealMLPClassifier(2, **SMALL), MATRIX, CLASSES, 1, True, callbacks=[Steps()]
        )
        for _ in range(2)
    ]
    # 300 rows hold four batches of 64.
    assert seen == [4, 4]
    for one, other in zip(models[0].weights, models[1].weights, strict=True):
        np.testing.assert_array_equal(one, other)


def test_published_defaults():
    model = RealMLPClassifier(3, seed=0)
    model.adapt(MATRIX)
    model.compile()
    model.optimizer.build(model.trainable_variables)
    inner = model.optimizer.inner_optimizer
    assert (inner.beta_1, inner.beta_2, inner.weight_decay) == (0.9, 0.95, 0.02)
    assert inner._learning_rate.initial_learning_rate == 0.04
    assert model.loss.label_smoothing == 0.1
    paths = {weight.path.split("/", 1)[1]: weight for weight in model.trainable_weights}
    rates = {
        path: model.optimizer._factors_of(weight).learning_rate
        for path, weight in paths.items()
    }
    assert rates["scale/scale"] == 6
    assert rates["mlp/dense_0/kernel"] == 1
    slow = {path for path, rate in rates.items() if rate == 0.1}
    assert slow == {
        *(f"periodic_embedding/{n}" for n in ("frequencies", "phases")),
        *(f"periodic_embedding/{n}" for n in ("kernel", "bias")),
        *(f"mlp/dense_{i}/bias" for i in range(4)),
        *(f"mlp/activation_{i}/weight" for i in range(3)),
    }
    dropout = model.mlp.get_layer("dropout_0")
    assert dropout.rate.initial_learning_rate == 0.15
    regressor = RealMLPRegressor(1, "td-s")
    assert regressor.default_optimizer().inner_optimizer.weight_decay is None
    assert not regressor.mlp.get_layer("dense_3").kernel_initializer((1, 1)).numpy()


def test_starts_from_the_data():
    model = RealMLPRegressor(**SMALL)
    model.adapt(MATRIX, NUMBERS)
    dense = model.mlp.get_layer("dense_0")
    hidden = model.scale(model.tabular_inputs(MATRIX))
    np.testing.assert_allclose(np.std(dense.product(hidden), axis=0), 1, rtol=1e-4)
    before = model.get_weights()
    model.adapt(MATRIX, NUMBERS)
    for one, other in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.long_after(1)
@pytest.mark.parametrize("how", ["data", "split"])
def test_keeps_the_best_weights(how):
    class Zeroed(keras.callbacks.Callback):
        """Has the first epoch be the best one."""

        def on_epoch_begin(self, epoch, logs=None):
            if epoch == 1:
                self.model.mlp.get_layer("dense_2").kernel.assign(
                    keras.ops.zeros((16, 1))
                )

    model = RealMLPRegressor(1, "td-s", **SMALL)
    model.adapt(MATRIX, NUMBERS)
    model.compile(keras.optimizers.SGD(0.0), run_eagerly=True)
    model.mlp.get_layer("dense_2").kernel.assign(keras.ops.ones((16, 1)))
    options = {"validation_split": 0.2}
    if how == "data":
        options = {"validation_data": (MATRIX, NUMBERS)}
    history = model.fit(
        MATRIX, NUMBERS, epochs=2, callbacks=[Zeroed()], verbose=0, **options
    ).history
    best = int(np.argmin(history["val_loss"]))
    kept = model.mlp.get_layer("dense_2").kernel.numpy()
    assert kept.any() == (best == 0)


def test_a_callback_of_ones_own_is_heeded():
    class Asked(RealMLPRegressor):
        asked = 0

        def best_weights(self):
            self.asked += 1
            return super().best_weights()

    model = Asked(1, "td-s", **SMALL)
    model.adapt(MATRIX, NUMBERS)
    model.compile()
    own = BestWeights(monitor="val_mean_absolute_error")
    options = {"epochs": 1, "validation_split": 0.2, "verbose": 0}
    model.fit(MATRIX, NUMBERS, callbacks=[own], **options)
    assert model.asked == 0
    assert own.best is not None
    model.fit(MATRIX, NUMBERS, **options)
    assert model.asked == 1


def test_data_sets_are_taken_as_they_are():
    batches = tf.data.Dataset.from_tensor_slices((MATRIX, NUMBERS)).batch(50)
    model = RealMLPRegressor(1, "td-s", **SMALL)
    model.adapt(batches)
    again = RealMLPRegressor(1, "td-s", **SMALL)
    again.adapt(MATRIX, NUMBERS)
    for one, other in zip(model.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5)
    model.compile(run_eagerly=True)
    model.fit(batches, epochs=1, verbose=0)
    assert int(model.optimizer.iterations) == 6


def test_preprocessing_of_ones_own():
    columns = data.TabularPreprocessing(one_hot_limit=2, embedding_dim=3)
    model = RealMLPClassifier(2, preprocessing=columns, **SMALL)
    model.adapt({name: TABLE[name] for name in ("x", "two", "four")})
    # A number of 4; four places for yes and no; an embedding.
    assert model.scale.scale.shape == (4 + 4 + 3,)


def nan_matrix():
    return np.where(MATRIX > 1, np.nan, MATRIX)


@pytest.mark.parametrize(
    ("act", "match"),
    [
        (lambda: RealMLPClassifier(2, "tds"), r"`variant` must.*Received: "),
        (lambda: RealMLPClassifier(2, dropout=1), r"`dropout` must.*Received: "),
        (lambda: RealMLPClassifier(0), r"`num_classes` must.*Received: "),
        (
            lambda: RealMLPClassifier(2).adapt(nan_matrix()),
            r"`data` must hold finite numbers\. Received: NaN.* \[0, 1\]\. Fill",
        ),
        (lambda: RealMLPClassifier(2).adapt(MATRIX[:0]), r"`data` must.*none"),
        (lambda: RealMLPClassifier(2).adapt(MATRIX[:, 0]), r"row of numbers"),
        (lambda: RealMLPRegressor().adapt(MATRIX), r"needs the targets.*Received"),
    ],
)
def test_what_is_wrong_is_named(act, match):
    with pytest.raises(ValueError, match=match):
        act()


def test_fit_needs_adapt_and_as_many_targets():
    model = RealMLPClassifier(2, "td-s", **SMALL)
    model.compile()
    with pytest.raises(ValueError, match=r"must be adapted.*Received.*Call `model"):
        model.fit(MATRIX, CLASSES)
    model.adapt(MATRIX)
    with pytest.raises(ValueError, match="300"):
        model.fit(MATRIX, CLASSES[:-1], epochs=1)
