"""The short form of `scripts/torture files`, and that it notices what is wrong."""

import pytest
from torturing.file_cases import idx
from torturing.files import KINDS
from torturing.fuzzing import fuzz


def torture(kind, cases, seed):
    return fuzz(kind, KINDS[kind], cases, seed)


@pytest.mark.long_after(1)
@pytest.mark.filterwarnings("ignore:Palette images with Transparency:UserWarning")
@pytest.mark.parametrize(
    ("kind", "cases"), [("idx", 300), ("image", 120), ("model", 20), ("record", 40)]
)
def test_readers_give_documented_errors_or_right_answers(kind, cases):
    outcomes = torture(kind, cases, seed=0)
    assert outcomes.total() >= cases
    # Neither only right files nor only wrong ones.
    assert outcomes["right"] > 0
    assert any(name.endswith("Error") for name in outcomes)


def test_same_seed_gives_the_same_files():
    assert torture("idx", 50, seed=3) == torture("idx", 50, seed=3)


def test_reader_that_is_wrong_is_found(monkeypatch):
    right = idx.read_idx
    monkeypatch.setattr(
        idx, "read_idx", lambda *args, **options: right(*args, **options) // 2
    )
    with pytest.raises(AssertionError):
        torture("idx", 200, seed=0)


def test_error_that_is_not_documented_is_found(monkeypatch):
    def read(path, maximum_bytes):
        raise KeyError("shape")

    monkeypatch.setattr(idx, "read_idx", read)
    with pytest.raises(KeyError):
        torture("idx", 5, seed=0)
