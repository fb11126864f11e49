"""Tables as prepared data sets of TFDS: stored ones, embedded ones, and TFDS' own."""

import importlib.util
import json
import os
from pathlib import Path

import numpy as np
import pytest
import tensorflow_datasets as tfds

from keras_mlp import data
from tests.data.tables.helpers import rows_of, same

EMBEDDED = Path(data.__file__).parent
ROOT = Path(__file__).parents[3]

SOURCE = {
    "number": [1.5, None, 3.0, 4.0],
    "count": [3, 2, 1, 0],
    "text": ["a", "", None, "é"],
    "day": np.array(["2024-05-01", "NaT", "2024-05-03", "2024-05-04"], "M8[D]"),
    "flag": [True, False, None, True],
}


@pytest.mark.long_after(1)
@pytest.mark.parametrize("target", [["no", "yes", "no", "yes"], [0.5, 1.5, 2.5, 3.5]])
def test_what_is_stored_is_read_again(tmp_path, target):
    source = {**SOURCE, "target": target}
    table = data.table(
        source, "target", 3, shuffle=False, store_as="mine", data_dir=tmp_path
    )
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
    expected = rows_of(table)
    options = {"shuffle": False, "data_dir": tmp_path}
    for again in (
        data.load("mine", **options),
        data.load("mine", in_memory=False, **options),
        data.table("mine", **options),
    ):
        assert isinstance(again, data.TableDataset)
        assert same(rows_of(again), expected)
        for attribute in ("columns", "target", "task", "class_names"):
            assert getattr(again, attribute) == getattr(table, attribute)
    about = data.describe("mine", data_dir=tmp_path)
    assert (about.splits, about.target) == ({"train": 4}, "target")
    assert about.columns == (*SOURCE, "target")
    assert about.class_names == (table.class_names or ())
    # In any other program.
    loaded = tfds.load("mine", split="train", as_supervised=True, data_dir=tmp_path)
    numbers = [float(columns["number"]) for columns, _ in loaded]
    np.testing.assert_array_equal(numbers, [1.5, np.nan, 3, 4])


def test_nothing_is_overwritten_or_left_behind(tmp_path, monkeypatch):
    options = {"store_as": "mine", "data_dir": tmp_path}
    (tmp_path / "mine").mkdir()
    with pytest.raises(FileExistsError, match="pass another name, or remove"):
        data.table({"x": [1, 2], "y": [0, 1]}, "y", **options)
    (tmp_path / "mine").rmdir()

    def fail(*arguments, **keywords):
        raise OSError("No space left on device")

    monkeypatch.setattr("keras_mlp.data.preparing.storing.download_and_prepare", fail)
    with pytest.raises(OSError, match="No space"):
        data.table({"x": [1, 2], "y": [0, 1]}, "y", **options)
    assert list(tmp_path.iterdir()) == []


def test_arguments_for_images(tmp_path):
    for argument, value in (("one_hot", True), ("image_size", (8, 8))):
        with pytest.raises(ValueError, match=f"`{argument}` is for images"):
            data.load("penguins_344", **{argument: value})


def test_penguins():
    train, test = (data.load("penguins_344", split, 512) for split in ("train", "test"))
    assert (train.shuffled, test.shuffled) == (True, False)
    assert train.class_names == ("Adelie", "Chinstrap", "Gentoo")
    counts = [np.bincount(rows_of(part)[1]) for part in (train, test)]
    assert np.sum(counts, axis=1).tolist() == [275, 69]
    # Those that are published.
    assert np.sum(counts, axis=0).tolist() == [152, 68, 124]
    columns, _ = rows_of(data.table("penguins_344", split="train+test"))
    assert np.sum(columns["sex"] == b"") == 11
    assert np.isnan(columns["body_mass_g"]).sum() == 2
    assert set(columns["island"]) == {b"Biscoe", b"Dream", b"Torgersen"}


