import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from keras_mlp.models.inputs.moments import Moments, batches_of

NUMBERS = st.floats(-1e6, 1e6, width=32)


@given(
    batches=st.lists(
        st.integers(0, 5).flatmap(
            lambda rows: arrays("float32", (rows, 3), elements=NUMBERS)
        ),
        min_size=1,
        max_size=4,
    ).filter(lambda batches: sum(map(len, batches)) > 0)
)
def test_batches_give_what_numpy_gives_for_all_rows(batches):
    moments = Moments()
    for batch in batches:
        moments.update(batch)
    rows = np.concatenate(batches).astype("float64")
    mean, variance = moments.result()
    np.testing.assert_allclose(mean, rows.mean(axis=0), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(variance, rows.var(axis=0), rtol=1e-9, atol=1e-6)


def test_large_means_lose_no_digits():
    rows = 1e9 + np.arange(10.0).reshape(10, 1)
    moments = Moments()
    for row in rows:
        moments.update(row[None])
    np.testing.assert_allclose(moments.result()[1], [8.25], rtol=1e-12)


def test_weights_are_repetitions():
    rows = np.random.default_rng(0).normal(size=(6, 2))
    weights = np.array([0, 1, 2, 3, 0, 1])
    moments = Moments()
    moments.update(rows[:3], weights[:3])
    moments.update(rows[3:5], weights[3:5])
    moments.update(rows[5:], weights[5:])
    repeated = np.repeat(rows, weights, axis=0)
    mean, variance = moments.result()
    np.testing.assert_allclose(mean, repeated.mean(axis=0))
    np.testing.assert_allclose(variance, repeated.var(axis=0))


def test_rows_of_sequences_count_each():
    values = np.random.default_rng(0).normal(size=(4, 5, 2))
    moments = Moments()
    moments.update(values, [1, 0, 1, 1])
    rows = values[[0, 2, 3]].reshape(-1, 2)
    mean, variance = moments.result()
    np.testing.assert_allclose(mean, rows.mean(axis=0))
    np.testing.assert_allclose(variance, rows.var(axis=0))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_numbers_that_are_not_finite_are_named(value):
    moments = Moments()
    moments.update([[1.0, 2.0, 3.0], [1.0, value, 4.0]])
    moments.update([[1.0, 2.0, 3.0]])
    with pytest.raises(ValueError, match=r"NaN or infinity in the features \[1\]"):
        moments.result()


def test_no_example_is_an_error():
    moments = Moments()
    moments.update(np.zeros((0, 2)))
    moments.update(np.ones((3, 2)), [0, 0, 0])
    with pytest.raises(ValueError, match="must be an example"):
        moments.result()


def test_arrays_come_in_batches_with_their_parts():
    x = np.arange(10_000).reshape(5000, 2)
    y, weights = np.arange(5000), np.ones(5000)
    parts = [
        np.concatenate(part) for part in zip(*batches_of(x, y, weights), strict=True)
    ]
    for part, expected in zip(parts, (x, y, weights), strict=True):
        np.testing.assert_array_equal(part, expected)
    assert all(batch[1:] == (None, None) for batch in batches_of(x))


@pytest.mark.parametrize("count", [1, 2, 3])
def test_data_sets_have_one_to_three_parts(count):
    x, y, weights = np.ones((4, 2)), np.zeros(4), np.full(4, 2.0)
    parts = (x, y, weights)[:count]
    data = tf.data.Dataset.from_tensor_slices(parts if count > 1 else x).batch(3)
    for batch in batches_of(data):
        assert len(batch) == 3
        assert [part is None for part in batch] == [False, count < 2, count < 3]


def test_what_does_not_fit_together_is_refused():
    data = tf.data.Dataset.from_tensors(np.ones((4, 2)))
    with pytest.raises(ValueError, match="brings its own targets"):
        next(batches_of(data, np.ones(4)))
    with pytest.raises(ValueError, match=r"equally many examples. Received: \[4, 3\]"):
        next(batches_of(np.ones((4, 2)), np.ones(3)))
