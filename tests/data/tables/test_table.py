"""Tables from all sources, against pandas, NumPy and the text of the files."""

import csv
import gzip
import logging

import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_mlp import Model, data
from tests.data.tables.helpers import rows_of, same

ROWS = [
    ("1.5", "red", "true", "2024-05-01", "a"),
    ("", "", "false", "", "b"),
    ("3", 'two, "words"\nin lines', "", "2023-12-31", "a"),
    ("-2e1", "é", "true", "2024-05-02", "b"),
]
NAMES = ("x", "text", "flag", "day", "label")


def write(path, rows, separator=",", encoding="utf-8", names=NAMES):
    opened = gzip.open if path.name.endswith(".gz") else open
    with opened(path, "wt", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=separator).writerows([names, *rows])
    return path


@pytest.fixture
def expected():
    columns = {
        "x": np.array([1.5, np.nan, 3, -20], "float32"),
        "text": np.array(
            [b"red", b"", b'two, "words"\nin lines', "é".encode()], object
        ),
        "flag": np.array([1, 0, np.nan, 1], "float32"),
        "day": np.array([b"2024-05-01", b"", b"2023-12-31", b"2024-05-02"], object),
    }
    return columns, np.array([0, 1, 0, 1])


@pytest.mark.parametrize("in_memory", [True, False])
@pytest.mark.parametrize(
    ("separator", "encoding", "ending", "says"),
    [
        (",", "utf-8", ".csv", ("comma", "utf-8")),
        (";", "utf-8-sig", ".csv.gz", ("semicolon", "utf-8-sig")),
        ("\t", "utf-16", ".tsv", ("tab", "utf-16")),
        ("|", "latin-1", ".csv", ("bar", "latin-1")),
    ],
)
def test_csv_of_any_form(
    tmp_path, expected, in_memory, separator, encoding, ending, says
):
    path = write(tmp_path / f"rows{ending}", ROWS, separator, encoding)
    table = data.table(path, "label", 3, shuffle=False, in_memory=in_memory)
    assert same(rows_of(table), expected)
    assert table.class_names == ("a", "b")
    assert table.in_memory == in_memory
    about = table.describe()
    assert (about.facts["separator"], about.facts["encoding"]) == says
    assert [column.type for column in about.columns.values()] == [
        "number",
        "text",
        "boolean",
        "date",
        "text",
    ]
    assert about.columns["x"].missing == 1
    assert about.columns["x"].range == (-20, 3)
    assert all(word in str(about) for word in (*says, "4 rows", "2024-05-02"))


def test_types_are_those_of_the_whole_file(tmp_path):
    # More than a block: what is no number comes last, and what is no UTF-8.
    rows = [("1", "x", "0")] * 700_000
    path = write(
        tmp_path / "rows.csv", [*rows, ("none", "é", "1")], ",", "latin-1", "aby"
    )
    table = data.table(path, "y", 100_000, shuffle=False)
    columns, _ = rows_of(table)
    assert columns["a"][-1] == b"none"
    assert columns["b"][-1] == "é".encode()
    assert table.describe().facts["encoding"] == "latin-1"


def test_decimal_commas(tmp_path):
    path = write(tmp_path / "rows.csv", [("1,5", "0"), ("2,25", "1")], ";", names="xy")
    columns, _ = rows_of(data.table(path, "y", shuffle=False))
    assert columns["x"].tolist() == [1.5, 2.25]


