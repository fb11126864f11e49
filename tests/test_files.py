import os
import stat

import pytest

from keras_mlp.files import replacing, write_atomically


@pytest.mark.parametrize("data", ["æøå\n", b"\x00\xff"])
def test_writes_text_and_bytes(tmp_path, data):
    path = tmp_path / "file.txt"
    write_atomically(path, data)
    expected = data if isinstance(data, bytes) else data.encode("utf-8")
    assert path.read_bytes() == expected
    assert os.listdir(tmp_path) == ["file.txt"]


def test_accepts_a_path_as_text(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_atomically("file.txt", "new")
    assert (tmp_path / "file.txt").read_text() == "new"


def test_replaces_a_file(tmp_path):
    path = tmp_path / "file.txt"
    path.write_text("old")
    write_atomically(path, "new")
    assert path.read_text() == "new"


def test_permissions_are_those_of_any_new_file(tmp_path):
    ordinary = tmp_path / "ordinary"
    ordinary.write_text("")
    write_atomically(tmp_path / "file", "")
    modes = {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert modes == {stat.S_IMODE(ordinary.stat().st_mode)}


def test_the_longest_name_can_be_written(tmp_path):
    path = tmp_path / ("n" * 250 + ".json")
    write_atomically(path, "{}")
    assert path.read_text() == "{}"


def test_temporary_path_is_unused_beside_the_target_with_its_suffix(tmp_path):
    path = tmp_path / "model.keras"
    with replacing(path) as temporary:
        assert temporary.parent == tmp_path
        assert temporary.suffix == ".keras"
        assert not temporary.exists()
        temporary.touch()


def test_nothing_is_seen_before_the_block_ends(tmp_path):
    path = tmp_path / "file.txt"
    path.write_text("old")
    with replacing(path) as temporary:
        temporary.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
@pytest.mark.parametrize("kind", ["file", "directory", "nothing"])
def test_failure_leaves_what_was_there_and_nothing_else(tmp_path, error, kind):
    path = tmp_path / "target"
    path.write_text("old")

    def fail():
        with replacing(path) as temporary:
            if kind == "file":
                temporary.write_text("half")
            if kind == "directory":
                temporary.mkdir()
                (temporary / "half").touch()
            raise error

    with pytest.raises(error):
        fail()
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["target"]


def test_makes_a_directory(tmp_path):
    path = tmp_path / "saved_model"
    with replacing(path) as temporary:
        temporary.mkdir()
        (temporary / "weights").write_text("new")
    assert (path / "weights").read_text() == "new"


@pytest.mark.parametrize("through_a_link", [False, True])
def test_replaces_a_directory_with_contents(tmp_path, through_a_link):
    old = tmp_path / ("real" if through_a_link else "target")
    old.mkdir()
    (old / "old").touch()
    path = tmp_path / "target"
    if through_a_link:
        path.symlink_to(old)
    with replacing(path) as temporary:
        temporary.mkdir()
        (temporary / "new").touch()
    assert os.listdir(path) == ["new"]
    # What a link pointed to was not ours to remove.
    assert sorted(os.listdir(tmp_path)) == sorted({"target", old.name})


def test_moves_the_old_directory_back_if_the_new_one_cannot_take_its_place(
    tmp_path, monkeypatch
):
    path = tmp_path / "target"
    path.mkdir()
    (path / "old").touch()
    replace = os.replace

    def refuse_the_second(source, destination, calls=[]):  # noqa: B006
        calls.append(source)
        if len(calls) == 2:
            raise OSError("refused")
        replace(source, destination)

    def fill():
        with replacing(path) as temporary:
            temporary.mkdir()

    monkeypatch.setattr(os, "replace", refuse_the_second)
    with pytest.raises(OSError, match="refused"):
        fill()
    assert os.listdir(path) == ["old"]
    assert os.listdir(tmp_path) == ["target"]


def test_a_file_does_not_take_the_place_of_a_directory(tmp_path):
    path = tmp_path / "target"
    path.mkdir()
    (path / "old").touch()
    with pytest.raises(IsADirectoryError):
        write_atomically(path, "new")
    assert os.listdir(path) == ["old"]
    assert os.listdir(tmp_path) == ["target"]


def test_names_a_missing_directory(tmp_path):
    path = tmp_path / "missing" / "file.txt"
    with pytest.raises(FileNotFoundError, match=r"must exist. Received: .*file\.txt"):
        write_atomically(path, "new")


def test_says_that_the_block_wrote_nothing(tmp_path):
    def write_nothing():
        with replacing(tmp_path / "file.txt"):
            pass

    with pytest.raises(FileNotFoundError, match=r"file\.txt'\. Received: nothing"):
        write_nothing()
    assert os.listdir(tmp_path) == []
