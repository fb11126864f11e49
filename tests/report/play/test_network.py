"""JavaScript gives what Keras gives, network by network."""

import keras
import numpy as np
import pytest

import keras_mlp
from keras_mlp import report

RANDOM = np.random.default_rng(0)
ROWS = RANDOM.normal(size=(100, 6)).astype("float32")
IMAGES = RANDOM.integers(0, 256, size=(20, 8, 8, 1)).astype("uint8")
SQUARES = RANDOM.integers(0, 256, size=(4, 28, 28, 1)).astype("uint8")

layers = keras.layers


def with_random_weights(model):
    """Also where they begin as 0 or 1: biases, moving averages."""
    random = np.random.default_rng(1)
    model.set_weights([random.uniform(0.1, 0.6, w.shape) - 0.2 for w in model.weights])
    for weight in model.weights:
        if "variance" in weight.name or "deviation" in weight.name:
            weight.assign(random.uniform(0.5, 2.0, weight.shape))
    return model


def classifier(classes=3, **options):
    model = keras_mlp.models.MLPClassifier(classes, [7, 7, 5], **options)
    model.build((None, 6))
    return with_random_weights(model)


def stock(*inside, shape=(6,)):
    return with_random_weights(keras.Sequential([keras.Input(shape), *inside]))


def graph():
    inputs = keras.Input((6,))
    left = layers.Dense(4, "tanh")(inputs)
    right = layers.Dense(4, "sigmoid")(inputs)
    both = layers.Add()([left, layers.Multiply()([left, right])])
    inner = keras.Sequential([keras.Input((4,)), layers.Dense(2, "softplus")])
    return with_random_weights(keras.Model(inputs, inner(both)))


def regressor():
    model = keras_mlp.models.MLPRegressor(2, [5])
    model.adapt(3 * ROWS + 1, 10 * ROWS[:, :2] - 4)
    model.build((None, 6))
    return model


MODELS = {
    "plain": classifier,
    "one logit": lambda: classifier(1),
    "batch": lambda: classifier(normalization="batch", dropout=0.3),
    "layer": lambda: classifier(normalization="layer", activation="gelu"),
    "rms": lambda: classifier(normalization="rms", activation="silu"),
    "gate": lambda: classifier(gate="geglu", normalization="layer"),
    "residual": lambda: classifier(residual="project", activation="elu"),
    "standardized": lambda: classifier(standardize=True, final_activation="softmax"),
    "regressor": regressor,
    "sequential": lambda: keras_mlp.builders.sequential_mlp(
        [4, 3], input_shape=(6,), activation="selu", seed=0
    ),
    "functional": lambda: keras_mlp.builders.functional_mlp(
        [4], 3, input_shape=(6,), seed=0
    ),
    "graph": graph,
    "activations": lambda: stock(
        layers.Dense(5, use_bias=False),
        layers.LeakyReLU(0.1),
        layers.Dense(5, "relu6"),
        layers.Dense(5, "hard_sigmoid"),
        layers.Dense(5, "softsign"),
        layers.ELU(0.5),
        layers.Dense(5, "exponential"),
        layers.Softmax(),
    ),
}


@pytest.mark.parametrize("name", MODELS)
def test_rows_of_numbers(name, outputs, tmp_path):
    model = MODELS[name]()
    wanted = model.predict(ROWS, verbose=0)
    y = np.zeros_like(wanted) if wanted.shape[1] == 2 else np.arange(100) % 2
    task = {} if wanted.shape[1] == 2 else {"from_logits": name != "standardized"}
    names = ["no", "yes", "perhaps"][: max(2, wanted.shape[1])]
    if task:
        task["class_names"] = names if wanted.shape[1] < 4 else list("abcde")
    path = report.play(model, tmp_path / "play.html", (ROWS, y), **task)
    found = outputs(path, ROWS.tolist())
    np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-5)


def test_images_of_a_digit_network(digits_page, digits_model, images, outputs):
    x = images[0][:100].reshape(100, 784)
    wanted = digits_model.predict(x / np.float32(255), verbose=0)
    found = outputs(digits_page, x.tolist())
    np.testing.assert_allclose(
        keras_mlp.losses.class_probabilities.class_probabilities(found, True),
        keras_mlp.losses.class_probabilities.class_probabilities(wanted, True),
        atol=1e-5,
    )
    # Outputs themselves are numbers to about 20, of float32.
    np.testing.assert_allclose(found, wanted, atol=5e-5)
    assert digits_page.stat().st_size < 1_000_000