def test_diamonds():
    train, test = (data.load("diamonds_5k", split, 5000) for split in ("train", "test"))
    assert (train.task, train.target) == ("regression", "price")
    prices = [rows_of(part)[1] for part in (train, test)]
    assert list(map(len, prices)) == [4000, 1000]
    quartiles = [np.quantile(part, (0.25, 0.5, 0.75)) for part in prices]
    np.testing.assert_allclose(*quartiles, rtol=0.05)
    # Those of all 53,940.
    np.testing.assert_allclose(quartiles[0], [950, 2401, 5324], rtol=0.05)
    columns, _ = rows_of(train)
    assert set(columns["cut"]) == {b"Fair", b"Good", b"Very Good", b"Premium", b"Ideal"}


@pytest.mark.parametrize(
    ("name", "words"),
    [("penguins_344", ("palmerpenguins", "CC0")), ("diamonds_5k", ("ggplot2", "MIT"))],
)
def test_embedded_tables_name_source_and_licence(name, words):
    readme = (EMBEDDED / name / "README.md").read_text(encoding="utf-8")
    info = tfds.builder_from_directory(EMBEDDED / name / "1.0.0").info
    for word in words:
        assert word in readme
        assert word in info.description + info.redistribution_info.license
    assert info.citation in readme
    noted = json.loads((EMBEDDED / name / "1.0.0" / "dataset_info.json").read_text())
    assert noted["moduleName"] == name


@pytest.mark.skipif(
    "KERAS_MLP_TABLES" not in os.environ,
    reason="KERAS_MLP_TABLES names no directory of the source files",
)
def test_embedded_tables_are_built_again(capsys, monkeypatch):
    path = ROOT / "scripts" / "embedded_data" / "build_tables.py"
    # Where scripts find each other.
    monkeypatch.syspath_prepend(path.parent)
    specification = importlib.util.spec_from_file_location(path.stem, path)
    script = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(script)
    assert script.main([os.environ["KERAS_MLP_TABLES"], "--check"]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("features", "keys", "columns"),
    [
        # As in `diamonds`, `titanic` and `penguins`.
        ({"features": {"b": "f", "a": "c"}, "y": "f"}, ("features", "y"), ("a", "b")),
        ({"b": "f", "a": "c", "y": "f"}, ({"a": "a", "b": "b"}, "y"), ("a", "b")),
        ({"features": "v", "y": "f"}, ("features", "y"), ("features_0", "features_1")),
    ],
)
def test_tables_as_tfds_has_them(tmp_path, features, keys, columns):
    kinds = {
        "f": tfds.features.Scalar(np.float32),
        "c": tfds.features.ClassLabel(names=["no", "yes"]),
        "v": tfds.features.Tensor(shape=(2,), dtype=np.float32),
    }
    values = {"b": 2.5, "a": 1, "features": [3, 4], "y": 0.5}

    def filled(structure, of):
        return {
            name: filled(kind, of) if isinstance(kind, dict) else of(name, kind)
            for name, kind in structure.items()
        }

    example = filled(features, lambda name, kind: values[name])

    class Table(tfds.core.GeneratorBasedBuilder, skip_registration=True):
        VERSION = tfds.core.Version("1.0.0")

        def _info(self):
            return tfds.core.DatasetInfo(
                builder=self,
                features=tfds.features.FeaturesDict(
                    filled(features, lambda name, kind: kinds[kind])
                ),
                supervised_keys=keys,
            )

        def _split_generators(self, dl_manager):
            return {"train": self._generate_examples()}

        def _generate_examples(self):
            yield from ((row, {**example, "y": float(row)}) for row in range(3))

    Table.name = "theirs"
    Table(data_dir=tmp_path).download_and_prepare()
    table = data.load("theirs", shuffle=False, data_dir=tmp_path)
    assert (table.columns, table.target) == (columns, "y")
    found, target = rows_of(table)
    assert sorted(target) == [0, 1, 2]
    if "a" in found:
        assert found["a"].tolist() == [b"yes"] * 3
        assert found["b"].tolist() == [2.5] * 3
    else:
        assert found["features_1"].tolist() == [4] * 3
