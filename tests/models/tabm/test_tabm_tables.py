import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_mlp import models
from keras_mlp.layers import PiecewiseLinearEmbedding
from keras_mlp.models.tabm.quantiles.quantile_transform import QuantileTransform

RANDOM = np.random.default_rng(0)
ROWS = 120
TABLE = {
    "x": np.where(np.arange(ROWS) % 10 == 0, np.nan, RANDOM.normal(size=ROWS)),
    "kind": RANDOM.choice(["a", "b", "c"], ROWS),
    "z": RANDOM.normal(size=ROWS),
}
SMALL = {"ensemble_size": 3, "hidden_units": [8], "seed": 0}


def test_table_is_trained_saved_and_loaded(tmp_path):
    y = 5000 + 100 * TABLE["z"]
    model = models.TabMRegressor(embedding=PiecewiseLinearEmbedding(4), **SMALL)
    model.adapt(TABLE, y)
    model.compile()
    # So that a run that was stopped can be put back before there is a step.
    built = []
    begins = keras.callbacks.LambdaCallback(
        on_epoch_begin=lambda *_: built.append(model.optimizer.built)
    )
    history = model.fit(
        TABLE, y, epochs=3, validation_split=0.2, callbacks=[begins], verbose=0
    ).history
    assert built == [True] * 3
    # Metrics are of the mean, in the units of the data; the loss is in deviations.
    assert history["val_root_mean_squared_error"][-1] > 10 > history["loss"][-1]
    # Two numbers, whether one is missing, and the places of three categories.
    assert model.mlp.feature_sizes == [4, 4, 1, 5]
    first = model.mlp.get_layer("dense_0").input_scale.numpy()
    assert first.shape == (3, 14)
    predicted = model.predict(TABLE, verbose=0)
    model.save(tmp_path / "model.keras")
    loaded = models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded.predict(TABLE, verbose=0), predicted)
    loaded.fit(TABLE, y, epochs=1, verbose=0)


def test_loss_is_the_mean_of_the_losses():
    x = RANDOM.normal(size=(40, 4)).astype("float32")
    y = RANDOM.integers(0, 2, 40)
    for classes in (1, 2):
        model = models.TabMClassifier(classes, dropout=0.0, **SMALL)
        model.adapt(x)
        model.compile(run_eagerly=True)
        loss = model.test_on_batch(x, y, return_dict=True)["loss"]
        members = model._members(x, training=False).numpy().astype("float64")
        if classes == 1:
            members = np.concatenate([np.zeros_like(members), members], axis=-1)
        odds = np.exp(members)
        probabilities = odds / odds.sum(axis=-1, keepdims=True)
        right = probabilities[np.arange(40), :, y]
        np.testing.assert_allclose(loss, -np.log(right).mean(), rtol=1e-5)
        np.testing.assert_allclose(
            model.predict_proba(x, verbose=0), probabilities.mean(axis=1), rtol=1e-5
        )


def test_quantile_transform_of_few_numbers():
    data = np.stack([np.full(50, 3.0), RANDOM.integers(0, 2, 50)], axis=1)
    layer = QuantileTransform()
    layer.adapt(data.astype("float32"))
    rows = np.array([[3, 0], [4, 1], [2, 5], [np.inf, -1]], "float32")
    expected = [[0, -1], [0, 1], [0, 1], [0, -1]]
    np.testing.assert_allclose(layer(rows), expected, atol=1e-6)


@pytest.mark.long
# Of tf2onnx, and of the interpreter that TensorFlow has.
@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore:.*tf.lite:UserWarning")
@pytest.mark.parametrize("format", ["litert", "onnx"])
def test_export(format, tmp_path):
    x = RANDOM.normal(size=(20, 4)).astype("float32")
    model = models.TabMClassifier(1, **SMALL)
    model.adapt(x)
    expected = model(x).numpy()
    suffix = "tflite" if format == "litert" else "onnx"
    path = str(tmp_path / f"model.{suffix}")
    model.export(path, format=format, verbose=False)
    if format == "onnx":
        session = pytest.importorskip("onnxruntime").InferenceSession(path)
        [outputs] = session.run(None, {session.get_inputs()[0].name: x})
    else:
        run = tf.lite.Interpreter(path).get_signature_runner()
        [name] = run.get_input_details()
        [outputs] = run(**{name: x}).values()
    np.testing.assert_allclose(outputs, expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    ("use", "message"),
    [
        (lambda m: m.fit(np.ones((9, 2)), np.ones(9), epochs=1), "must be adapted"),
        (lambda m: m.adapt(np.full((3, 2), np.nan), np.ones(3)), "finite numbers"),
        (lambda m: (m.adapt(X, Y), m.compile(), m.fit(X, Y)), "`epochs` must say"),
        (lambda m: m.adapt(X), "needs the targets too"),
        (lambda _: models.TabMRegressor(variant="packed"), "`variant` must be one of"),
        (lambda _: models.TabMRegressor(kernel_initializer="ones"), "decides on it"),
        (
            lambda m: (m.adapt(X, Y), m.compute_loss(X, Y, keras.ops.ones((30, 1)))),
            "each of its networks",
        ),
    ],
)
def test_errors(use, message):
    with pytest.raises(ValueError, match=message):
        use(models.TabMRegressor(**SMALL))


X, Y = RANDOM.normal(size=(30, 2)), RANDOM.normal(size=30)
