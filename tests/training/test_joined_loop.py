"""Steps on batches that come joined: what they see, and what is counted."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import keras_mlp
from keras_mlp.training.execution.executor import StepExecutor
from keras_mlp.training.execution.programs.traced_step import TracedStep
from keras_mlp.training.feeding.joined_reader import JoinedReader
from tests.limits import ALWAYS, change_limits

COUNT = 4000
BATCH_SIZE = 300


@pytest.fixture(autouse=True)
def _in_groups_of_four(monkeypatch):
    """An epoch of 14 batches comes as four elements, the last of two batches."""
    change_limits(monkeypatch, loop_pays_after=ALWAYS, most_steps=4)


def load(split="train", **options):
    return keras_mlp.data.load("mnist_5k", split, BATCH_SIZE, seed=5, **options)


class Recorder(keras_mlp.Model):
    """Keeps the pixels' sum and the label of every example, in their order."""

    def __init__(self, kept):
        super().__init__()
        self.kept = tf.Variable(tf.zeros((kept, 2)), trainable=False)
        self.place = tf.Variable(0, trainable=False)
        self.dense = keras_mlp.layers.Dense(10)

    def call(self, inputs):
        return self.dense(inputs)

    def train_step(self, data):
        x, y = data
        rows = tf.shape(x)[0]
        seen = tf.stack([tf.reduce_sum(x, axis=1), tf.cast(y, tf.float32)], axis=1)
        places = self.place + tf.range(rows)
        self.kept.scatter_nd_update(places[:, None], seen)
        self.place.assign_add(rows)
        return super().train_step(data)


def compiled(model, **options):
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer="sgd", loss=loss, **options)
    return model


@pytest.mark.long_after(2)
@pytest.mark.parametrize(
    ("in_memory", "drop_remainder", "steps_per_execution"),
    [
        (True, True, "auto"),
        (True, False, "auto"),
        (False, False, "auto"),
        (True, False, 1),
        (True, False, 4),
        (False, True, "auto"),
        (False, False, 1),
        (False, False, 4),
    ],
)
def test_fit_sees_the_order_of_each_epoch(
    in_memory, drop_remainder, steps_per_execution
):
    options = {"in_memory": in_memory, "drop_remainder": drop_remainder}
    used = COUNT // BATCH_SIZE * BATCH_SIZE if drop_remainder else COUNT
    train = load(**options)
    train.epoch.assign(2)
    model = compiled(Recorder(3 * used), steps_per_execution=steps_per_execution)
    model.fit(train, epochs=2, verbose=0)
    assert int(train.epoch) == 4
    model.fit(train, epochs=1, verbose=0)
    assert int(train.epoch) == 5
    other = load(**options)
    other.epoch.assign(2)
    expected = [batch for _ in range(3) for batch in other]
    labels = np.concatenate([y for _, y in expected])
    sums = np.concatenate([x.numpy().sum(axis=1) for x, _ in expected])
    np.testing.assert_array_equal(model.kept[:, 1], labels)
    np.testing.assert_allclose(model.kept[:, 0], sums, rtol=1e-5)
    assert int(model.optimizer.iterations) == 3 * len(train)


def test_the_epoch_is_counted_when_it_begins():
    train, seen = load(), []
    callback = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: seen.append(int(train.epoch))
    )
    compiled(Recorder(3 * COUNT)).fit(
        train, epochs=3, initial_epoch=1, verbose=0, callbacks=[callback]
    )
    assert seen == [1, 2]


def test_evaluating_the_training_data_in_between_changes_no_order():
    def train_labels(callback):
        model = compiled(Recorder(3 * COUNT))
        model.fit(load(), epochs=3, verbose=0, callbacks=callback(model))
        return model.kept.numpy()

    train = load(shuffle=False)
    plain = train_labels(lambda model: [])
    evaluating = train_labels(
        lambda model: [
            keras.callbacks.LambdaCallback(
                on_epoch_end=lambda epoch, logs: model.evaluate(train, verbose=0)
            )
        ]
    )
    np.testing.assert_array_equal(plain, evaluating)


