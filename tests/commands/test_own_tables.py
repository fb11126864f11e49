"""`keras-mlp` on a table that a user brings."""

import csv
import json
import sys
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_mlp.cli import main

NAMES = ["length", "city", "zip", "day", "age"]
CLASSES = ["a", "b", "c"]


@pytest.fixture(autouse=True)
def _in_scratch_directory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def read_rows(path):
    with Path(path).open(newline="") as file:
        return list(csv.DictReader(file))


def write(path, *lines):
    Path(path).write_text("\n".join(lines) + "\n")
    return path


def predict(run, path, out="answers.csv"):
    assert main(["predict", str(run.directory), str(path), "--out", out]) == 0
    rows = read_rows(out)
    answers = [row["kind"] for row in rows]
    columns = [[float(row[f"probability {name}"]) for row in rows] for name in CLASSES]
    return answers, np.transpose(columns)


def as_arrays(rows):
    numbers = {
        name: np.array([float(row[name] or "nan") for row in rows], "float32")
        for name in ("length", "age")
    }
    texts = {n: [r[n] for r in rows] for n in ("city", "zip", "day")}
    return {name: numbers.get(name, texts.get(name)) for name in NAMES}


def test_run(table_run, table_file):
    record = json.loads((table_run.directory / "run.json").read_text())
    assert (record["recipe"], record["dataset"]) == ("table", str(table_file))
    assert record["data"] == {
        "task": "classification",
        "target": "kind",
        "columns": NAMES,
        "class_names": CLASSES,
        "rows": [168, 24, 48],
    }
    assert record["hyperparameters"]["hidden_units"] == [8]
    # Not by chance, which is 1/3.
    assert record["test"]["accuracy"] > 0.8
    for told in ("240 rows", "zip     text     0        4", "3 classes: a, b, c"):
        assert told in table_run.output
    assert (table_run.directory / "report.html").is_file()


@pytest.mark.long
@pytest.mark.parametrize("model", ["realmlp", "tabm"])
def test_published_networks_train_on_it(model, table_file, capsys):
    words = ["--table", str(table_file), "--target", "kind", "--model", model]
    assert main(["train", *words, "--epochs", "2", "--out", "run"]) == 0
    record = json.loads(Path("run/run.json").read_text())
    assert record["recipe"] == f"table-{model}"
    # A fifth of what is left of the test rows validates.
    assert record["data"]["rows"] == [144, 48, 48]
    assert len(record["history"]["val_loss"]) == 2
    assert main(["predict", "run", str(table_file), "--out", "answers.csv"]) == 0
    assert {row["kind"] for row in read_rows("answers.csv")} <= set(CLASSES)
    capsys.readouterr()
    assert main(["train", "digits", "--model", model]) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert line.endswith(
        f"--model {model} is for tables. Received: no --table. Add --table FILE, or "
        "choose another model."
    )


def test_predict_says_what_the_model_does(table_run, table_file):
    answers, probabilities = predict(table_run, table_file)
    columns = as_arrays(read_rows(table_file))
    model = keras.saving.load_model(table_run.directory / "model.keras")
    logits = model.predict(columns, verbose=0)
    odds = np.exp(logits - logits.max(1, keepdims=True))
    expected = odds / odds.sum(1, keepdims=True)
    np.testing.assert_allclose(probabilities, expected, atol=2e-6)
    assert answers == [CLASSES[place] for place in logits.argmax(1)]


def test_predict_reads_columns_as_the_training_did(table_run):
    head = "zip,length,city,age,day,more"
    rows = ["001,1.0,Rome,3,2024-03-01,x", "A1,1.0,Oslo,3,2024-03-01,y"]
    _, mixed = predict(table_run, write("mixed.csv", head, *rows))
    _, digits = predict(table_run, write("digits.csv", head, rows[0]), "digits-out.csv")
    np.testing.assert_array_equal(digits[0], mixed[0])
    # A category that was never seen, nothing at all, and a time.
    odd = ["ZZ,1.0,Lima,3,2024-03-01T10:30:00,", ",,,,,"]
    _, answers = predict(table_run, write("odd.csv", head, *odd), "odd-out.csv")
    np.testing.assert_allclose(answers.sum(1), 1, atol=3e-6)
    _, empty = predict(table_run, write("empty.csv", head, odd[1]), "empty-out.csv")
    np.testing.assert_allclose(empty[0], answers[1], atol=2e-6)