def test_types(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("zip,n,gap,y\n007,1,,a\n010,x,,b\n")
    rows = data.table(path, "y", types={"zip": "text", "gap": "text"}, shuffle=False)
    assert rows_of(rows)[0]["zip"].tolist() == [b"007", b"010"]
    wrong = r"Column 'n' of .* must hold numbers. Received: 'x' in row 2"
    with pytest.raises(ValueError, match=wrong):
        data.table(path, "y", types={"n": "number"})
    with pytest.raises(ValueError, match=r"must hold dates. Received: '007' in row 1"):
        data.table(path, "y", types={"zip": "date"})
    with pytest.raises(ValueError, match=r"`types` must name a column .*'zipp'"):
        data.table(path, "y", types={"zipp": "text"})
    with pytest.raises(ValueError, match=r"types\['zip'\]` must be one of"):
        data.table(path, "y", types={"zip": "texts"})
    with pytest.raises(ValueError, match="`types` is for CSV files"):
        data.table({"x": [1, 2], "y": [0, 1]}, "y", types={"x": "number"})


def test_missing_values(tmp_path):
    path = write(
        tmp_path / "rows.csv", [("1", "0"), ("?", "1"), ("NA", "1")], names="xy"
    )
    text, _ = rows_of(data.table(path, "y", shuffle=False))
    assert text["x"].tolist() == [b"1", b"?", b""]
    number, _ = rows_of(
        data.table(path, "y", missing_values=["?", "NA"], shuffle=False)
    )
    np.testing.assert_array_equal(number["x"], np.array([1, np.nan, np.nan], "float32"))


def test_several_files_and_patterns(tmp_path, expected):
    paths = [
        write(tmp_path / "rows-1.csv", ROWS[:1]),
        write(tmp_path / "rows-2.csv", ROWS[1:], ";"),
    ]
    for source in (paths, str(tmp_path / "rows-*.csv")):
        table = data.table(source, "label", shuffle=False)
        assert same(rows_of(table), expected)
    assert table.describe().facts["separator"] == "comma and semicolon"


def test_frames_dictionaries_and_parquet(tmp_path, expected):
    pandas = pytest.importorskip("pandas")
    polars = pytest.importorskip("polars")
    path = write(tmp_path / "rows.csv", ROWS)
    frame = pandas.read_csv(path, parse_dates=["day"]).astype({"text": "category"})
    frame["day"] = frame["day"].dt.date
    other = polars.read_csv(path, try_parse_dates=True)
    other.write_parquet(tmp_path / "rows.parquet")
    for source in (
        frame,
        other,
        other.to_arrow(),
        {name: frame[name] for name in frame},
        tmp_path / "rows.parquet",
    ):
        assert same(rows_of(data.table(source, "label", shuffle=False)), expected)


@pytest.mark.parametrize(
    ("values", "task", "names"),
    [
        ([3, 1, 3, 2], "classification", ("1", "2", "3")),
        (["b", "a", "b", "b"], "classification", ("a", "b")),
        ([True, False, True, True], "classification", ("False", "True")),
        ([0.5, 1.0, 2.0, 0.5], "regression", None),
        (list(range(21)), "regression", None),
    ],
)
def test_the_task_follows_from_the_target(values, task, names):
    table = data.table({"x": np.arange(len(values)), "y": values}, "y", shuffle=False)
    assert (table.task, table.class_names, table.target) == (task, names, "y")
    _, target = rows_of(table)
    if names is None:
        assert target.dtype == np.float32
        np.testing.assert_array_equal(target, values)
    else:
        assert target.dtype == np.int64
        assert [names[label] for label in target] == [str(value) for value in values]
    assert task in str(table.describe())


def test_the_task_can_be_set():
    source = {"x": [1, 2, 3], "y": [1, 2, 1]}
    assert data.table(source, "y", task="regression").class_names is None
    source = {"x": [1, 2, 3], "y": [0.0, 1.0, 0.0]}
    table = data.table(source, "y", task="classification")
    assert table.class_names == ("0", "1")


def test_columns_exclude_and_no_target():
    source = {"a": [1, 2], "b": [3, 4], "c": [5, 6], "y": [0, 1]}
    assert data.table(source, "y", columns=["c", "a"]).columns == ("c", "a")
    assert data.table(source, "y", exclude=["b"]).columns == ("a", "c")
    table = data.table(source, columns=["a"])
    assert (table.target, table.task, table.shuffled) == (None, None, False)
    [(columns,)] = table
    assert columns["a"].numpy().tolist() == [1, 2]


def test_the_order_is_a_function_of_seed_and_epoch():
    table = data.table({"x": np.arange(50), "y": np.arange(50) % 2}, "y", 8, seed=7)
    rows_of(table)
    columns, _ = rows_of(table)
    order = tf.random.experimental.stateless_shuffle(
        tf.range(50, dtype="int64"), seed=(7, 1), alg="philox"
    )
    np.testing.assert_array_equal(columns["x"], order)
    assert len(table) == 7
    full = data.table(
        {"x": np.arange(50), "y": np.arange(50)}, "y", drop_remainder=True
    )
    assert full.element_spec[0]["x"].shape == (32,)


def test_streamed_rows_are_mixed_within_pools(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr("keras_mlp.data.tables.streamed_rows.POOL_BYTES", 1)
    names = ("x", "word", "y")
    rows = [(i, f"w{i}", i % 2) for i in range(3000)]
    path = write(tmp_path / "rows.csv", rows, names=names)
    options = {"batch_size": 100, "seed": 3, "in_memory": False}
    with caplog.at_level(logging.WARNING, "keras_mlp"):
        table = data.table(path, "y", **options)
    assert "shuffled within pools of 1024" in caplog.text
    first, labels = rows_of(table)
    second, _ = rows_of(table)
    assert sorted(first["x"]) == list(range(3000))
    assert (first["x"][:1024] < 1024).all()
    assert not np.array_equal(first["x"], np.sort(first["x"]))
    assert not np.array_equal(first["x"], second["x"])
    assert first["word"].tolist() == [f"w{int(x)}".encode() for x in first["x"]]
    np.testing.assert_array_equal(labels, first["x"] % 2)
    # Any batch of any epoch can be had again.
    again = data.table(path, "y", **options)
    again.epoch.assign(1)
    rest, _ = rows_of(again.rest(4))
    np.testing.assert_array_equal(rest["x"], second["x"][400:])
    held_out, train = data.table(path, "y", **options).split_at(2)
    assert sorted(rows_of(held_out)[0]["x"]) == list(range(200))
    assert len(train) == 28


@pytest.mark.parametrize("in_memory", [True, False])
def test_models_train_on_tables(in_memory, tmp_path):
    path = write(tmp_path / "rows.csv", [(i, i % 2) for i in range(64)], names="xy")
    table = data.table(path, "y", 8, in_memory=in_memory)
    inputs = {"x": keras.Input((), name="x")}
    hidden = keras.layers.Reshape((1,))(inputs["x"])
    outputs = keras.layers.Dense(2)(hidden)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model = Model(inputs, outputs)
    model.compile("sgd", loss)
    model.fit(table, epochs=2, verbose=0)
    assert int(table.epoch) == 2


def test_predictions_that_are_not_finite_name_the_row():
    inputs = {"x": keras.Input((), name="x")}
    model = Model(inputs, keras.layers.Reshape((1,))(inputs["x"]))
    rows = data.table({"x": [1.0, 2.0, np.nan]}, batch_size=1)
    with pytest.raises(ValueError, match=r"NaN.* 1 example, .*index 2"):
        model.predict(rows, verbose=0)
