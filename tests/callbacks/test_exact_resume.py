"""A run that was stopped and resumed equals one that never was, bit for bit."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import keras_mlp
from keras_mlp.callbacks import ExactResume
from tests.callbacks.runs import (
    assert_same,
    load,
    make_model,
    saved_in,
    stopped_at,
    train,
)

pytestmark = pytest.mark.usefixtures("all_kept")


@pytest.mark.long
def test_resumed_anywhere_equals_the_undisturbed(tmp_path):
    def run(directory=None):
        return train(directory, validation_data=load("train[300:400]"))

    expected = run()
    assert_same(run(tmp_path / "whole"), expected)
    # After 3, 6 (9 is before the last batch) and 10 steps, before the validation, when
    # that is due again, and at the end.
    saved = saved_in(tmp_path / "whole")
    assert len(saved) == 7
    for number in (1, 2, 3):
        directory = stopped_at(saved[number], tmp_path / str(number))
        assert_same(run(directory), expected)


class Brightness(keras_mlp.Sequential):
    """A training step of its own, whose logs are not the model's metrics."""

    def train_step(self, data):
        x, y = data
        noise = keras.random.normal(tf.shape(x), stddev=0.1)
        logs = super().train_step((x + noise, y))
        return {**logs, "brightness": tf.reduce_mean(x)}


WAYS = {
    "XLA": dict(model=dict(jit_compile=True)),
    "one by one": dict(model=dict(steps_per_execution=1)),
    "groups of four, class weights": dict(
        model=dict(steps_per_execution=4),
        fit=dict(class_weight={digit: 1.0 + digit for digit in range(10)}),
    ),
    "eagerly": dict(model=dict(run_eagerly=True)),
    "own step, not built": dict(model=dict(model_class=Brightness, build=False)),
    "half precision, full batches": dict(
        policy="mixed_float16", load=dict(drop_remainder=True)
    ),
    "bfloat16, from disk": dict(policy="bfloat16", load=dict(in_memory=False)),
}


# Those that go through code of their own. The others take as long again: `--long`.
QUICK = ("XLA", "eagerly", "own step, not built", "bfloat16, from disk")


@pytest.fixture
def _float32_afterwards():
    yield
    keras.config.set_dtype_policy("float32")


