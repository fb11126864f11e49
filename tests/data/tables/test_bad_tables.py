"""What is wrong with a table is one error, which names column, row and remedy."""

import gzip

import numpy as np
import pytest

from keras_mlp import data

GOOD = "a,b,y\n" + "".join(f"{i},w{i % 3},{i % 2}\n" for i in range(9))


@pytest.mark.parametrize(
    ("contents", "message"),
    [
        ("", "must hold a table.*no line"),
        ("a,y\n", "must have rows"),
        ("a,a,y\n1,2,0\n", r"'a' as columns \[1, 2\]"),
        ("a,y\n1,0\n1,0,7\n", "2\n? fields.*3 in row 3.*'1,0,7'"),
        (b"\x89PNG\r\n\x1a\n\0\0", "binary data"),
        (gzip.compress(GOOD.encode(), mtime=0)[:-20], "whole gzip file"),
        ("1,2\n3,4\n", "first line .* must name the columns"),
        ("a,y\n1,0\n2,\n3,1\n4,NA\n", "target 'y'.* 2 of 4 rows.*in row 2, .*Leave"),
        ("a,y\n1,3\n2,3\n", "'3' in all 2 rows.*one class only"),
        ("y\n1\n2\n", "column beside the target.*comma was found"),
    ],
)
def test_bad_files(tmp_path, contents, message):
    path = tmp_path / "rows.csv"
    path.write_bytes(contents if isinstance(contents, bytes) else contents.encode())
    with pytest.raises(ValueError, match=message) as caught:
        data.table(path, "y")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("second", "message"),
    [
        ("a,b,y\nx,w,1\n", r"'a' must be of one type.*text in '.*2.csv', where row 1 "),
        ("a,c,y\n1,w,1\n", r"2.csv' lacks 'b' and has 'c' too"),
    ],
)
def test_files_that_do_not_go_together(tmp_path, second, message):
    (tmp_path / "1.csv").write_text(GOOD)
    (tmp_path / "2.csv").write_text(second)
    with pytest.raises(ValueError, match=message):
        data.table(str(tmp_path / "*.csv"), "y")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"target": "Y"}, r"`target`.*Did you mean 'y'\?"),
        ({"exclude": "a"}, r"`exclude` must be a list.*Pass for example \['a'\]"),
        ({"exclude": ["z"]}, r"`exclude` must name a column.*Received: 'z'"),
        ({"columns": ["a", "y"]}, "must not name the target"),
        ({"columns": ["a", "a"]}, "each column once"),
        ({"target": "b", "task": "regression"}, "which holds texts"),
        ({"task": "ranking"}, "`task` must be one of"),
        ({"split": "test"}, "`split` is for the names"),
        ({"batch_size": 0}, "`batch_size`"),
        ({"batch_size": 99, "drop_remainder": True}, "at most 9, the number of rows"),
        ({"shuffle": "no"}, "`shuffle` must be True or False"),
        ({"seed": -1}, "`seed`"),
        ({"missing_values": "?"}, r"`missing_values` must be a list"),
        ({"store_as": "My table"}, "`store_as` must be a name of small letters"),
        ({"store_as": "mnist"}, "TFDS or this package has"),
    ],
)
def test_bad_arguments(tmp_path, arguments, message):
    path = tmp_path / "rows.csv"
    path.write_text(GOOD)
    with pytest.raises(ValueError, match=message):
        data.table(path, **{"target": "y", **arguments})


@pytest.mark.parametrize(
    ("source", "error", "message"),
    [
        ("rosw.csv", FileNotFoundError, r"Did you mean '.*rows.csv'\?"),
        ("none/*.csv", FileNotFoundError, "no such file"),
        (".", ValueError, "a directory. Pass '.*csv'"),
        (5, ValueError, "source=5"),
        ([], ValueError, "a list"),
        ({"a": [], "y": []}, ValueError, "without any"),
        ({"a": [1, 2], "y": [1]}, ValueError, "the same length"),
        ("penguins_345", data.UnknownDatasetError, "Did you mean 'penguins_344'"),
        ("mnist_5k", ValueError, "Load images by `data.load`"),
    ],
)
def test_bad_sources(tmp_path, monkeypatch, source, error, message):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rows.csv").write_text(GOOD)
    with pytest.raises(error, match=message):
        data.table(source, "y")


def test_a_file_that_is_no_parquet(tmp_path):
    (tmp_path / "rows.parquet").write_text(GOOD)
    with pytest.raises(ValueError, match="must be a Parquet file"):
        data.table(tmp_path / "rows.parquet", "y")


def test_columns_that_help_no_model_are_named(caplog):
    numbers = np.arange(12_000)
    source = {
        "name": [f"n{i}" for i in numbers],
        "none": [None] * len(numbers),
        "same": np.ones(len(numbers)),
        "y": numbers % 2,
    }
    with caplog.at_level("WARNING", "keras_mlp"):
        about = data.table(source, "y").describe()
    said = [record.getMessage() for record in caplog.records]
    assert len(said) == len(about.warnings) == 3
    for name, text, warning in zip(source, said, about.warnings, strict=False):
        assert repr(name) in warning
        assert warning in text
        assert f"warning: {warning}" in str(about)
    assert "10,000 or more" in about.warnings[0]
    assert "over 10,000" in str(about)
