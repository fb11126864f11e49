"""Parts of what `load` returns: which examples they hold is fixed before a shuffle."""

import keras
import pytest
import tensorflow as tf

import keras_mlp
from keras_mlp.data import load

# Not divisible by the size of a batch.
SPLIT, SIZE = "train[:95]", 10


def rows(dataset):
    return [row.tobytes() for images, _ in dataset for row in images.numpy()]


def labels(dataset):
    return [int(label) for _, batch in dataset for label in batch]


either = pytest.mark.parametrize("in_memory", [True, False])


@pytest.mark.long_after(3)
@pytest.mark.parametrize(
    ("choose", "in_memory"),
    [
        (lambda batches: batches.take(3), True),
        (lambda batches: batches.take(-1), True),
        (lambda batches: batches.map(lambda x, y: (1 - x, y)).take(2), True),
        (lambda batches: batches.prefetch(1).map(lambda x, y: (x, x)).skip(6), True),
        (lambda batches: batches.skip(99), False),
        (lambda batches: batches.shard(4, 1), True),
        (lambda batches: batches.skip(2).shard(3, 1).take(2), False),
    ],
)
def test_parts_are_those_of_the_order_of_the_files(choose, in_memory):
    part = choose(load("mnist_5k", SPLIT, SIZE, in_memory=in_memory, seed=3))
    # What TensorFlow's own methods choose of a data set that is not shuffled.
    expected = choose(load("mnist_5k", SPLIT, SIZE, shuffle=False).repeat(1))
    assert len(part) == len(expected)
    expected = rows(expected)
    for _ in range(2 if expected else 0):
        actual = rows(part)
        assert sorted(actual) == sorted(expected)
        assert actual != expected
    assert len(rows(part)) == len(expected)


def test_parts_of_what_is_not_shuffled_are_in_order():
    ordered = load("mnist_5k", SPLIT, SIZE, shuffle=False)
    assert rows(ordered.take(2)) + rows(ordered.skip(2)) == rows(ordered)


@either
def test_a_part_is_what_loading_that_part_gives(in_memory):
    options = {"in_memory": in_memory, "seed": 3}
    part = load("mnist_5k", SPLIT, SIZE, **options).skip(4)
    same = load("mnist_5k", "train[40:95]", SIZE, **options)
    assert (part.seed, part.batch_size, part.shuffled) == (3, SIZE, True)
    for dataset in (part, same):
        dataset.epoch.assign(7)
    assert rows(part) == rows(same)
    assert rows(part.rest(2)) == rows(same.rest(2))


def test_no_example_is_in_both_parts_in_any_epoch():
    held_out, train = load("mnist_5k", SPLIT, SIZE, drop_remainder=True).split_at(3)
    seen = [{row for _ in range(3) for row in rows(part)} for part in (held_out, train)]
    assert not seen[0] & seen[1]
    assert len(seen[0]) == 30
    # The five that are left out change from epoch to epoch.
    assert (len(held_out), len(train)) == (3, 6)
    assert 60 < len(seen[1]) <= 65


@pytest.mark.parametrize("batches", [0, 10, 2.5, True])
def test_split_at_needs_two_parts(batches):
    with pytest.raises(ValueError, match=r"`batches`.*Received: batches=.*Pass|load"):
        load("mnist_5k", SPLIT, SIZE).split_at(batches)


def test_it_is_a_data_set_for_everything_that_takes_one():
    dataset = load("mnist_5k", SPLIT, SIZE, seed=0)
    assert isinstance(dataset, tf.data.Dataset)
    assert not hasattr(dataset.map(lambda x, y: x), "deferred")
    assert dataset.options().experimental_distribute.auto_shard_policy.name == "DATA"
    both = tf.data.Dataset.zip(dataset.repeat(2), tf.data.Dataset.range(12))
    assert len(list(both)) == 12
    count = tf.function(lambda data: data.reduce(0, lambda n, _: n + 1))
    assert int(count(dataset)) == 10
    left, right = keras.utils.split_dataset(dataset.take(8), left_size=0.5)
    assert len(left) == len(right) == 4


@pytest.mark.parametrize("kind", [keras.Sequential, keras_mlp.Sequential])
def test_fit_counts_the_epochs_of_parts(kind):
    held_out, train = load("mnist_5k", SPLIT, SIZE, seed=0).split_at(2)
    model = kind([keras.Input((784,)), keras.layers.Dense(10)])
    model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    model.fit(train, validation_data=held_out, epochs=2, shuffle=False, verbose=0)
    assert int(train.epoch) == int(held_out.epoch) == 2


def test_parts_go_into_programs_of_many_steps_as_the_whole_does():
    whole = load("mnist_5k", "train", SIZE, seed=0)
    model = keras_mlp.Sequential([keras.Input((784,)), keras.layers.Dense(10)])
    model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    for dataset in (whole, whole.skip(100)):
        plan = model.plan(dataset)
        assert (plan.feed, plan.deferred) == ("resident", True)
