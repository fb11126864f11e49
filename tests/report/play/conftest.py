import json

import numpy as np
import pytest

import keras_mlp
from keras_mlp import report
from tests.browser import a_browser


@pytest.fixture(scope="session")
def browser():
    yield from a_browser()


@pytest.fixture(scope="session")
def images():
    """Test images of the embedded set, with their labels."""
    batches = keras_mlp.data.load("mnist_5k", "test", flatten=False, scale=False)
    x, y = zip(*batches.as_numpy_iterator(), strict=True)
    return np.concatenate(x).astype("uint8"), np.concatenate(y)


@pytest.fixture(scope="session")
def digits_model():
    model = keras_mlp.models.MLPClassifier(10, [256, 128], seed=0)
    model.compile()
    model.fit(keras_mlp.data.load("mnist_5k"), epochs=1, verbose=0)
    return model


@pytest.fixture(scope="session")
def digits_page(digits_model, images, tmp_path_factory):
    path = tmp_path_factory.mktemp("play") / "play.html"
    x, y = images
    return report.play(digits_model, path, (x[:700], y[:700]), (x[700:], y[700:]))


@pytest.fixture(scope="session")
def outputs(browser):
    """Returns what a page gives for each of some examples, `[n, outputs]`."""

    def ask(path, examples):
        browser.open(path)
        answers = browser.evaluate(f"{json.dumps(examples)}.map(kerasMlp.predict)")
        assert browser.complaints() == []
        return np.array(answers)

    return ask
