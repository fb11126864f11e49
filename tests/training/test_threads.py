"""Several threads use one model: right answers, and nothing raises.

Where one call has to be in the middle of another, they wait for each other: nothing
depends on how fast the machine is.
"""

import functools
import threading

import keras
import numpy as np
import pytest
import tensorflow as tf

import keras_mlp
from tests.limits import ALWAYS, change_limits

FEATURES, BATCH_SIZE, COUNT = 6, 16, 320
X = np.random.default_rng(0).normal(size=(COUNT, FEATURES)).astype("float32")
Y = X.sum(axis=1, keepdims=True)
OTHER_Y = Y + 10.0

# No call here takes a second; who waits longer waits forever.
PATIENCE = 60

SETTINGS = [
    {},
    {"check_inputs": False},
    {"steps_per_execution": 1},
    {"check_inputs": False, "steps_per_execution": 1},
]
EXTREMES = [SETTINGS[0], SETTINGS[-1]]
# What listens has single steps.
LISTENING = [(SETTINGS[0], False), (SETTINGS[0], True), (SETTINGS[-1], False)]


@pytest.fixture(autouse=True)
def _in_small_groups(monkeypatch):
    change_limits(monkeypatch, loop_pays_after=ALWAYS, most_steps=4)


def make(learning_rate=0.01, **options):
    keras.utils.set_random_seed(2)
    model = keras_mlp.Sequential(
        [keras.Input((FEATURES,)), keras_mlp.layers.Dense(1, activation="softplus")]
    )
    optimizer = keras.optimizers.SGD(learning_rate)
    model.compile(optimizer, "mse", metrics=["mae"], **options)
    return model


def dataset(count):
    data = tf.data.Dataset.from_tensor_slices((X[:count], Y[:count]))
    return data.batch(BATCH_SIZE)


class Task:
    """A function that runs in a thread, and what comes of it."""

    def __init__(self, function, *args):
        self.result, self.error = None, None
        self._thread = threading.Thread(
            target=self._run, args=(function, *args), daemon=True
        )
        self._thread.start()

    def _run(self, function, *args):
        try:
            self.result = function(*args)
        except Exception as error:
            self.error = error

    def end(self):
        """Waits for the end, and returns the result or raises the error."""
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive(), "A thread waits forever."
        if self.error is not None:
            raise self.error
        return self.result


def wait_for(event):
    assert event.wait(PATIENCE), "What was waited for did not happen."


def at_once(function, each):
    """Calls a function with each argument, in threads that begin together."""
    barrier = threading.Barrier(len(each))

    def run(one):
        barrier.wait(PATIENCE)
        return function(one)

    tasks = [Task(run, one) for one in each]
    return [task.end() for task in tasks]


def fit(model, callbacks=(), **options):
    history = model.fit(
        X,
        Y,
        batch_size=BATCH_SIZE,
        epochs=2,
        shuffle=False,
        verbose=0,
        callbacks=list(callbacks),
        **options,
    )
    return history.history


@functools.cache
def alone(validates=False, learning_rate=0.01, **options):
    """The history and the weights of a fit beside which nothing is done."""
    model = make(learning_rate, **options)
    data = {"validation_data": (X[:64], OTHER_Y[:64])} if validates else {}
    return fit(model, **data), model.get_weights()


def assert_same_history(one, other):
    assert list(one) == list(other)
    for name, values in one.items():
        np.testing.assert_allclose(values, other[name], rtol=1e-5, err_msg=name)


class At(keras.callbacks.Callback):
    """Does something once, in the middle of the second epoch."""

    def __init__(self, do, listens=False):
        super().__init__()
        self.do = do
        self.hears_groups = not listens
        self._epoch = 0
        self.done = 0

    def on_epoch_begin(self, epoch, logs=None):
        self._epoch = epoch

    def on_train_batch_end(self, batch, logs=None):
        if self._epoch == 1 and batch >= 7 and not self.done:
            self.done += 1
            self.do(self.model)


SIZES = (1, 15, 16, 33, 100, 320)


@pytest.mark.long_after(2)
@pytest.mark.parametrize("options", SETTINGS)
def test_six_threads_predict_of_arrays_and_data_sets(options):
    model = make(**options)
    expected = np.asarray(model(X))

    def ask(count):
        for data in (X[:count], dataset(count), X[:count], dataset(count)):
            predicted = model.predict(data, batch_size=None, verbose=0)
            assert predicted.shape == (count, 1)
            np.testing.assert_allclose(
                predicted, expected[:count], rtol=1e-4, atol=1e-5
            )

    # First while nothing is traced yet, then with what is there.
    for _ in range(2):
        at_once(ask, SIZES)


