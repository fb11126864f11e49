import builtins
import sys

import matplotlib
import pytest

from keras_mlp.report import plot_history, require_matplotlib
from keras_mlp.report.pictures.drawing import drawing, printable
from keras_mlp.report.text import number

HISTORY = {"loss": [0.5, 0.25]}


def test_without_matplotlib_one_line_says_what_to_do(tmp_path, monkeypatch):
    original = builtins.__import__

    def import_nothing_of_matplotlib(name, *arguments, **options):
        if name.partition(".")[0] == "matplotlib":
            raise ImportError(name)
        return original(name, *arguments, **options)

    monkeypatch.setattr(builtins, "__import__", import_nothing_of_matplotlib)
    message = "^Pictures need matplotlib: pip install 'keras-mlp\\[plot\\]'$"
    with pytest.raises(ImportError, match=message):
        require_matplotlib()
    with pytest.raises(ImportError, match=message):
        plot_history(HISTORY, tmp_path / "history.png")
    assert list(tmp_path.iterdir()) == []


def test_with_matplotlib_nothing_is_said():
    require_matplotlib()


def test_neither_pyplot_nor_settings_nor_backend_are_touched(tmp_path, monkeypatch):
    # An import of it would fail.
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    before = dict(matplotlib.rcParams.copy())
    plot_history(HISTORY, tmp_path / "history.png")
    assert dict(matplotlib.rcParams.copy()) == before


def test_settings_of_the_user_do_not_change_a_picture(tmp_path):
    plot_history(HISTORY, tmp_path / "plain.png")
    settings = {"lines.linewidth": 9, "savefig.dpi": 20, "savefig.bbox": "tight"}
    with matplotlib.rc_context(settings):
        plot_history(HISTORY, tmp_path / "own.png")
    plain, own = (tmp_path / name for name in ("plain.png", "own.png"))
    assert plain.read_bytes() == own.read_bytes()


def test_a_drawing_that_fails_leaves_the_old_picture(tmp_path):
    path = tmp_path / "picture.png"
    path.write_bytes(b"old")

    def fail():
        with drawing(path, 2, 2):
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert path.read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("two\nlines\tof it", "two lines of it"),
        ("猫 cat", "? cat"),
        ("a much longer name", "a much lo…"),
        (7, "7"),
    ],
)
def test_printable(text, expected):
    assert printable(text, 10 if len(str(text)) > 16 else 20) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.98765, "0.9877"),
        (1.0, "1"),
        (123456.7, "123457"),
        (1e-7, "1e-07"),
        (1e20, "1e+20"),
        (float("nan"), "nan"),
    ],
)
def test_number(value, expected):
    assert number(value) == expected