def test_predict_reads_parquet(table_run, table_file):
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    rows = as_arrays(read_rows(table_file)[:9])
    parquet.write_table(pyarrow.table(rows), "rows.parquet")
    lines = table_file.read_text().splitlines()[:10]
    _, expected = predict(table_run, write("nine.csv", *lines), "nine-out.csv")
    _, found = predict(table_run, "rows.parquet", "parquet-out.csv")
    np.testing.assert_array_equal(found, expected)
    parquet.write_table(pyarrow.table({**rows, "age": ["x"] * 9}), "text.parquet")
    run = str(table_run.directory)
    assert main(["predict", run, "text.parquet", "--out", "text-out.csv"]) == 2


def test_evaluate(table_run, table_file, capsys):
    record = json.loads((table_run.directory / "run.json").read_text())
    run = str(table_run.directory)
    assert main(["evaluate", run]) == 0
    assert f"Test accuracy: {record['test']['accuracy']:.4f}" in capsys.readouterr().out

    # Of other rows, which lack the first class, and begin with the last one.
    lines = table_file.read_text().splitlines()
    rest = [line for line in reversed(lines[1:]) if not line.endswith("a")]
    write("rest.csv", lines[0], *rest)
    answers, _ = predict(table_run, "rest.csv")
    right = np.mean([a == line[-1] for a, line in zip(answers, rest, strict=True)])
    capsys.readouterr()
    assert main(["evaluate", run, "--table", "rest.csv"]) == 0
    [line] = [x for x in capsys.readouterr().out.splitlines() if "accuracy" in x]
    assert float(line.rpartition(" ")[2]) == pytest.approx(right, abs=1e-4)


def test_export(table_run, table_file, capsys):
    assert main(["export", str(table_run.directory), "--out", "served"]) == 0
    assert "served/signature.json" in capsys.readouterr().out
    columns = as_arrays(read_rows(table_file)[:20])
    served = tf.saved_model.load("served")
    answers = served.serve({n: tf.constant(v) for n, v in columns.items()})
    lines = table_file.read_text().splitlines()[:21]
    expected, _ = predict(table_run, write("some.csv", *lines))
    assert [name.decode() for name in answers["classes"].numpy()] == expected


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "suffix", "needed"),
    [("onnx", ".onnx", "tf2onnx"), ("litert", ".tflite", "ai_edge_litert")],
)
def test_export_by_codes(table_run, name, suffix, needed):
    pytest.importorskip(needed)
    command = ["export", str(table_run.directory), "--format", name]
    assert main([*command, "--out", f"codes{suffix}"]) == 0
    about = json.loads(Path(f"codes{suffix}.signature.json").read_text())
    assert "zip" in json.dumps(about)