@pytest.mark.long_after(1)
@pytest.mark.parametrize("options", EXTREMES)
def test_six_threads_evaluate_and_predict(options):
    model = make(**options)
    other = make(**options)
    expected = {
        count: other.evaluate(X[:count], Y[:count], verbose=0) for count in SIZES
    }

    def ask(count):
        # The first one makes the metrics' variables.
        for _ in range(2):
            np.testing.assert_allclose(
                model.evaluate(X[:count], Y[:count], verbose=0),
                expected[count],
                rtol=1e-5,
            )
            assert len(model.predict(X[:count], verbose=0)) == count

    at_once(ask, SIZES)


def test_threads_call_predict_on_batch_and_test_on_batch():
    model = make()
    expected = {
        count: (
            np.asarray(model(X[:count])),
            np.mean((model(X[:count]) - Y[:count]) ** 2),
        )
        for count in SIZES
    }

    def ask(count):
        for _ in range(3):
            outputs, loss = expected[count]
            np.testing.assert_allclose(
                model.predict_on_batch(X[:count]), outputs, rtol=1e-4, atol=1e-5
            )
            found = model.test_on_batch(X[:count], Y[:count], return_dict=True)
            np.testing.assert_allclose(found["loss"], loss, rtol=1e-4)

    at_once(ask, SIZES)


@pytest.mark.long_after(1)
@pytest.mark.parametrize(("options", "listens"), LISTENING)
def test_fit_is_not_disturbed_by_what_another_thread_asks(options, listens):
    expected, weights = alone(**options)
    model = make(**options)

    def ask():
        model.predict(X[:33], verbose=0)
        model.evaluate(X[:50], OTHER_Y[:50], verbose=0)
        model.evaluate(dataset(33), verbose=0)
        model.test_on_batch(X[:5], OTHER_Y[:5])
        model.predict_on_batch(X[:5])
        model(X[:7])

    # In the middle of an epoch, while fit waits.
    at = At(lambda _: Task(ask).end(), listens)
    assert_same_history(fit(model, [at]), expected)
    assert at.done == 1
    for one, other in zip(model.get_weights(), weights, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)


@pytest.mark.long_after(1)
@pytest.mark.parametrize("options", EXTREMES)
def test_calls_beside_a_fit_that_goes_on_meanwhile(options):
    # Weights do not change, so that each call has one right answer.
    model = make(learning_rate=0.0, **options)
    outputs = np.asarray(model(X))
    results = model.evaluate(X[:50], OTHER_Y[:50], verbose=0)
    expected, _ = alone(learning_rate=0.0, **options)
    over, asked = threading.Event(), [threading.Semaphore(0) for _ in range(3)]

    def ask(question, answered):
        while not over.is_set():
            question()
            answered.release()

    def predict():
        np.testing.assert_allclose(
            model.predict(X[:33], verbose=0), outputs[:33], rtol=1e-4, atol=1e-5
        )

    def evaluate():
        np.testing.assert_allclose(
            model.evaluate(X[:50], OTHER_Y[:50], verbose=0), results, rtol=1e-5
        )

    def call():
        np.testing.assert_allclose(model(X[:7]), outputs[:7], rtol=1e-4, atol=1e-5)

    questions = (predict, evaluate, call)
    tasks = [
        Task(ask, question, answered)
        for question, answered in zip(questions, asked, strict=True)
    ]

    # Fit goes on for as long as each has been answered a few times.
    def all_asked(epoch, logs):
        for answered, task in zip(asked, tasks, strict=True):
            while not answered.acquire(timeout=0.1):
                assert task.error is None, task.error

    try:
        history = fit(model, [keras.callbacks.LambdaCallback(on_epoch_end=all_asked)])
    finally:
        over.set()
    for task in tasks:
        task.end()
    assert_same_history(history, expected)
    assert int(model.optimizer.iterations) == 2 * COUNT // BATCH_SIZE


def test_evaluate_alone_is_evaluate_beside_a_validation():
    expected, _ = alone(validates=True)
    model = make()
    in_validation = keras.callbacks.LambdaCallback()
    in_validation.hears_groups = True
    in_validation.on_test_batch_end = lambda batch, logs=None: Task(
        lambda: model.evaluate(X[:50], Y[:50], verbose=0)
    ).end()
    history = fit(model, [in_validation], validation_data=(X[:64], OTHER_Y[:64]))
    assert_same_history(history, expected)


def test_a_second_fit_in_another_thread_is_refused_and_the_first_is_right():
    expected, _ = alone()
    model, errors = make(), []

    def fit_too(_):
        with pytest.raises(RuntimeError, match="one `fit` at a time") as raised:
            Task(fit, model).end()
        errors.append(raised.value)

    assert_same_history(fit(model, [At(fit_too)]), expected)
    assert len(errors) == 1
    # Later it may.
    assert Task(fit, model).end().keys() == expected.keys()


