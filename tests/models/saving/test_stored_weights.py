"""Weights that a file has and a model has no place for are an error that names them."""

import re

import keras
import numpy as np
import pytest

import keras_mlp
from keras_mlp.layers import MLP, Dense
from keras_mlp.models import MLPAutoencoder, MLPClassifier, MLPRegressor

x = np.random.default_rng(0).normal(3, 2, (16, 4)).astype("float32")


def block(**options):
    return keras_mlp.Sequential([keras.Input((4,)), MLP([4, 4], **options)])


def functional(layers):
    inputs = keras.Input((4,))
    outputs = inputs
    for _ in range(layers):
        outputs = Dense(4)(outputs)
    return keras_mlp.Model(inputs, outputs)


def of(kind, *arguments, adapted=False, **options):
    model = kind(*arguments, hidden_units=[4], **options)
    if adapted:
        targets = (x,) if kind is MLPRegressor else ()
        model.adapt(x, *targets)
    model.build((None, 4))
    return model


class Subclassed(keras_mlp.Model):
    def __init__(self, head):
        super().__init__()
        self.with_head = head
        self.body = Dense(4)
        self.head = Dense(4) if head else None
        self.build((None, 4))

    def build(self, shape):
        self.body.build(shape)
        if self.head:
            self.head.build(shape)
        self.built = True

    def call(self, inputs):
        return self.body(inputs)

    def get_config(self):
        return {"head": self.with_head}


# What was saved, what it is loaded into, and the place of what has none there.
SURPLUS = [
    (lambda: of(MLPClassifier, 3, adapted=True), lambda: of(MLPClassifier, 3)),
    (lambda: of(MLPRegressor, 4, adapted=True), lambda: of(MLPRegressor, 4)),
    (lambda: of(MLPClassifier, 3, normalization="batch"), lambda: of(MLPClassifier, 3)),
    (lambda: block(normalization="layer"), block),
    (lambda: functional(3), lambda: functional(2)),
    (lambda: Subclassed(True), lambda: Subclassed(False)),
]


@pytest.mark.parametrize(("saved", "other"), SURPLUS)
@pytest.mark.parametrize("name", ["a.weights.h5", "a.keras"])
def test_surplus_weights_are_named_and_nothing_is_loaded(saved, other, name, tmp_path):
    saved, other = saved(), other()
    if name.endswith("keras"):
        saved.save(tmp_path / name)
    else:
        saved.save_weights(tmp_path / name)
    before = other.get_weights()
    surplus = "standardization|batch_normalization|layer_normalization|dense_2|head"
    message = rf"{name}.*no place for, of \S*({surplus}) \[.*`skip_mismatch=True`"
    with pytest.raises(ValueError, match=message):
        other.load_weights(tmp_path / name)
    for mine, kept in zip(other.get_weights(), before, strict=True):
        np.testing.assert_array_equal(mine, kept)
    # As in Keras.
    other.load_weights(tmp_path / name, skip_mismatch=True)
    assert not np.array_equal(other.get_weights()[0], before[0])
    saved.load_weights(tmp_path / name)


@pytest.mark.parametrize(
    ("saved", "other", "words"),
    [
        (block, lambda: block(normalization="batch"), "no weights for the model's"),
        (block, lambda: block(use_bias=False), "in another number"),
        (lambda: functional(2), lambda: functional(3), "no weights for .*dense_2"),
        (
            lambda: of(MLPAutoencoder),
            lambda: of(MLPAutoencoder, tied=True),
            "no place for|no weights|other shapes",
        ),
    ],
)
# Keras warns of a list of layers before it says that one of them has no weights.
@pytest.mark.filterwarnings("ignore:Skipping nested container")
def test_what_is_missing_is_named(saved, other, words, tmp_path):
    saved().save_weights(tmp_path / "a.weights.h5")
    with pytest.raises(ValueError, match=f"a.weights.h5.*{words}"):
        other().load_weights(tmp_path / "a.weights.h5")


def test_both_are_named_but_not_all_of_many(tmp_path):
    functional(9).save_weights(tmp_path / "a.weights.h5")
    with pytest.raises(
        ValueError, match=re.escape("and 4 more; no weights for the model's ")
    ):
        block().load_weights(tmp_path / "a.weights.h5")


def test_what_only_a_training_needs_may_be_left_over(tmp_path):
    class Gan(keras_mlp.Sequential):
        """Has an optimizer and a metric of its own while it is trained."""

    trained = Gan([keras.Input((4,)), Dense(4), keras.layers.Dropout(0.5), Dense(4)])
    trained.second_optimizer = keras.optimizers.Adam()
    trained.second_optimizer.build(trained.trainable_variables)
    trained.tracker = keras.metrics.Mean()
    trained.compile("adam", "mse", metrics=["mae"])
    trained.fit(x, x, verbose=0)
    trained.save_weights(tmp_path / "a.weights.h5")
    served = keras_mlp.Sequential([keras.Input((4,)), Dense(4), Dense(4)])
    served.load_weights(tmp_path / "a.weights.h5")
    np.testing.assert_allclose(
        served.predict(x, verbose=0), trained.predict(x, verbose=0), rtol=1e-6
    )


def test_weights_of_stock_keras_are_compared_too(tmp_path):
    stock = keras.Sequential([keras.Input((4,)), keras.layers.Dense(4)])
    stock.save_weights(tmp_path / "a.weights.h5")
    keras_mlp.Sequential([keras.Input((4,)), Dense(4)]).load_weights(
        tmp_path / "a.weights.h5"
    )
    stock.add(keras.layers.PReLU())
    stock.save_weights(tmp_path / "a.weights.h5")
    with pytest.raises(ValueError, match="layers/p_re_lu"):
        keras_mlp.Sequential([keras.Input((4,)), Dense(4)]).load_weights(
            tmp_path / "a.weights.h5"
        )
