import keras
import numpy as np
import pytest

import keras_mlp
from keras_mlp.losses import SparseCategoricalCrossentropy

RANDOM = np.random.default_rng(0)
LOGITS = RANDOM.normal(0, 3, size=(6, 4)).astype("float32")
LABELS = RANDOM.integers(0, 4, size=6)
WEIGHTS = RANDOM.uniform(size=6).astype("float32")


def softmax(logits):
    exponentials = np.exp(logits)
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


@pytest.mark.parametrize("smoothing", [0.0, 0.1, 0.7])
@pytest.mark.parametrize("from_logits", [True, False])
@pytest.mark.parametrize("shape", [(6,), (6, 1), (2, 3)])
def test_equals_that_of_one_hot_targets(smoothing, from_logits, shape):
    outputs = LOGITS if from_logits else softmax(LOGITS)
    outputs = outputs.reshape(*([2, 3] if shape == (2, 3) else [6]), 4)
    targets = np.eye(4, dtype="float32")[LABELS].reshape(outputs.shape)
    options = {"from_logits": from_logits, "label_smoothing": smoothing}
    ours = SparseCategoricalCrossentropy(**options)
    stock = keras.losses.CategoricalCrossentropy(**options)
    weights = WEIGHTS.reshape(outputs.shape[:-1])
    np.testing.assert_allclose(
        ours(LABELS.reshape(shape), outputs, weights),
        stock(targets, outputs, weights),
        rtol=1e-5,
    )


def test_config_makes_the_same_loss():
    loss = SparseCategoricalCrossentropy(0.2, from_logits=True, reduction="sum")
    again = keras.losses.deserialize(keras.losses.serialize(loss))
    assert type(again) is SparseCategoricalCrossentropy
    assert again.get_config() == loss.get_config()
    assert float(again(LABELS, LOGITS)) == float(loss(LABELS, LOGITS))


@pytest.mark.parametrize("classes", [1, 4])
def test_is_that_of_a_classifier_that_smooths_labels(classes, tmp_path):
    labels = LABELS % max(2, classes)
    model = keras_mlp.models.MLPClassifier(classes, [], label_smoothing=0.2, seed=0)
    model.compile("sgd")
    model.fit(LOGITS, labels, verbose=0)
    p = model.predict_proba(LOGITS, verbose=0)
    targets = 0.8 * np.eye(p.shape[1])[labels] + 0.2 / p.shape[1]
    expected = -(targets * np.log(p)).sum(axis=1).mean()
    model.save(tmp_path / "model.keras")
    for each in (model, keras_mlp.models.load_model(tmp_path / "model.keras")):
        assert each.label_smoothing == 0.2
        loss = each.evaluate(LOGITS, labels, verbose=0)[0]
        assert loss == pytest.approx(expected, abs=1e-6)


def test_labels_that_cannot_be_are_told():
    model = keras_mlp.models.MLPClassifier(4, [3], label_smoothing=0.1)
    model.compile()
    with pytest.raises(keras_mlp.training.InputError, match="0 to 3"):
        model.fit(LOGITS, LABELS + 1, verbose=0)


@pytest.mark.parametrize("smoothing", [-0.1, 1, "much"])
def test_says_what_is_wrong(smoothing):
    for make in (
        lambda: SparseCategoricalCrossentropy(smoothing),
        lambda: keras_mlp.models.MLPClassifier(3, [2], label_smoothing=smoothing),
    ):
        with pytest.raises(ValueError, match=r"`label_smoothing` must be a .*number"):
            make()