def test_of_two_fits_that_begin_together_one_is_refused():
    model = make()
    expected, _ = alone()
    begun, refused = threading.Event(), threading.Event()

    def begin(_):
        # The other one has begun, too, or will find that this one goes on.
        begun.set()
        wait_for(refused)

    def attempt(_):
        try:
            return fit(model, [At(begin)])
        except RuntimeError as error:
            refused.set()
            return error

    outcomes = at_once(attempt, (1, 2))
    [error] = [outcome for outcome in outcomes if isinstance(outcome, RuntimeError)]
    [history] = [outcome for outcome in outcomes if isinstance(outcome, dict)]
    assert "Received: a second one" in str(error)
    assert begun.is_set()
    assert_same_history(history, expected)


def test_two_models_are_trained_at_once():
    expected, _ = alone()
    models = [make() for _ in range(3)]
    for history in at_once(fit, models):
        assert_same_history(history, expected)


@pytest.mark.long_after(1)
@pytest.mark.parametrize("listens", [False, True])
def test_a_fit_in_a_callback_of_a_fit(listens):
    # It changes no weights: the metrics of the outer one are what they are alone.
    model, logs = make(learning_rate=0.0), []
    expected = fit(model)
    seen = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda _, found: logs.append(found)
    )
    before = int(model.optimizer.iterations)
    at = At(lambda _: model.fit(X[:48], OTHER_Y[:48], verbose=0), listens)
    fit(model, [at, seen])
    assert at.done == 1
    # 40 steps and two of 32 examples.
    assert int(model.optimizer.iterations) - before == 2 * COUNT // BATCH_SIZE + 2
    for name, values in expected.items():
        np.testing.assert_allclose([log[name] for log in logs], values, rtol=1e-5)
    # Nothing of it stays.
    assert_same_history(Task(fit, model).end(), expected)


@pytest.mark.long_after(1)
@pytest.mark.parametrize("where", ["on_epoch_end", "on_epoch_begin"])
def test_a_fit_between_the_epochs_of_a_fit_equals_stock_keras(where):
    def weights(package):
        keras.utils.set_random_seed(2)
        model = package.Sequential([keras.Input((FEATURES,)), keras.layers.Dense(1)])
        model.compile(keras.optimizers.SGD(0.01), "mse", metrics=["mae"])
        model.set_weights([np.full((FEATURES, 1), 0.1), np.zeros(1)])
        losses = []

        def train_more(*_):
            more = model.fit(X[:48], OTHER_Y[:48], verbose=0, shuffle=False)
            losses.append(more.history["loss"])
            if package is keras:
                # Its metrics would count on with those of the epoch that begins.
                model.reset_metrics()

        callback = keras.callbacks.LambdaCallback(**{where: train_more})
        seen = keras.callbacks.LambdaCallback(
            on_epoch_end=lambda epoch, logs: losses.append(logs["loss"])
        )
        fit(model, [seen, callback])
        return [*model.get_weights(), np.hstack(losses)]

    for one, other in zip(weights(keras_mlp), weights(keras), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)


@pytest.mark.long_after(1)
@pytest.mark.parametrize(("options", "listens"), LISTENING)
def test_evaluate_in_a_callback_does_not_disturb_fit(options, listens):
    expected, _ = alone(**options)
    results = []

    def ask(model):
        results.append(model.evaluate(X[:50], OTHER_Y[:50], verbose=0))
        errors = np.asarray(model(X[:50])) - OTHER_Y[:50]
        np.testing.assert_allclose(
            results[0], [np.mean(errors**2), np.mean(np.abs(errors))], rtol=1e-5
        )
        model.predict(X[:33], verbose=0)

    model = make(**options)
    assert_same_history(fit(model, [At(ask, listens)]), expected)
    assert len(results) == 1


@pytest.mark.long_after(1)
@pytest.mark.parametrize(
    ("error", "listens"), [(ValueError, True), (KeyboardInterrupt, False)]
)
def test_a_fit_after_a_fit_that_has_failed(error, listens):
    def fail(model):
        raise error("on purpose")

    model = make()
    with pytest.raises(error, match="on purpose"):
        fit(model, [At(fail, listens)])
    copy = make()
    copy.set_weights(model.get_weights())
    # In another thread, for which nothing is held any more.
    assert_same_history(Task(fit, model).end(), fit(copy))
    np.testing.assert_allclose(
        Task(lambda: model.evaluate(X, OTHER_Y, verbose=0)).end(),
        copy.evaluate(X, OTHER_Y, verbose=0),
        rtol=1e-4,
    )


def test_a_fit_after_data_that_fail_in_the_middle():
    def broken():
        for index in range(3):
            yield X[index * 16 : index * 16 + 16], Y[index * 16 : index * 16 + 16]
        raise OSError("no more")

    signature = (tf.TensorSpec((16, FEATURES)), tf.TensorSpec((16, 1)))
    data = tf.data.Dataset.from_generator(broken, output_signature=signature)
    model = make()
    for run in (model.fit, model.evaluate, model.predict):
        with pytest.raises(tf.errors.OpError, match="no more"):
            run(data, verbose=0)
    copy = make()
    copy.set_weights(model.get_weights())
    assert_same_history(Task(fit, model).end(), fit(copy))
