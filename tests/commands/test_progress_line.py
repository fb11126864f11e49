import re

import keras
import numpy as np
import pytest

import keras_mlp
from keras_mlp.commands.train import progress_line
from keras_mlp.commands.train.progress_line import ProgressLine


@pytest.mark.parametrize("columns", [80, 40])
def test_no_line_is_wider_than_the_terminal(columns, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setattr(progress_line, "INTERVAL", 0)
    model = keras_mlp.Sequential([keras.Input((2,)), keras_mlp.layers.Dense(1)])
    metrics = ["mean_squared_error", "mean_absolute_error"]
    model.compile("sgd", "mse", metrics=metrics)
    x = np.ones((96, 2), "float32")
    history = model.fit(
        *(x, x[:, :1]), epochs=2, validation_split=0.5, callbacks=[ProgressLine()]
    ).history
    text = capsys.readouterr().out
    assert text.count("\r\x1b[K") >= 4
    lines = re.split(r"\r\x1b\[K|\n", text)
    assert max(map(len, lines)) < columns
    # It took the place of Keras' own bar.
    assert "\b" not in text
    last = " ".join(text.rpartition("\r\x1b[K")[2].split())
    assert last.startswith("Epoch 2/2 ")
    for name, values in history.items():
        assert f" {name}={values[-1]:.4f}" in last


def test_it_slows_nothing_down():
    model = keras_mlp.Sequential([keras.Input((2,)), keras_mlp.layers.Dense(1)])
    model.compile("sgd", "mse")
    x = np.ones((96, 2), "float32")
    plans = [
        str(model.plan(x, x[:, :1], callbacks=callbacks))
        for callbacks in ([], [ProgressLine()])
    ]
    assert plans[0] == plans[1]
