"""Which rows are for training, for validation and for the test."""

import numpy as np
import pytest

from keras_mlp import data
from tests.data.tables.helpers import rows_of, same


@pytest.fixture
def path(tmp_path):
    generator = np.random.default_rng(0)
    lines = ["row,who,when,kind,label"]
    for row in range(200):
        day = np.datetime64("2024-01-01") + generator.integers(0, 300)
        lines.append(f"{row},p{row % 23},{day},{'abc'[row % 3]},{'nyy'[row % 20 % 3]}")
    path = tmp_path / "rows.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.mark.long_after(2)
@pytest.mark.parametrize(
    "options",
    [{}, {"group": "who"}, {"time": "when"}, {"stratify": "kind"}, {"stratify": None}],
)
def test_parts_are_reproducible_and_disjoint(path, options):
    loaded = [data.table(path, "label", in_memory=kept) for kept in (True, False)]
    first, second = (table.split(0.1, 0.2, **options) for table in loaded)
    rows = [rows_of(part)[0]["row"] for part in first]
    assert sorted(np.concatenate(rows)) == list(range(200))
    for part, other in zip(first[1:], second[1:], strict=True):
        assert not part.shuffled
        assert same(rows_of(part), rows_of(other))
    assert sorted(rows[0]) == sorted(rows_of(second[0])[0]["row"])
    assert first[0].shuffled
    assert not np.array_equal(rows[0], rows_of(first[0])[0]["row"])
    if "group" not in options:
        assert [len(part) for part in rows] == [140, 20, 40]


def test_classes_have_their_shares(path):
    table = data.table(path, "label")
    counts = np.bincount(rows_of(table)[1])
    for seed in range(3):
        for part, share in zip(
            table.split(0.1, 0.2, seed=seed), (0.7, 0.1, 0.2), strict=True
        ):
            found = np.bincount(rows_of(part)[1])
            assert np.abs(found - share * counts).max() <= 2
    tests = [rows_of(table.split(seed=seed)[1])[0]["row"] for seed in (0, 0, 1)]
    assert np.array_equal(tests[0], tests[1])
    assert not np.array_equal(tests[0], tests[2])


def test_groups_stay_together(path):
    # The column need be no input.
    parts = data.table(path, "label", exclude=["who"]).split(0.2, 0.3, group="who")
    people = [{int(row) % 23 for row in rows_of(part)[0]["row"]} for part in parts]
    assert sum(map(len, people)) == len(set.union(*people)) == 23
    sizes = [len(rows_of(part)[1]) for part in parts]
    assert abs(sizes[2] - 60) < 10
    assert abs(sizes[1] - 40) < 10


def test_the_last_are_the_test(path):
    parts = data.table(path, "label").split(0.1, 0.2, time="when")
    days = [rows_of(part)[0]["when"] for part in parts]
    assert max(days[0]) <= min(days[1])
    assert max(days[1]) <= min(days[2])


def test_parts_can_be_divided_again(path):
    train, _ = data.table(path, "label").split()
    rest, held_out = train.split(test_size=0.25)
    both = [rows_of(part)[0]["row"] for part in (rest, held_out)]
    assert sorted(np.concatenate(both)) == sorted(rows_of(train)[0]["row"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"test_size": 1.5}, "leave rows for training"),
        ({"test_size": 0.001}, "rows in each part"),
        ({"group": "whom"}, r"`group`.*Did you mean 'who'\?"),
        ({"group": "who", "time": "when"}, "exclude each other"),
        ({"time": "kind"}, r"dates such as 2024-05-01.*'kind'.*'a'"),
        ({"seed": -1}, "`seed`"),
    ],
)
def test_bad_arguments(path, arguments, message):
    with pytest.raises(ValueError, match=message):
        data.table(path, "label").split(**arguments)


def test_one_class_in_training():
    table = data.table({"t": [1, 2, 3, 4], "y": [0, 0, 0, 1]}, "y")
    with pytest.raises(ValueError, match=r"several classes of 'y'.*3 rows of one"):
        table.split(test_size=0.25, time="t")


def test_inputs_that_are_made_once(path):
    table = data.table(path, "label", 16, seed=5)
    train, _ = table.split()
    seen = []

    def change(columns):
        seen.append(len(columns["row"]))
        return columns["row"][:, None] * 2

    made = train.with_inputs(change)
    train.epoch.assign(3)
    expected = [(2 * x["row"].numpy()[:, None], y.numpy()) for x, y in train]
    train.epoch.assign(3)
    for (x, y), (doubled, labels) in zip(made, expected, strict=True):
        np.testing.assert_array_equal(x, doubled)
        np.testing.assert_array_equal(y, labels)
    assert seen == [160]
    assert int(train.epoch) == int(made.epoch) == 4
    with pytest.raises(ValueError, match=r"must return 200 rows.*Received: \[3\]"):
        table.with_inputs(lambda columns: columns["row"][:3])
    streamed = data.table(path, "label", in_memory=False)
    with pytest.raises(ValueError, match="in_memory=True"):
        streamed.with_inputs(change)
