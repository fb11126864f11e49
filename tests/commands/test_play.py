import json
import shutil

import pytest

from keras_mlp.cli import main


def play(capsys, *arguments):
    capsys.readouterr()
    status = main(["play", *map(str, arguments)])
    captured = capsys.readouterr()
    return status, captured.out.splitlines(), captured.err.splitlines()


def held(path):
    """What a page holds, beside its scripts."""
    text = path.read_text()
    return json.loads(text.split('id="page-data">')[1].split("</script>")[0])


@pytest.fixture
def copied(tmp_path):
    def copy(run):
        return shutil.copytree(run.directory, tmp_path / "run")

    return copy


def test_writes_a_page_into_the_run(copied, digits_run, capsys):
    directory = copied(digits_run)
    before = {path.name for path in directory.iterdir()}
    status, lines, errors = play(capsys, directory)
    assert (status, errors) == (0, [])
    page = directory / "play.html"
    assert {path.name for path in directory.iterdir()} - before == {"play.html"}
    size = page.stat().st_size
    assert size < 1_000_000
    wrote = f"Wrote {page} ({size / 1000:,.0f} kB). Open it in a browser:"
    assert lines == [wrote, page.as_uri()]
    data = held(page)
    assert data["kind"] == "images"
    assert data["answer"]["names"] == [str(digit) for digit in range(10)]
    test = data["images"]["test"]
    wrong = [a != b for a, b in zip(test["labels"], test["answers"], strict=True)]
    # Mistakes first.
    assert any(wrong)
    assert wrong == sorted(wrong, reverse=True)
    assert sum(test["sample"]) == 100
    assert len(data["images"]["train"]["labels"]) == 100


def test_the_line_has_a_form(copied, line_run, capsys):
    directory = copied(line_run)
    status, _, errors = play(capsys, directory)
    assert (status, errors) == (0, [])
    data = held(directory / "play.html")
    assert data["kind"] == "table"
    assert [column["name"] for column in data["columns"]] == ["x"]
    assert data["answer"]["task"] == "regression"


def test_a_table_has_its_columns(table_run, copied, capsys):
    directory = copied(table_run)
    status, _, errors = play(capsys, directory)
    assert (status, errors) == (0, [])
    data = held(directory / "play.html")
    assert data["answer"]["names"] == ["a", "b", "c"]
    assert data["answer"]["target"] == "kind"
    assert "city" in [column["name"] for column in data["columns"]]
    assert len(data["rows"]) == 20


def test_says_in_one_line_what_is_no_run(tmp_path, capsys):
    status, lines, [error] = play(capsys, tmp_path)
    assert (status, lines) == (2, [])
    assert error.startswith("keras-mlp play: ")
    assert "must be a directory of a complete run" in error
