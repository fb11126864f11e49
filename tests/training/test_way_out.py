"""Where Keras' own `fit` is to do the work, it does, with what the caller passed."""

import logging

import keras
import numpy as np
import pytest

import keras_mlp

FEATURES, BATCH_SIZE, COUNT = 4, 8, 84
X = np.random.default_rng(0).normal(size=(COUNT, FEATURES)).astype("float32")
Y = X.sum(axis=1, keepdims=True)
STEPS = 11


def make(package=keras_mlp, model_class=None, **options):
    keras.utils.set_random_seed(1)
    model = (model_class or package.Sequential)(
        [
            keras.Input((FEATURES,)),
            keras.layers.Dense(3, activation="tanh", name="first"),
            keras.layers.Dense(1, name="last"),
        ]
    )
    model.compile(keras.optimizers.SGD(0.05), "mse", metrics=["mae"], **options)
    return model


def fit(model, **options):
    given = {"batch_size": BATCH_SIZE, "epochs": 2, "shuffle": False, "verbose": 0}
    return model.fit(X, Y, **given | options).history


def assert_same(model, history, other, other_history):
    for one, weight in zip(model.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_allclose(one, weight, rtol=1e-5, atol=1e-6)
    assert list(history) == list(other_history)
    for name, values in other_history.items():
        np.testing.assert_allclose(history[name], values, rtol=1e-5, err_msg=name)


@pytest.fixture
def lines(caplog):
    """The lines that are logged about the way out."""
    caplog.set_level(logging.WARNING, logger="keras_mlp")
    return lambda: [
        record.getMessage()
        for record in caplog.records
        if "Keras' own" in record.getMessage()
    ]


@pytest.fixture
def logger(monkeypatch):
    """Replaces `keras.Model.fit` as auto-loggers do, and notes what it sees."""
    seen = {"batches": [], "epochs": 0, "arguments": []}

    class Logger(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            seen["batches"].append(batch)

        def on_epoch_end(self, epoch, logs=None):
            seen["epochs"] += 1

    original = keras.Model.fit

    def patched(self, *args, **kwargs):
        seen["arguments"].append((args, dict(kwargs)))
        kwargs["callbacks"] = [*(kwargs.get("callbacks") or []), Logger()]
        return original(self, *args, **kwargs)

    monkeypatch.setattr(keras.Model, "fit", patched)
    return seen


@pytest.mark.long_after(1)
@pytest.mark.parametrize(
    "options",
    [{}, {"steps_per_execution": 1}, {"check_inputs": False}],
    ids=["default", "single", "unchecked"],
)
def test_a_replaced_fit_gets_what_the_caller_passed(options, logger, lines):
    own = keras.callbacks.LambdaCallback()
    model = make(**options)
    history = model.fit(
        X, Y, BATCH_SIZE, epochs=2, callbacks=[own], verbose=0, shuffle=False
    )
    [(args, kwargs)] = logger["arguments"]
    assert args[0] is X
    assert args[1] is Y
    assert args[2:] == (BATCH_SIZE,)
    assert kwargs == {"epochs": 2, "callbacks": [own], "verbose": 0, "shuffle": False}
    assert logger["epochs"] == 2
    assert logger["batches"] == [*range(STEPS)] * 2
    assert isinstance(history, keras.callbacks.History)
    [line] = lines()
    assert "`fit`" in line
    assert "other software has replaced `keras.Model.fit`" in line
    # Once, and not for each call.
    fit(model)
    assert len(lines()) == 1


def test_a_replaced_fit_has_right_results(logger):
    stock, model = make(keras), make()
    options = {"validation_data": (X[:20], Y[:20] + 1.0)}
    expected = fit(stock, **options)
    assert_same(model, fit(model, **options), stock, expected)
    # The same as where nothing is replaced.
    assert len(logger["arguments"]) == 2


def test_a_replaced_fit_hears_of_the_steps_that_are_trained(logger):
    model = make()
    fit(model, epochs=3)
    assert int(model.optimizer.iterations) == 3 * STEPS
    assert len(logger["batches"]) == 3 * STEPS


def test_evaluate_and_predict_stay_ours_beside_a_replaced_fit(logger, lines):
    model = make()
    results = model.evaluate(X, Y, verbose=0)
    np.testing.assert_allclose(results[0], np.mean((model(X) - Y) ** 2), rtol=1e-5)
    np.testing.assert_allclose(model.predict(X, verbose=0), model(X), rtol=1e-4)
    assert lines() == []


@pytest.mark.long_after(1)
@pytest.mark.parametrize("name", ["evaluate", "predict"])
def test_a_replaced_evaluate_or_predict_is_called(name, monkeypatch, lines):
    original, seen = getattr(keras.Model, name), []

    def patched(self, *args, **kwargs):
        seen.append(kwargs)
        return original(self, *args, **kwargs)

    monkeypatch.setattr(keras.Model, name, patched)
    arguments = (X, Y) if name == "evaluate" else (X,)
    expected = getattr(make(keras), name)(*arguments, verbose=0)
    found = getattr(make(), name)(*arguments, verbose=0, batch_size=5)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-6)
    assert seen[-1] == {"verbose": 0, "batch_size": 5}
    assert len(lines()) == 1


def test_a_fit_that_is_put_back_is_ours_again(lines):
    # As software does that is switched off: not `del`, but the function of before.
    original = keras.Model.fit
    try:
        keras.Model.fit = lambda self, *args, **kwargs: original(self, *args, **kwargs)
        fit(make())
        assert len(lines()) == 1
        keras.Model.fit = original
        fit(make())
        assert len(lines()) == 1
    finally:
        del keras.Model.fit


def test_nothing_is_logged_where_nothing_is_replaced(lines):
    model = make()
    fit(model, validation_split=0.2)
    model.evaluate(X, Y, verbose=0)
    model.predict(X, verbose=0)
    assert lines() == []


class OwnTrainFunction(keras_mlp.Sequential):
    """Counts what its own training function is asked for."""

    asked = 0

    def make_train_function(self, force=False):
        function = super().make_train_function(force)

        def counting(iterator):
            type(self).asked += 1
            return self.train_function_of_keras(iterator)

        if self.train_function is not None and not hasattr(self, "counts"):
            self.__dict__["train_function_of_keras"] = self.train_function
            self.__dict__["counts"] = True
            self.train_function = counting
        return function


class OwnTestFunction(keras_mlp.Sequential):
    """Evaluates by a function of its own, which knows the answer."""

    def make_test_function(self, force=False):
        def answer(iterator):
            next(iterator)
            return {"loss": 42.0}

        self.test_function = answer
        return answer


def test_a_training_function_of_ones_own_is_called(lines):
    stock = make(keras)
    expected = fit(stock)
    model = make(model_class=OwnTrainFunction)
    OwnTrainFunction.asked = 0
    history = fit(model)
    assert OwnTrainFunction.asked == 2 * STEPS
    assert_same(model, history, stock, expected)
    assert lines() == ["`fit` is Keras' own here: `make_train_function` is overridden."]
    # It has nothing to do with predictions, which stay ours.
    model.predict(X, verbose=0)
    assert len(lines()) == 1


def test_a_test_function_of_ones_own_is_called(lines):
    model = make(model_class=OwnTestFunction)
    history = fit(model, validation_data=(X, Y))
    assert history["val_loss"] == [42.0, 42.0]
    assert model.evaluate(X, Y, verbose=0, return_dict=True)["loss"] == 42.0
    assert any("`make_test_function` is overridden" in line for line in lines())


def test_a_function_that_is_set_on_the_model_itself_is_called(lines):
    model, asked = make(), []
    original = model.make_train_function

    def noting(force=False):
        asked.append(force)
        return original(force)

    model.make_train_function = noting
    stock = make(keras)
    expected = fit(stock)
    assert_same(model, fit(model), stock, expected)
    assert asked
    assert len(lines()) == 1


def freeze(model):
    model.get_layer("first").trainable = False


def freeze_and_force(model):
    freeze(model)
    model.make_train_function(force=True)


def freeze_and_compile(model):
    freeze(model)
    model.compile(keras.optimizers.SGD(0.05), "mse", metrics=["mae"])


def freeze_compile_and_force(model):
    freeze_and_compile(model)
    model.make_train_function(force=True)


@pytest.mark.long_after(2)
@pytest.mark.filterwarnings("ignore:The model.s .*trainable.* changed")
@pytest.mark.parametrize("options", [{}, {"steps_per_execution": 4}], ids=["1", "4"])
@pytest.mark.parametrize(
    ("change", "is_frozen"),
    [
        # Keras' step goes on as it was traced.
        (freeze, False),
        pytest.param(freeze_and_force, True, marks=pytest.mark.long),
        pytest.param(freeze_and_compile, True, marks=pytest.mark.long),
        (freeze_compile_and_force, True),
    ],
)
def test_the_step_is_traced_anew_where_that_is_asked_for(change, is_frozen, options):
    stock, model = make(keras, **options), make(**options)
    for one in (stock, model):
        fit(one, epochs=1)
        change(one)
    before = model.get_layer("first").get_weights()
    assert_same(model, fit(model), stock, fit(stock))
    after = model.get_layer("first").get_weights()
    same = all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))
    assert same == is_frozen


def test_what_keras_passes_to_evaluate_goes_through(logger):
    class Noting(keras_mlp.Sequential):
        def evaluate(self, *args, **kwargs):
            noted.append("_use_cached_eval_dataset" in kwargs)
            return super().evaluate(*args, **kwargs)

    noted = []
    stock = make(keras)
    model = make(model_class=Noting)
    options = {"validation_data": (X[:20], Y[:20])}
    expected = fit(stock, **options)
    assert_same(model, fit(model, **options), stock, expected)
    assert noted == [True, True]
    results = model.evaluate(X[:20], Y[:20], verbose=0, _use_cached_eval_dataset=False)
    np.testing.assert_allclose(results[0], expected["val_loss"][-1], rtol=1e-5)


def test_arguments_that_nobody_knows_raise_keras_error():
    with pytest.raises(TypeError, match="batchsize"):
        make().fit(X, Y, batchsize=8)