@pytest.mark.long_after(1)
@pytest.mark.usefixtures("_float32_afterwards")
@pytest.mark.parametrize(
    "way",
    [
        way if way in QUICK else pytest.param(way, marks=pytest.mark.long)
        for way in WAYS
    ],
)
def test_resumed_in_the_middle_equals_the_undisturbed(way, tmp_path):
    options = WAYS[way]
    keras.config.set_dtype_policy(options.get("policy", "float32"))

    def run(directory):
        data = [load(**options.get("load", {}))]
        model = make_model(**options.get("model", {}))
        return train(directory, model, data=data, **options.get("fit", {}))

    expected = run(tmp_path / "whole")
    saved = saved_in(tmp_path / "whole")
    middle = saved[len(saved) // 2 - 1 :]
    assert_same(run(stopped_at(middle[0], tmp_path / "stopped")), expected)


def test_complete_run_trains_nothing_and_more_epochs_go_on(tmp_path):
    expected = train(tmp_path)

    class Untrained(keras_mlp.Sequential):
        def train_step(self, data):
            raise AssertionError("a step was taken")

    model = make_model(Untrained, name="sequential")
    assert_same(train(tmp_path, model), expected)
    _, history = train(tmp_path, epochs=3)
    assert history.epoch == [0, 1, 2]
    # The metrics of the epoch that follows begin anew.
    _, whole = train(epochs=3)
    assert history.history["loss"] == whole.history["loss"]


def test_arrays_resume_at_the_epoch_and_it_is_said(tmp_path, caplog):
    images, labels = next(iter(load().unbatch().batch(300)))
    data = [images.numpy(), labels.numpy()]
    expected = train(data=data, shuffle=False)
    caplog.clear()
    assert_same(train(tmp_path / "whole", data=data, shuffle=False), expected)
    assert len(caplog.messages) == 1
    assert "from the beginning of the epoch" in caplog.text
    # After the first epoch.
    directory = stopped_at(saved_in(tmp_path / "whole")[0], tmp_path / "stopped")
    assert_same(train(directory, data=data, shuffle=False), expected)


def test_callbacks_hear_of_the_batches_that_are_left_only(tmp_path):
    class Heard(keras.callbacks.Callback):
        def __init__(self):
            super().__init__()
            self.batches = []

        def on_train_batch_end(self, batch, logs=None):
            self.batches.append(batch)

    train(tmp_path / "whole", callbacks=[Heard()], every_steps=4)
    # It was in steps of one: 4, 8, and 12, which is the second of the second epoch.
    path = saved_in(tmp_path / "whole")[2]
    heard = Heard()
    train(stopped_at(path, tmp_path / "stopped"), callbacks=[heard])
    assert heard.batches == list(range(2, 10))


def test_states_of_callbacks_go_on(tmp_path):
    def run(directory, kept):
        callbacks = [
            keras.callbacks.EarlyStopping(
                "loss", min_delta=10, patience=3, restore_best_weights=True
            ),
            keras.callbacks.ReduceLROnPlateau(
                "loss", min_delta=10, patience=2, factor=0.5
            ),
            keras.callbacks.ModelCheckpoint(
                kept / "{epoch}.weights.h5",
                monitor="loss",
                mode="max",
                save_best_only=True,
                save_weights_only=True,
            ),
        ]
        return train(directory, epochs=9, every_steps=5, callbacks=callbacks)

    def files(kept):
        return {path.name for path in kept.iterdir()}

    expected = run(tmp_path / "whole", tmp_path / "kept")
    assert expected[1].epoch == [0, 1, 2, 3]
    rates = expected[1].history["learning_rate"]
    np.testing.assert_allclose(rates, [0.001, 0.001, 0.001, 0.0005])
    assert files(tmp_path / "kept") == {"1.weights.h5"}
    # In the third epoch, and at the end of the last.
    saved = saved_in(tmp_path / "whole")
    for path in (saved[4], saved[-2]):
        directory = stopped_at(path, tmp_path / path.stem)
        assert_same(run(directory, tmp_path / "kept-again"), expected)
    assert not (tmp_path / "kept-again").exists()


def test_a_callback_of_ones_own_is_saved_and_a_new_one_is_told_of(tmp_path, caplog):
    class Counter(keras.callbacks.Callback):
        def __init__(self):
            super().__init__()
            self.state = {"epochs": 0, "seen": (np.float32(0.5), [np.arange(3)])}

        def on_epoch_end(self, epoch, logs=None):
            self.state["epochs"] += 1

        def get_state(self):
            return self.state

        def set_state(self, state):
            self.state = state

    train(tmp_path / "whole", callbacks=[Counter()])
    path = saved_in(tmp_path / "whole")[-2]
    counter, other = Counter(), Counter()
    train(stopped_at(path, tmp_path / "stopped"), callbacks=[counter, other])
    assert counter.state["epochs"] == 2
    assert other.state["epochs"] == 1
    scalar, [array] = counter.state["seen"]
    assert isinstance(scalar, np.float32)
    assert array.tolist() == [0, 1, 2]
    assert "Counter has no saved state" in caplog.text


def test_saves_when_it_is_told_to(tmp_path):
    train(tmp_path / "epochs", every_steps=None)
    # At the end of the first epoch, and of the run.
    assert len(saved_in(tmp_path / "epochs")) == 2
    train(tmp_path / "steps", every_steps=6, epochs=3)
    # Groups end after 3, 6, 9, 10, 13 steps, and so on: saved after 6, 13, 20 (19 is
    # before the last batch of an epoch), 26 and at the end.
    assert len(saved_in(tmp_path / "steps")) == 5
    for options in ({"every_steps": 0}, {"every_seconds": -1}):
        with pytest.raises(ValueError, match="Received: every_s"):
            ExactResume(tmp_path, **options)


def test_stock_models_and_two_of_them_are_refused(tmp_path):
    stock = keras.Sequential([keras.layers.Dense(10)])
    stock.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    with pytest.raises(ValueError, match="TapeTrainer"):
        stock.fit(load(), callbacks=[ExactResume(tmp_path)], shuffle=False, verbose=0)
    with pytest.raises(ValueError, match="one `ExactResume` at most"):
        train(tmp_path, callbacks=[ExactResume(tmp_path)])


def test_our_model_that_keras_own_fit_trains_is_refused(tmp_path):
    # Auto-loggers put a function of their own in its place, and call the one before.
    with pytest.raises(ValueError, match=r"Keras' own `fit`.*auto-logger.*switch that"):
        keras.Model.fit(
            make_model(),
            load(),
            callbacks=[ExactResume(tmp_path)],
            shuffle=False,
            verbose=0,
        )