@pytest.mark.long
def test_regression_without_matplotlib(train, table_file, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    run = train(
        *("--table", str(table_file), "--target", "age", "--exclude", "day,zip"),
        *("--model", "linear", "--validation", "0", "--test", "0.25", "--epochs", "2"),
    )
    record = json.loads((run.directory / "run.json").read_text())
    assert record["data"]["task"] == "regression"
    assert record["data"]["columns"] == ["length", "city", "kind"]
    assert record["data"]["rows"] == [180, 60]
    assert record["hyperparameters"]["hidden_units"] == []
    assert "val_loss" not in record["history"]
    report = (run.directory / "report.html").read_text()
    assert "keras-mlp[plot]" in report
    assert not list(run.directory.glob("*.png"))
    out = ["--out", "ages.csv"]
    assert main(["predict", str(run.directory), str(table_file), *out]) == 0
    ages = [float(row["age"]) for row in read_rows("ages.csv")]
    # In the units of the target.
    assert len(ages) == 240
    assert 5 < np.mean(ages) < 45


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("train --table T", "no --target. Add --target COLUMN"),
        ("train --table T --target kinds", "Did you mean 'kind'?"),
        ("train --table T --target length", "6 of 240 rows"),
        ("train --table T --target kind --task regression", "which holds texts"),
        ("train --table T --target kind --columns city,ag", "Did you mean 'age'?"),
        ("train --table T --target kind --columns ,", "must be names of columns"),
        ("train --table T --target kind --exclude citi", "Did you mean 'city'?"),
        ("train --table T --target kind --group citi", "Did you mean 'city'?"),
        ("train --table T --target kind --test 0", "`test_size` above 0"),
        ("train --table T --target kind --activation rellu", "activation='rellu'"),
        ("train --table T --target kind --dataset mnist_5k", "exclude each other"),
        ("train digits --table T --target kind", "exclude each other"),
        ("train --table T --target kind --images .", "not allowed with argument"),
        ("train --table constant.csv --target y", "one class only"),
        ("train --table empty.csv --target y", "must hold a table"),
        ("train --table header.csv --target y", "must have rows"),
        ("train --table . --target y", "a directory"),
        ("train --table noise.csv --target y", "Received: binary data"),
        ("train --table heade.csv --target y", "Did you mean 'header.csv'?"),
        ("train table", "train --table FILE --target COLUMN"),
        ("reproduce table", "train --table FILE --target COLUMN"),
        ("train digits --target kind", "--target is for tables"),
        ("train linear-regression --dropout 0.1", "--dropout is for multilayer"),
        ("train linear-regression --validation 0.1", "--validation is for recipes"),
        ("train --model linear --hidden-units 3", "has no hidden layers"),
        ("train --model linear --dropout 0.1", "has no hidden layers"),
        ("predict R header.csv", "must have rows"),
        ("predict R lacks.csv", "Received: 'zip'"),
        ("predict R text.csv", "Column 'age' of 'text.csv' must hold numbers. "
         "Received: 'old' in row 2"),
        ("predict R day.csv", "must hold dates. Received: 'soon' in row 1"),
        ("predict R text.csv text.csv", "must be one table"),
        ("predict R missing.csv", "'missing.csv'"),
        ("predict R T --out header.csv", "'header.csv', which exists"),
        ("predict R T --invert", "--invert is for images"),
        ("evaluate R --table other.csv", "['d'] in 'other.csv'"),
        ("evaluate R --dataset mnist_5k", "--dataset is for the runs of images"),
        ("evaluate R/model.keras", "Evaluate the run directory itself"),
        ("evaluate L --table T", "--table is for the runs of tables"),
        ("export R --quantize int8", "--quantize is for"),
    ],
)  # fmt: skip
def test_mistakes(words, message, table_file, table_run, line_run, capsys):
    Path("noise.csv").write_bytes(b"\x00\x01\x02" * 99)
    Path("empty.csv").touch()
    write("header.csv", "x,y")
    write("constant.csv", "x,y", "1,k", "2,k", "3,k")
    write("lacks.csv", "length,city,day,age", "1,Rome,2024-01-01,2")
    head = ",".join([*NAMES, "kind"])
    write("text.csv", head, "1,Rome,A1,2024-01-01,2,a", "1,Rome,A1,2024-01-01,old,a")
    write("day.csv", head, "1,Rome,A1,soon,2,a")
    write("other.csv", head, "1,Rome,A1,2024-01-01,2,a", "1,Oslo,A1,2024-01-02,2,d")
    before = sorted(Path().rglob("*"))
    places = {"T": str(table_file), "L": str(line_run.directory)}
    run = str(table_run.directory)
    command = [
        run + word[1:] if word in ("R", "R/model.keras") else places.get(word, word)
        for word in words.split()
    ]
    try:
        status = main(command)
    except SystemExit as end:
        status = end.code
    captured = capsys.readouterr()
    assert (status, captured.out) == (2, "")
    [line] = captured.err.splitlines()
    assert message in line
    assert sorted(Path().rglob("*")) == before
