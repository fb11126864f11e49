"""The file of a state: what it gives back, and that damage never goes unseen."""

import json
import os
import resource
import zipfile

import hypothesis
import hypothesis.strategies as st
import numpy as np
import pytest
import tensorflow as tf
from hypothesis.extra import numpy as arrays

from keras_mlp.resuming import ResumeError
from keras_mlp.resuming.checkpoint_file import DamagedError, encode, read, write

numbers = arrays.arrays(
    st.sampled_from(["float16", "float32", "float64", "int32", "int64", "uint8", bool]),
    arrays.array_shapes(min_dims=0, max_dims=2, min_side=0, max_side=3),
)
leaves = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), numbers
)
states = st.recursive(
    leaves,
    lambda parts: st.one_of(
        st.lists(parts, max_size=3),
        st.lists(parts, max_size=3).map(tuple),
        st.dictionaries(st.text() | st.integers(), parts, max_size=3),
    ),
    max_leaves=6,
)


def assert_equal(ours, theirs):
    assert type(ours) is type(theirs)
    if isinstance(theirs, np.ndarray):
        assert ours.dtype == theirs.dtype
        assert ours.tobytes() == theirs.tobytes()
        assert ours.shape == theirs.shape
    elif isinstance(theirs, (list, tuple)):
        assert len(ours) == len(theirs)
        for one, other in zip(ours, theirs, strict=True):
            assert_equal(one, other)
    elif isinstance(theirs, dict):
        assert_equal(list(ours.items()), list(theirs.items()))
    else:
        assert repr(ours) == repr(theirs)


@hypothesis.given(states)
@hypothesis.settings(max_examples=40, deadline=None)
def test_gives_back_what_was_written(tmp_path_factory, state):
    path = tmp_path_factory.mktemp("state") / "state.npz"
    write(path, encode(state))
    assert_equal(read(path), state)


def test_tensors_become_arrays_of_any_type(tmp_path):
    path = tmp_path / "state.npz"
    half = tf.constant([1.5, float("nan")], "bfloat16")
    scalar = np.float32(0.1)
    write(path, encode({"half": half, "scalar": scalar}))
    state = read(path)
    assert state["half"].dtype == tf.bfloat16.as_numpy_dtype
    assert state["half"].tobytes() == half.numpy().tobytes()
    assert isinstance(state["scalar"], np.float32)
    assert state["scalar"] == scalar
    # Others can open it too.
    assert np.load(path)["1.npy"] == scalar


@pytest.mark.parametrize("value", [object(), b"text", np.array("text")])
def test_what_cannot_be_written_is_refused(value):
    with pytest.raises(TypeError, match="Received: "):
        encode({"state": [value]})


def small_checkpoint(path):
    state = {"weights": [np.arange(12, dtype="float32"), np.ones(3)], "name": "x"}
    write(path, encode(state))
    return path.read_bytes(), state


def test_truncation_at_any_byte_is_seen(tmp_path):
    path = tmp_path / "state.npz"
    whole, _ = small_checkpoint(path)
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        with pytest.raises(DamagedError, match=r"state\.npz' must be a checkpoint"):
            read(path)


def test_a_changed_byte_is_seen_or_changes_nothing(tmp_path):
    path = tmp_path / "state.npz"
    whole, state = small_checkpoint(path)
    seen = 0
    for place in range(len(whole)):
        changed = bytearray(whole)
        changed[place] ^= 0x55
        path.write_bytes(bytes(changed))
        try:
            # Dates and the like, of which an archive holds some, are not read.
            assert_equal(read(path), state)
        except DamagedError:
            seen += 1
    assert seen > len(whole) / 2


def test_newer_format_is_named(tmp_path):
    path = tmp_path / "state.npz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("state.json", json.dumps({"format": 99}))
    with pytest.raises(ResumeError, match=r"state\.npz.*format 99.*newer") as caught:
        read(path)
    assert not isinstance(caught.value, DamagedError)


def test_full_disk_leaves_what_was_there_and_nothing_else(tmp_path):
    path = tmp_path / "state.npz"
    _, state = small_checkpoint(path)
    large = encode({"weights": np.zeros(100_000)})
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    # A limit on the size of files takes the place of a full disk.
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, before[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            write(path, large)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert_equal(read(path), state)
    assert os.listdir(tmp_path) == ["state.npz"]