IMAGE_MODELS = {
    "preprocessing": lambda: classifier_of_images(),
    "rescaling": lambda: stock(
        layers.Rescaling(1 / 255), layers.Flatten(), layers.Dense(3), shape=(8, 8, 1)
    ),
    "convolutions": lambda: stock(
        layers.Conv2D(3, 3, strides=2, activation="relu"),
        layers.MaxPooling2D(2),
        layers.Flatten(),
        layers.Dense(3),
        shape=(8, 8, 1),
    ),
}


def classifier_of_images():
    preprocessing = keras_mlp.data.ImagePreprocessing()
    model = keras_mlp.models.MLPClassifier(3, [5], preprocessing=preprocessing)
    model.build((None, 8, 8, 1))
    return model


@pytest.mark.parametrize("name", IMAGE_MODELS)
def test_images(name, outputs, tmp_path):
    model = IMAGE_MODELS[name]()
    # The last does not scale by itself: it is to get what the page divides.
    divided = 255 if name == "convolutions" else 1
    wanted = model.predict(IMAGES.astype("float32") / divided, verbose=0)
    labels = np.arange(20) % 3
    path = report.play(
        model, tmp_path / "play.html", (IMAGES, labels), from_logits=True
    )
    found = outputs(path, IMAGES.reshape(20, -1).tolist())
    np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-5)


def tied_autoencoder():
    model = keras_mlp.models.MLPAutoencoder(
        [12, 4], tied=True, final_activation="sigmoid", seed=0
    )
    model.build((None, 784))
    return model


AUTOENCODERS = {
    "tied": tied_autoencoder,
    "convolutional": lambda: keras_mlp.models.ConvAutoencoder(seed=0),
    "chain": lambda: keras_mlp.builders.conv_autoencoder(seed=0).autoencoder,
    "composed": lambda: (
        keras_mlp.builders.conv_autoencoder(composed=True, seed=0).autoencoder
    ),
}


@pytest.mark.parametrize("name", AUTOENCODERS)
def test_autoencoders(name, outputs, browser, tmp_path):
    model = AUTOENCODERS[name]()
    inputs = SQUARES.astype("float32") / 255
    wanted = model.predict(
        inputs.reshape(4, 784) if name == "tied" else inputs, verbose=0
    )
    path = report.play(model, tmp_path / "play.html", (SQUARES, None))
    found = outputs(path, SQUARES.reshape(4, -1).tolist())
    np.testing.assert_allclose(found, wanted.reshape(4, -1), rtol=1e-5, atol=1e-5)
    # A slider for each number of the code.
    sliders = browser.evaluate("document.querySelectorAll('input[type=range]').length")
    assert sliders == (4 if name == "tied" else 16)


REFUSED = {
    "LSTM": lambda: stock(layers.LSTM(2), shape=(3, 2)),
    "padding": lambda: stock(
        layers.Conv2D(1, 3, padding="same"), layers.Flatten(), shape=(8, 8, 1)
    ),
    "'log_sigmoid'": lambda: stock(layers.Dense(2, "log_sigmoid")),
    "used twice": lambda: used_twice(),
}


def used_twice():
    inputs = keras.Input((6,))
    dense = layers.Dense(6)
    return keras.Model(inputs, dense(dense(inputs)))


@pytest.mark.parametrize("reason", REFUSED)
def test_says_which_layer_it_cannot_run(reason, tmp_path):
    model = REFUSED[reason]()
    with pytest.raises(ValueError, match=reason) as raised:
        report.play(model, tmp_path / "play.html", (ROWS, ROWS[:, :2]))
    assert "Argument `model` must be" in str(raised.value)
    assert "Received: layer '" in str(raised.value)
    assert list(tmp_path.iterdir()) == []


def test_refuses_images_that_are_no_images(digits_model, tmp_path):
    floats = np.zeros((3, 28, 28))
    with pytest.raises(ValueError, match="hold images, uint8"):
        report.play(digits_model, tmp_path / "play.html", (floats, np.zeros(3)))
    small = np.zeros((3, 8, 8), "uint8")
    with pytest.raises(ValueError, match="hold images of 784 numbers"):
        report.play(digits_model, tmp_path / "play.html", (small, np.zeros(3)))