@pytest.mark.long_after(2)
@pytest.mark.parametrize(
    ("batches", "in_memory"),
    [
        (1, True),
        (3, True),
        (3, False),
        (14, True),
        (20, False),
        (1, False),
        (14, False),
        (20, True),
    ],
)
def test_elements_hold_batches_one_after_the_other(batches, in_memory):
    train = load(in_memory=in_memory)
    assert train.batch_size == BATCH_SIZE
    joined = train.deferred(batches=batches)
    assert len(joined) == -(-len(train) // batches)
    elements = list(joined)
    assert {len(y) for _, y in elements[:-1]} <= {batches * BATCH_SIZE}
    train.epoch.assign(0)
    prepared, expected = [train.preprocess(*each) for each in elements], list(train)
    for part in range(2):
        np.testing.assert_array_equal(
            np.concatenate([element[part] for element in prepared]),
            np.concatenate([batch[part] for batch in expected]),
        )


def test_progress_and_callbacks_count_batches(capsys):
    class Ends(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            steps.append(self.params["steps"])

    steps = []
    model = compiled(Recorder(2 * COUNT))
    model.fit(
        load(), epochs=2, verbose=1, validation_data=load("test"), callbacks=[Ends()]
    )
    shown = capsys.readouterr().out
    assert "14/14" in shown
    assert "16/14" not in shown
    assert steps == [14, 14]


@pytest.mark.parametrize("batch_size", [None, 250])
def test_predictions_and_metrics_of_a_loaded_set(batch_size):
    stock = keras.Sequential([keras.Input((784,)), keras.layers.Dense(10)])
    ours = keras_mlp.Sequential([keras.Input((784,)), keras.layers.Dense(10)])
    ours.set_weights(stock.get_weights())
    test = load("test")
    if batch_size:
        test = keras_mlp.data.load("mnist_5k", "test", batch_size)
    for model in (stock, ours):
        compiled(model, metrics=["accuracy"])
    np.testing.assert_allclose(
        ours.predict(test, verbose=0), stock.predict(test, verbose=0), atol=1e-5
    )
    np.testing.assert_allclose(
        ours.evaluate(test, verbose=0), stock.evaluate(test, verbose=0), rtol=1e-5
    )


def counting():
    total = tf.Variable(0)
    sizes = tf.Variable(tf.zeros((0,), tf.int32), shape=(None,))

    def step(batch):
        sizes.assign(tf.concat([sizes, [tf.shape(batch)[0]]], axis=0))
        return total.assign_add(tf.reduce_sum(batch))

    return step, sizes


def executor(step):
    """Takes steps on batches of any number of integers."""
    programs = {}

    def program(key, make):
        if key not in programs:
            programs[key] = make()
        return programs[key]

    return StepExecutor(TracedStep(step, tf.TensorSpec((None,), tf.int32)), program)


@pytest.mark.parametrize("most", [100, 2, 1])
@pytest.mark.parametrize(
    ("rows", "joined", "sizes"),
    [
        (24, 2, [4] * 6),
        (22, 3, [4] * 5 + [2]),
        (13, 3, [4] * 3 + [1]),
        (3, 2, [3]),
        (21, 2, [4] * 5 + [1]),
    ],
)
def test_elements_are_cut_into_batches(rows, joined, sizes, most):
    step, seen = counting()
    execute = executor(step)
    data = tf.data.Dataset.range(rows, output_type="int32").batch(4 * joined)
    reader = JoinedReader(iter(data), batch_size=4, joined=joined)
    taken = []
    while parts := list(reader.parts(most)):
        assert sum(part.steps for part in parts) <= most
        taken += [execute(part) for part in parts]
    assert int(taken[-1].logs) == sum(range(rows))
    assert sum(each.steps for each in taken) == len(sizes)
    assert seen.numpy().tolist() == sizes


def test_what_a_loop_cannot_carry_is_returned_by_single_steps():
    execute = executor(lambda batch: tf.unique(batch).y)
    iterator = iter(tf.data.Dataset.from_tensors(tf.constant([1, 2, 3, 3, 4])))
    parts = JoinedReader(iterator, batch_size=2, joined=2).parts(3)
    assert [execute(part).logs.numpy().tolist() for part in parts] == [[3], [4]]
