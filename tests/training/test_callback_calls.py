"""Callbacks hear from `fit`, `evaluate` and `predict` what they hear in stock Keras.

Every call that a callback gets is taken down under stock Keras and under ours: the
hook, the number, the logs and how many steps the optimizer had taken. Both lists must
be the same, and so must be parameters, history, warnings and progress bars.
"""

import dataclasses
import itertools

import keras
import numpy as np
import pytest
import tensorflow as tf

import keras_mlp
from tests.training.callback_calls import (
    OF_EPOCHS,
    RAN_OUT,
    Case,
    phantom_steps,
    run,
    shown_by_bar,
)

# Few batches: five and a partial one. And so many that ours takes them in groups where
# no callback listens.
FEW, MANY = 22, 482
BATCH_SIZE = 4


def examples(count=FEW, seed=0):
    x = np.random.default_rng(seed).normal(size=(count, 3)).astype("float32")
    return x, x.sum(axis=1, keepdims=True)


def arrays(count=FEW, **options):
    x, y = examples(count)
    batches = {"batch_size": BATCH_SIZE, "shuffle": False}
    return {"x": x, "y": y, "epochs": 2, **batches, **options}


def data_set(count=FEW, **options):
    return tf.data.Dataset.from_tensor_slices(examples(count)).batch(
        BATCH_SIZE, **options
    )


def of(x, epochs=2, **options):
    # Keras warns where a data set is to be shuffled, which is its default; ours is not.
    return {"x": x, "epochs": epochs, "shuffle": False, **options}


def of_unknown_length(count=FEW):
    return data_set(count).filter(lambda x, y: True)


def from_generator(count=FEW):
    x, y = examples(count)
    return tf.data.Dataset.from_generator(
        lambda: zip(x, y, strict=True),
        output_signature=(
            tf.TensorSpec((3,), tf.float32),
            tf.TensorSpec((1,), tf.float32),
        ),
    ).batch(BATCH_SIZE)


class Batches(keras.utils.PyDataset):
    def __init__(self, number, **options):
        super().__init__(**options)
        self.number = number

    @property
    def num_batches(self):
        return self.number

    def __getitem__(self, index):
        return examples(BATCH_SIZE, seed=index)


def generator(count=None):
    seeds = itertools.count() if count is None else range(count)
    return (examples(BATCH_SIZE, seed) for seed in seeds)


def named_inputs(package):
    inputs = {name: keras.Input((3,), name=name) for name in ("left", "right")}
    joined = keras.layers.Concatenate()([inputs["left"], inputs["right"]])
    return package.Model(inputs, package.layers.Dense(1)(joined))


def held_out():
    return {"validation_data": examples(9, seed=1)}


def stopping(hook, when, attribute="stop_training"):
    """Returns callbacks of which one sets an attribute of the model in a hook."""

    class Stopping(keras.callbacks.Callback):
        pass

    def numbered(callback, number, logs=None):
        if number == when:
            setattr(callback.model, attribute, True)

    def plain(callback, logs=None):
        setattr(callback.model, attribute, True)

    setattr(Stopping, hook, plain if when is None else numbered)
    return lambda notes, model: [notes.listening()(), Stopping()]


def alone(hooks, base=keras.callbacks.Callback, **options):
    """Returns the one callback there is, which overrides these hooks only."""
    return lambda notes, model: [notes.listening(base, hooks)(**options)]


def beside(*make):
    """Returns a callback that listens, and others."""
    return lambda notes, model: [notes.listening()(), *(each() for each in make)]


def set_while_training(name):
    """Returns a callback that gets its hook at the beginning of an epoch."""

    def callbacks(notes, model):
        class Late(keras.callbacks.Callback):
            def on_epoch_begin(self, epoch, logs=None):
                setattr(self, name, self.hear)

            def hear(self, batch, logs=None):
                # Threads of Keras call it, after steps that go on meanwhile.
                notes.take(self, name, batch, logs)

        return [Late()]

    return callbacks


def of_functions(notes, model):
    def of_number(name):
        return lambda number, logs=None: notes.take(callback, name, number, logs)

    def of_logs(name):
        return lambda logs=None: notes.take(callback, name, None, logs)

    of_each = ("on_train_batch_begin", "on_train_batch_end", "on_epoch_end")
    callback = keras.callbacks.LambdaCallback(
        **{name: of_number(name) for name in of_each},
        **{name: of_logs(name) for name in ("on_train_begin", "on_train_end")},
    )
    return [callback]


