"""`MLP` equals the same network composed of stock Keras layers, option by option."""

from collections import Counter

import keras
import numpy as np
import pytest
import tensorflow as tf

import keras_mlp
from keras_mlp.layers import MLP
from tests.layers.composed import composed

UNITS = [6, 6, 8, 3]
OPTIONS = {
    "defaults": {},
    "activation": {"activation": "tanh"},
    "activation of each": {"activation": ["tanh", "relu", "elu"]},
    "final activation": {"final_activation": "softmax"},
    "no bias": {"use_bias": False},
    "bias of each": {"use_bias": [True, False, True, False]},
    "no final bias": {"use_final_bias": False},
    "only a final bias": {"use_bias": False, "use_final_bias": True},
    "regularizers": {
        "kernel_regularizer": "l2",
        "bias_regularizer": [None, "l1", "l2", "l1"],
    },
    "activity": {"activity_regularizer": "l2"},
    "activity of the last": {"activity_regularizer": [None, None, None, "l1"]},
    "activity, normalized": {"activity_regularizer": "l1", "normalization": "layer"},
    "activity, gated": {"activity_regularizer": "l1", "gate": "swiglu"},
    "constraints": {"kernel_constraint": "unit_norm", "bias_constraint": "non_neg"},
    "dropout": {"dropout": 0.4},
    "dropout of each": {"dropout": [0.0, 0.5, 0.2]},
    "selu": {"activation": "selu", "dropout": 0.3},
    "batch": {"normalization": "batch"},
    "layer": {"normalization": "layer"},
    "rms": {"normalization": "rms"},
    "normalization of each": {"normalization": ["batch", None, "rms"]},
    "made normalization": {"normalization": keras.layers.UnitNormalization},
    "residual": {"residual": True},
    "residual of each": {"residual": [False, True, "project"]},
    "projected residual": {"residual": "project"},
    "glu": {"gate": "glu"},
    "swiglu": {"gate": "swiglu"},
    "geglu": {"gate": "geglu"},
    "gate of each": {"gate": ["glu", None, "geglu"]},
    "all": {
        "activation": ["relu", "tanh", "relu"],
        "dropout": 0.2,
        "normalization": "batch",
        "residual": "project",
        "gate": [None, None, "swiglu"],
        "activity_regularizer": "l2",
        "kernel_regularizer": "l1",
    },
}


def examples():
    random = np.random.default_rng(0)
    x, y = random.normal(size=(20, 6)), random.normal(size=(20, UNITS[-1]))
    return x.astype("float32"), y.astype("float32")


def both(options):
    """Ours and the reference, each a model with the same weights."""
    mlp = MLP(UNITS, bias_initializer="normal", seed=0, **options)
    ours = keras_mlp.Sequential([keras.Input((6,)), mlp])
    return ours, composed(mlp, (6,), **options)


def weights_by_name(model):
    """Every weight under the names of its layer and its own."""
    return {
        "/".join(weight.path.split("/")[-2:]): weight.numpy()
        for weight in model.weights
    }


def assert_equal(ours, stock):
    ours, stock = weights_by_name(ours), weights_by_name(stock)
    assert ours.keys() == stock.keys()
    for name, value in ours.items():
        np.testing.assert_allclose(value, stock[name], rtol=1e-6, atol=1e-6)


def gradients(model, x, y):
    with tf.GradientTape() as tape:
        loss = keras.ops.mean((model(x, training=True) - y) ** 2)
        loss += sum(model.losses)
    names = ["/".join(w.path.split("/")[-2:]) for w in model.trainable_weights]
    return dict(zip(names, tape.gradient(loss, model.trainable_weights), strict=True))


@pytest.mark.long_after(8)
@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
def test_outputs_gradients_and_an_epoch(options):
    ours, stock = both(options)
    x, y = examples()
    np.testing.assert_allclose(ours(x), stock(x), rtol=1e-6, atol=1e-6)
    # Dropout of both draws from the same seeds.
    of_ours, of_stock = gradients(ours, x, y), gradients(stock, x, y)
    assert of_ours.keys() == of_stock.keys()
    for name, gradient in of_ours.items():
        np.testing.assert_allclose(gradient, of_stock[name], rtol=1e-6, atol=1e-6)
    for model in (ours, stock):
        optimizer = keras.optimizers.SGD(0.05, momentum=0.9)
        model.compile(optimizer, loss="mse", run_eagerly=True)
    for start in range(0, len(x), 12):
        batch = slice(start, start + 12)
        losses = [m.train_on_batch(x[batch], y[batch]) for m in (ours, stock)]
    np.testing.assert_allclose(*losses, rtol=1e-6)
    assert_equal(ours, stock)


@pytest.mark.parametrize(
    "options",
    [
        pytest.param(OPTIONS["all"], id="all"),
        pytest.param(OPTIONS["selu"], id="selu", marks=pytest.mark.long),
    ],
)
def test_an_epoch_of_fit(options):
    ours, stock = both(options)
    x, y = examples()
    for model in (ours, stock):
        model.compile("sgd", loss="mse")
        model.fit(x, y, batch_size=8, shuffle=False, verbose=0)
    assert_equal(ours, stock)


def operations(model):
    """How many operations of each kind a training step of the model takes."""

    @tf.function
    def step(x):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(model(x, training=True) ** 2)
        return tape.gradient(loss, model.trainable_weights)

    graph = step.get_concrete_function(tf.TensorSpec((8, 6))).graph
    return Counter(operation.type for operation in graph.get_operations())


def written_out(**options):
    dense, layers = keras.layers.Dense, []
    for units in UNITS[:-1]:
        if options.get("normalization"):
            layers += [dense(units), keras.layers.LayerNormalization()]
            layers += [keras.layers.Activation("relu")]
        else:
            layers += [dense(units, activation="relu")]
        layers += [keras.layers.Dropout(0.2)] if options.get("dropout") else []
    return keras.Sequential([keras.Input((6,)), *layers, dense(UNITS[-1])])


@pytest.mark.parametrize(
    "options", [{}, {"normalization": "layer", "dropout": 0.2}], ids=["plain", "more"]
)
def test_takes_exactly_the_operations_of_the_layers_written_out(options):
    block = keras.Sequential([keras.Input((6,)), MLP(UNITS, **options)])
    assert operations(block) == operations(written_out(**options))
