"""Whatever holds a table gives the same raw columns."""

import datetime

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import tensorflow as tf

from keras_mlp.data.columns.raw_columns import raw_columns

NAN = float("nan")

EXPECTED = {
    "number": [1.5, NAN, -2.0],
    "count": [1, NAN, 3],
    "flag": [1, NAN, 0],
    "text": ["x", "", "ü"],
    "day": ["2024-05-01", "", "2020-02-29"],
    "time": ["2024-05-01T12:30:00", "", "2020-02-29T00:00:01"],
}


def values():
    day, leap = datetime.date(2024, 5, 1), datetime.date(2020, 2, 29)
    return {
        "number": [1.5, None, -2.0],
        "count": [1, None, 3],
        "flag": [True, None, False],
        "text": ["x", None, "ü"],
        "day": [day, None, leap],
        "time": [
            datetime.datetime(2024, 5, 1, 12, 30),
            None,
            datetime.datetime(2020, 2, 29, 0, 0, 1),
        ],
    }


def pandas_nullable(columns):
    frame = pd.DataFrame(columns)
    return frame.astype({"count": "Int64", "flag": "boolean", "text": "category"})


@pytest.mark.parametrize(
    "make",
    [
        dict,
        pd.DataFrame,
        pandas_nullable,
        pl.DataFrame,
        lambda columns: pl.DataFrame(columns).cast({"text": pl.Categorical}),
        pa.table,
        lambda columns: pa.table(columns).combine_chunks().to_batches()[0],
    ],
)
def test_every_kind_of_table(make):
    columns = raw_columns(make(values()))
    assert list(columns) == list(EXPECTED)
    for name, expected in EXPECTED.items():
        if isinstance(expected[0], str):
            assert columns[name].tolist() == expected
        else:
            assert columns[name].dtype == "float32"
            np.testing.assert_array_equal(columns[name], np.float32(expected))


def test_arrays_and_tensors():
    columns = raw_columns(
        {
            "bytes": np.array([b"a", b"\xc3\xbc"]),
            "tensor": tf.constant(["a", ""]),
            "flat": np.array([[1], [2]]),
            "days": np.array(["2024-05-01", "NaT"], "datetime64[D]"),
            "large": np.array([1e300, 1.0]),
        }
    )
    assert columns["bytes"].tolist() == ["a", "ü"]
    assert columns["tensor"].tolist() == ["a", ""]
    assert columns["flat"].tolist() == [1, 2]
    assert columns["days"].tolist() == ["2024-05-01", ""]
    assert columns["large"][0] == np.inf


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"a": np.array([1, "2", None], object)}, "'a'.*str in row 1, after int"),
        ({"a": [1], "b": [1, 2]}, "the same length.*'a': 1, 'b': 2"),
        ({1: [2]}, "must have names.*1"),
        ({"a": [[1], [2]]}, "'a'"),
        ({"a": np.ones((2, 2))}, r"'a'.*\(2, 2\)"),
        ({}, "must have a column"),
        ({"a": np.array([b"\xff"])}, "'a' must hold text in UTF-8"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), "two called 'a'"),
        ([1, 2], "must be a data frame.*list"),
    ],
)
def test_what_is_no_table_is_named(data, said):
    with pytest.raises(ValueError, match=said):
        raw_columns(data)