def in_a_list(notes, model):
    return keras.callbacks.CallbackList(
        [notes.listening()()], add_history=True, model=model, epochs=2, steps=6
    )


def taking_a_step(notes, model):
    class Stepping(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            if batch == 1:
                self.model.train_on_batch(*examples(5, seed=2))

    return [Stepping(), notes.listening()()]


def evaluating(notes, model):
    class Evaluating(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            logs["held out"] = self.model.evaluate(*examples(6, seed=4), verbose=0)

    return [Evaluating(), notes.listening()()]


FITS = {
    "arrays": Case(arrays),
    "full batches": Case(lambda: arrays(20)),
    "one batch": Case(lambda: arrays(3)),
    "shuffled": Case(lambda: arrays(shuffle=True)),
    "many batches": Case(lambda: arrays(MANY)),
    "sample weights": Case(lambda: arrays(sample_weight=np.arange(1.0, FEW + 1))),
    "class weights": Case(
        lambda: {**arrays(), "y": np.arange(FEW) % 2, "class_weight": {0: 0.5, 1: 2.0}}
    ),
    "metrics": Case(
        lambda: arrays(**held_out()),
        compile=lambda: {"metrics": ["mae"], "weighted_metrics": ["mse"]},
    ),
    "data set": Case(lambda: of(data_set())),
    "full batches of a data set": Case(lambda: of(data_set(drop_remainder=True))),
    "unknown length": Case(lambda: of(of_unknown_length(), epochs=3)),
    "unknown length, validated": Case(
        lambda: of(of_unknown_length(), validation_data=of_unknown_length(10))
    ),
    "unknown length, many batches": Case(lambda: of(of_unknown_length(MANY))),
    "from_generator": Case(lambda: of(from_generator())),
    "endless": Case(lambda: of(data_set().repeat(), steps_per_epoch=4, epochs=3)),
    "fewer steps than there are": Case(lambda: arrays(steps_per_epoch=4, epochs=3)),
    "fewer steps of a data set": Case(lambda: of(data_set(), steps_per_epoch=4)),
    "more steps than there are": Case(lambda: arrays(steps_per_epoch=9)),
    "more steps than in a data set": Case(lambda: of(data_set(), steps_per_epoch=9)),
    "more steps, unknown length": Case(
        lambda: of(of_unknown_length(), steps_per_epoch=9, epochs=3)
    ),
    "more steps, unknown length, many batches": Case(
        lambda: of(of_unknown_length(MANY), steps_per_epoch=150)
    ),
    "as many steps as there are, unknown length": Case(
        lambda: of(of_unknown_length(), steps_per_epoch=6, epochs=3)
    ),
    "PyDataset": Case(lambda: of(Batches(5))),
    "PyDataset, workers": Case(lambda: of(Batches(5, workers=2))),
    "infinite PyDataset": Case(lambda: of(Batches(None), steps_per_epoch=3)),
    "generator": Case(lambda: of(generator(5), epochs=1)),
    "endless generator": Case(lambda: of(generator(), steps_per_epoch=3)),
    "generator that ends early": Case(lambda: of(generator(7), steps_per_epoch=5)),
    "named inputs": Case(
        lambda: {**arrays(), "x": dict.fromkeys(("left", "right"), examples()[0])},
        model=named_inputs,
    ),
    "validation data": Case(lambda: arrays(**held_out())),
    "validation data set": Case(lambda: arrays(validation_data=data_set(9))),
    "validation_split": Case(lambda: arrays(validation_split=0.3)),
    "validation_freq": Case(lambda: arrays(**held_out(), validation_freq=2, epochs=4)),
    "validation_freq of epochs": Case(
        lambda: arrays(**held_out(), validation_freq=[1, 3], epochs=4)
    ),
    "validation_steps": Case(lambda: arrays(**held_out(), validation_steps=2)),
    "more validation_steps than there are": Case(
        lambda: arrays(**held_out(), validation_steps=5)
    ),
    "validation_batch_size": Case(
        lambda: arrays(**held_out(), validation_batch_size=2)
    ),
    "validation of many batches": Case(
        lambda: arrays(MANY, validation_split=0.3, epochs=1)
    ),
    "initial_epoch": Case(lambda: arrays(initial_epoch=2, epochs=4)),
    "no epochs left": Case(lambda: arrays(initial_epoch=2)),
    "groups of three": Case(arrays, compile=lambda: {"steps_per_execution": 3}),
    "groups of four, validated": Case(
        lambda: arrays(**held_out()), compile=lambda: {"steps_per_execution": 4}
    ),
    "groups of unknown length": Case(
        lambda: of(of_unknown_length()),
        compile=lambda: {"steps_per_execution": 4},
    ),
    "eager": Case(lambda: arrays(**held_out()), compile=lambda: {"run_eagerly": True}),
    "EarlyStopping": Case(
        lambda: arrays(**held_out(), epochs=6),
        beside(lambda: keras.callbacks.EarlyStopping("val_loss", min_delta=1e3)),
    ),
    "stops in on_train_begin": Case(arrays, stopping("on_train_begin", None)),
    "stops in on_epoch_begin": Case(
        lambda: arrays(epochs=4, **held_out()), stopping("on_epoch_begin", 1)
    ),
    "stops in on_train_batch_begin": Case(
        lambda: arrays(epochs=4), stopping("on_train_batch_begin", 2)
    ),
    "stops in on_train_batch_end": Case(
        lambda: arrays(epochs=4, **held_out()), stopping("on_train_batch_end", 2)
    ),
    "stops in on_epoch_end": Case(
        lambda: arrays(epochs=4), stopping("on_epoch_end", 1)
    ),
    "CallbackList": Case(arrays, in_a_list),
    "functions": Case(lambda: arrays(MANY, epochs=1), of_functions),
    "History": Case(arrays, beside(keras.callbacks.History)),
    "only an end of batches": Case(
        lambda: arrays(MANY, epochs=1), alone(["on_train_batch_end"])
    ),
    "only a beginning of batches, by its old name": Case(
        lambda: arrays(MANY, epochs=1), alone(["on_batch_begin"])
    ),
    "only batches of the validation": Case(
        lambda: arrays(MANY, epochs=1, validation_split=0.3),
        alone(["on_test_batch_end"]),
    ),
    "ModelCheckpoint with a hook": Case(
        lambda: arrays(MANY, epochs=1),
        lambda notes, model: [
            notes.listening(keras.callbacks.ModelCheckpoint, ["on_train_batch_end"])(
                "model.keras"
            )
        ],
    ),
    "BackupAndRestore with a hook": Case(
        lambda: arrays(MANY, epochs=1),
        lambda notes, model: [
            notes.listening(keras.callbacks.BackupAndRestore, ["on_train_batch_begin"])(
                "backup"
            )
        ],
    ),
    "ProgbarLogger with a hook": Case(
        lambda: arrays(MANY, epochs=1),
        alone(["on_train_batch_end"], keras.callbacks.ProgbarLogger),
    ),
    "hook set while training": Case(
        lambda: arrays(MANY, epochs=1),
        set_while_training("on_batch_end"),
        unordered=True,
    ),
    "hook of batches set while training": Case(
        lambda: arrays(MANY, epochs=1),
        set_while_training("on_train_batch_end"),
        unordered=True,
    ),
    "train_on_batch in a callback": Case(arrays, taking_a_step, disturbs=True),
    "evaluate in a callback": Case(arrays, evaluating),
    "TerminateOnNaN": Case(
        lambda: arrays(epochs=3),
        beside(keras.callbacks.TerminateOnNaN),
        compile=lambda: {"optimizer": keras.optimizers.SGD(1e18)},
        diverges=True,
    ),
}


def of_test(count=FEW, **options):
    x, y = examples(count)
    return {"x": x, "y": y, "batch_size": BATCH_SIZE, **options}


def of_prediction(count=FEW, **options):
    return {"x": examples(count)[0], "batch_size": BATCH_SIZE, **options}


OTHERS = {
    "evaluate": Case(of_test, call="evaluate"),
    "evaluate a data set": Case(lambda: {"x": data_set()}, call="evaluate"),
    "evaluate unknown length": Case(
        lambda: {"x": of_unknown_length()}, call="evaluate"
    ),
    "evaluate some steps": Case(lambda: of_test(steps=3), call="evaluate"),
    "evaluate more steps than there are": Case(
        lambda: of_test(steps=9), call="evaluate"
    ),
    "evaluate in groups": Case(
        of_test, call="evaluate", compile=lambda: {"steps_per_execution": 4}
    ),
    "stop_evaluating": Case(
        of_test,
        stopping("on_test_batch_end", 2, "stop_evaluating"),
        call="evaluate",
    ),
    "predict": Case(of_prediction, call="predict"),
    "predict many": Case(lambda: of_prediction(MANY), call="predict"),
    "predict a data set": Case(
        lambda: {"x": data_set().map(lambda x, y: x)}, call="predict"
    ),
    "predict unknown length": Case(
        lambda: {"x": of_unknown_length().map(lambda x, y: x)}, call="predict"
    ),
    "predict some steps": Case(lambda: of_prediction(steps=3), call="predict"),
    "predict in groups": Case(
        of_prediction, call="predict", compile=lambda: {"steps_per_execution": 4}
    ),
    "stop_predicting": Case(
        of_prediction,
        stopping("on_predict_batch_end", 2, "stop_predicting"),
        call="predict",
    ),
}


LISTENING = {**FITS, **OTHERS}
QUICK = {
    *("arrays", "class weights", "metrics", "unknown length, validated"),
    *("endless", "more steps than in a data set"),
    *("more steps, unknown length", "PyDataset, workers", "infinite PyDataset"),
    *("generator", "generator that ends early", "named inputs", "validation_freq"),
    *("validation_steps", "initial_epoch", "groups of three", "eager"),
    *("stops in on_epoch_begin", "stops in on_train_batch_end", "CallbackList"),
    *("functions", "ModelCheckpoint with a hook", "hook set while training"),
    *("train_on_batch in a callback", "TerminateOnNaN", "stop_evaluating"),
    *("stop_predicting", "evaluate unknown length", "predict in groups"),
}

GROUPED = {
    "arrays": Case(lambda: arrays(MANY, **held_out())),
    "validated on many": Case(lambda: arrays(MANY, validation_split=0.4)),
    "data set": Case(lambda: of(data_set(MANY), validation_data=data_set(9))),
    "unknown length": Case(lambda: of(of_unknown_length(MANY), epochs=3)),
    "more steps than there are": Case(lambda: arrays(MANY, steps_per_epoch=150)),
    "more steps, unknown length": Case(
        lambda: of(of_unknown_length(MANY), steps_per_epoch=150)
    ),
    "as many steps as there are, unknown length": Case(
        lambda: of(of_unknown_length(MANY), steps_per_epoch=121, epochs=3)
    ),
    "endless": Case(lambda: of(data_set().repeat(), steps_per_epoch=121)),
    "PyDataset": Case(lambda: of(Batches(121))),
    "generator": Case(lambda: of(generator(), steps_per_epoch=121)),
    "EarlyStopping": Case(
        lambda: arrays(MANY, **held_out(), epochs=6),
        beside(lambda: keras.callbacks.EarlyStopping("val_loss", min_delta=1e3)),
    ),
    "ReduceLROnPlateau": Case(
        lambda: arrays(MANY, **held_out(), epochs=3),
        beside(
            lambda: keras.callbacks.ReduceLROnPlateau(
                "val_loss", patience=1, min_delta=1e3
            )
        ),
    ),
    "initial_epoch": Case(
        lambda: arrays(MANY, **held_out(), initial_epoch=1, epochs=4, validation_freq=2)
    ),
    "groups of fifty": Case(
        lambda: arrays(MANY), compile=lambda: {"steps_per_execution": 50}
    ),
    "stops in on_train_begin": Case(
        lambda: arrays(MANY), stopping("on_train_begin", None)
    ),
    "stops in on_epoch_begin": Case(
        lambda: arrays(MANY, epochs=4), stopping("on_epoch_begin", 1)
    ),
    "evaluate in a callback": Case(lambda: arrays(MANY), evaluating),
    "evaluate": Case(lambda: of_test(MANY), call="evaluate"),
    "predict": Case(lambda: of_prediction(MANY), call="predict"),
    "predict unknown length": Case(
        lambda: {"x": of_unknown_length(MANY).map(lambda x, y: x)}, call="predict"
    ),
}
QUICK_GROUPED = {
    *("arrays", "unknown length", "more steps, unknown length", "EarlyStopping"),
    *("stops in on_epoch_begin", "predict unknown length"),
}

BARS = {
    "arrays": Case(lambda: arrays(MANY, **held_out())),
    "unknown length": Case(lambda: of(of_unknown_length(MANY))),
    "data set": Case(lambda: of(data_set())),
    "groups": Case(lambda: arrays(MANY), compile=lambda: {"steps_per_execution": 50}),
    "more steps than there are": Case(lambda: arrays(steps_per_epoch=9)),
    "evaluate": Case(lambda: of_test(MANY), call="evaluate"),
    "evaluate unknown length": Case(
        lambda: {"x": of_unknown_length(MANY)}, call="evaluate"
    ),
    "predict": Case(lambda: of_prediction(MANY), call="predict"),
}
QUICK_BARS = {"unknown length"}
PACKAGES = (keras_mlp, keras)


@pytest.fixture(autouse=True)
def _files_elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def assert_same_values(ours, stock):
    for key, values in stock.items():
        np.testing.assert_allclose(ours[key], values, rtol=1e-5, atol=1e-6)


def assert_same(ours, stock, case):
    """Compares outcomes, of which that of stock Keras lists every call."""
    hooks = {call.hook for call in ours.calls}
    steps = [call.iterations for call in stock.calls]
    if not case.in_groups:
        phantoms = phantom_steps(stock.calls)
        steps = [step - phantom for step, phantom in zip(steps, phantoms, strict=True)]
        stock.iterations -= phantoms[-1]
    heard = [
        (call, step)
        for call, step in zip(stock.calls, steps, strict=True)
        if call.hook in hooks
    ]
    assert heard, "nothing was heard, so the comparison says nothing"
    assert [call.said for call in ours.calls] == [call.said for call, _ in heard]
    if not case.disturbs:
        for one, (other, _) in zip(ours.calls, heard, strict=True):
            assert_same_values(one.logs, other.logs)
    if not case.unordered:
        assert [call.iterations for call in ours.calls] == [step for _, step in heard]
    assert all(params == stock.params[0] for params in ours.params + stock.params)
    assert ours.iterations == stock.iterations
    assert ours.warnings == stock.warnings
    assert ours.printed == stock.printed
    if case.call == "fit":
        assert list(ours.history) == list(stock.history)
        if not case.disturbs:
            assert_same_values(ours.history, stock.history)
    else:
        np.testing.assert_allclose(ours.result, stock.result, rtol=1e-5, atol=1e-6)
    if not case.diverges:
        for one, other in zip(ours.weights, stock.weights, strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)


def parameters(cases, quick):
    """Returns names; those that are not among the quick ones are for `--long`."""
    assert quick <= cases.keys()
    return [
        pytest.param(name, marks=() if name in quick else pytest.mark.long)
        for name in cases
    ]


@pytest.mark.long_after(10)
@pytest.mark.parametrize("name", parameters(LISTENING, QUICK))
def test_every_call_is_heard(name):
    case = LISTENING[name]
    ours, stock = run(keras_mlp, case), run(keras, case)
    assert_same(ours, stock, case)


@pytest.mark.long_after(5)
@pytest.mark.parametrize("name", parameters(GROUPED, QUICK_GROUPED))
def test_epochs_are_heard_without_batches(name):
    # Many batches, which ours takes in groups then: nobody hears the difference.
    case = GROUPED[name]
    ours = run(keras_mlp, case, OF_EPOCHS)
    assert_same(ours, run(keras, case), case)


@pytest.mark.long_after(4)
@pytest.mark.parametrize("verbose", [1, 2])
@pytest.mark.parametrize("name", parameters(BARS, QUICK_BARS))
def test_progress_bar(name, verbose):
    case = BARS[name]
    options = {**case.data(), "verbose": verbose}
    case = dataclasses.replace(
        case, data=lambda: options, callbacks=lambda notes, model: None
    )
    ours, stock = (shown_by_bar(run(package, case).printed) for package in PACKAGES)
    assert stock
    assert [line[:2] for line in ours] == [line[:2] for line in stock]
    for one, other in zip(ours, stock, strict=True):
        np.testing.assert_allclose(one[2], other[2], rtol=1e-3, atol=1e-4)


def test_data_that_end_early_are_warned_of():
    # Guards the comparisons above, which would also hold if neither warned.
    case = LISTENING["more steps, unknown length"]
    [(category, message)] = run(keras, case).warnings
    assert category is UserWarning
    assert message.startswith(RAN_OUT)


def test_stock_keras_takes_steps_on_no_data():
    # So the difference is still there, for which the comparisons allow.
    case = LISTENING["unknown length"]
    stock = run(keras, case)
    assert (phantom_steps(stock.calls)[-1], stock.iterations) == (3, 21)
