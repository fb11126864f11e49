"""The recipes of RealMLP and TabM on the embedded diamonds."""

import json

import keras
import numpy as np
import pytest

import keras_mlp
from keras_mlp import recipes
from keras_mlp.cli import main

NETWORKS = [
    pytest.param("realmlp-diamonds", keras_mlp.models.RealMLPRegressor),
    pytest.param(
        "tabm-diamonds", keras_mlp.models.TabMRegressor, marks=pytest.mark.long
    ),
]


@pytest.mark.long
@pytest.mark.parametrize(("name", "network"), NETWORKS)
def test_recipe_is_what_the_model_does_by_itself(name, network):
    outcome = recipes.train(recipes.get(name).replace(epochs=2), 3, verbose=0)
    table = keras_mlp.data.table(
        "diamonds_5k",
        batch_size=256,
        drop_remainder=name == "realmlp-diamonds",
        seed=3,
    )
    train, validation, test = table.split(0.2, 0.2)
    model = network(seed=3)
    model.adapt(train)
    model.compile()
    model.fit(train, validation_data=validation, epochs=2, verbose=0)
    columns, prices = test.all_rows()
    predicted = model.predict(columns, verbose=0)[:, 0]
    [figure] = outcome.recipe.figures
    assert figure.measure(outcome) == pytest.approx(
        np.abs(predicted - prices).mean(), rel=1e-5
    )
    np.testing.assert_array_equal(
        outcome.model.predict(columns, verbose=0)[:, 0], predicted
    )


@pytest.mark.long
@pytest.mark.parametrize(("name", "network"), NETWORKS)
def test_commands(name, network, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["train", name, "--epochs", "12", "--seed", "1"]) == 0
    run = tmp_path / "runs" / f"{name}-diamonds_5k-1"
    record = json.loads((run / "run.json").read_text())
    assert record["data"]["rows"] == [2400, 800, 800]
    assert len(record["history"]["loss"]) == 12
    # Their mean absolute deviation is 3,000 dollars.
    error = record["test"]["mean_absolute_error"]
    assert error < 1000
    page = (run / "report.html").read_text()
    for heading in ("Which columns matter", "Errors", "History"):
        assert heading in page
    model = keras.saving.load_model(run / "model.keras")
    assert type(model) is network
    capsys.readouterr()
    assert main(["evaluate", str(run)]) == 0
    assert f"Test mean_absolute_error: {error:.4f}" in capsys.readouterr().out
    assert main(["export", str(run)]) == 0
    assert main(["play", str(run)]) == 2
    assert "layer 'inputs' of class" in capsys.readouterr().err


@pytest.mark.parametrize("name", [network.values[0] for network in NETWORKS])
def test_what_is_not_published_is_refused(name, capsys, tmp_path):
    for arguments, message in [
        (["train", name, "--optimizer", "sgd"], "`optimizer` must be one of 'adam"),
        (["train", name, "--dropout", "0.5"], "--dropout is for multilayer"),
        (["train", name, "--target", "carat"], "--target is for tables"),
        (["show", name], "a short program of plain Keras"),
    ]:
        more = ["--out", str(tmp_path / "run")] if arguments[0] == "train" else []
        assert main([*arguments, *more]) == 2
        [line] = capsys.readouterr().err.splitlines()
        assert message in line
