"""Several epochs in one program: what is learnt, told and kept is as one by one."""

import keras
import numpy as np
import pytest

import keras_mlp
from tests.limits import ALWAYS, change_limits

ROWS, BATCH_SIZE, EPOCHS = 90, 32, 12
_random = np.random.default_rng(0)
X = _random.normal(size=(ROWS + 20, 4)).astype("float32")
Y = (X[:, 0] + X[:, 1] > 0).astype("int32")
TRAIN, HELD_OUT = (X[:ROWS], Y[:ROWS]), (X[ROWS:], Y[ROWS:])


@pytest.fixture(autouse=True)
def _five_at_a_time(monkeypatch):
    change_limits(monkeypatch, loop_pays_after=ALWAYS, most_epochs=5)


def make(base=keras_mlp.Sequential, learning_rate=0.01, **options):
    keras.utils.set_random_seed(1)
    model = base(
        [
            keras.Input((4,)),
            keras.layers.Dense(8, activation="relu"),
            keras.layers.BatchNormalization(),
            keras.layers.Dropout(0.3, seed=2),
            keras.layers.Dense(2),
        ],
        name="network",
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    optimizer = keras.optimizers.Adam(learning_rate)
    model.compile(optimizer, loss, metrics=["accuracy"], **options)
    return model


def fitted(model, x=TRAIN[0], y=TRAIN[1], ahead=True, **options):
    options = {"epochs": EPOCHS, "batch_size": BATCH_SIZE, **options}
    if isinstance(model, keras_mlp.Sequential):
        plan = model.plan(x, y, **options, verbose=0)
        assert (plan.epochs_ahead > 1) == ahead
    keras.utils.set_random_seed(3)
    return model.fit(x, y, **options, verbose=0).history


def state_of(model):
    variables = [*model.variables, *model.optimizer.variables, *model.metrics_variables]
    return [np.array(variable.numpy()) for variable in variables]


def assert_same(one, other):
    for first, second in zip(state_of(one), state_of(other), strict=True):
        np.testing.assert_allclose(first, second, rtol=1e-5, atol=1e-6)


def stopping(monitor="val_loss", **options):
    return lambda: keras.callbacks.EarlyStopping(monitor, **options)


CALLBACKS = {
    "none": lambda: None,
    # It ends after epoch 7 of the blocks 0 to 4, 5 to 9.
    "stopped": stopping("loss", mode="max", patience=7),
    "stopped, with the best": stopping(patience=2, restore_best_weights=True),
    "best weights": lambda: keras_mlp.callbacks.BestWeights("val_accuracy"),
}


@pytest.mark.long_after(2)
@pytest.mark.parametrize("name", CALLBACKS)
@pytest.mark.parametrize(
    "options",
    [{}, pytest.param({"jit_compile": True}, marks=pytest.mark.long)],
    ids=["TensorFlow", "XLA"],
)
def test_equals_stock_keras(name, options):
    results = []
    # Under XLA dropout draws other numbers, with Keras as here.
    for base in (keras_mlp.Sequential, keras.Sequential):
        model, callback = make(base, **options), CALLBACKS[name]()
        callbacks = None if callback is None else [callback]
        history = fitted(model, validation_data=HELD_OUT, callbacks=callbacks)
        results.append((model, history, getattr(callback, "best_epoch", None)))
    (ours, history, best), (stock, expected, expected_best) = results
    assert best == expected_best
    assert [*history] == [*expected]
    for figure in history:
        np.testing.assert_allclose(history[figure], expected[figure], rtol=1e-5)
    assert len(history["loss"]) == {"none": 12, "stopped": 8}.get(
        name, len(expected["loss"])
    )
    assert_same(ours, stock)


class Told(keras.callbacks.Callback):
    """Is told of epochs later, and notes what it then finds."""

    hears_later = True

    def __init__(self):
        super().__init__()
        self.found = []

    def on_epoch_begin(self, epoch, logs=None):
        self.found.append(epoch)

    def on_epoch_end(self, epoch, logs=None):
        self.found.append((logs, self.model.get_weights()))
        if epoch == 6:
            self.model.stop_training = True


class ToldAtOnce(Told):
    """A subclass may do what it likes, and is told at once."""


def test_a_callback_finds_the_weights_of_its_epoch():
    later, at_once = Told(), ToldAtOnce()
    models = [make(), make()]
    fitted(models[0], callbacks=[later], validation_data=HELD_OUT)
    fitted(models[1], callbacks=[at_once], validation_data=HELD_OUT, ahead=False)
    assert later.found[::2] == at_once.found[::2] == list(range(7))
    for one, other in zip(later.found[1::2], at_once.found[1::2], strict=True):
        assert one[0] == pytest.approx(other[0], rel=1e-5)
        for weight, expected in zip(one[1], other[1], strict=True):
            np.testing.assert_allclose(weight, expected, rtol=1e-5, atol=1e-6)
    assert_same(*models)


class Reader(keras.callbacks.Callback):
    """Reads the optimizer, too."""

    hears_later = True
    reads = "state"

    def on_epoch_end(self, epoch, logs=None):
        assert int(self.model.optimizer.iterations) == 3 * (epoch + 1)


def test_a_callback_may_read_all_of_the_state():
    model = make()
    fitted(model, callbacks=[Reader()], validation_data=HELD_OUT)
    assert int(model.optimizer.iterations) == 3 * EPOCHS


class Failing(keras.callbacks.Callback):
    """Fails in epoch 6."""

    hears_later = True

    def on_epoch_end(self, epoch, logs=None):
        if epoch == 6:
            raise RuntimeError("no disk")


class FailingAtOnce(Failing):
    """Is told at once."""


def test_after_a_failure_the_model_is_that_of_the_epoch():
    models = [make(), make()]
    for model, failing in zip(models, (Failing, FailingAtOnce), strict=True):
        with pytest.raises(RuntimeError, match="no disk"):
            fitted(model, callbacks=[failing()], ahead=failing is Failing)
    assert_same(*models)


def test_epochs_in_vain_do_not_count():
    def data():
        return keras_mlp.data.load("mnist_5k", "train[:100]", 32, seed=1)

    def model(**options):
        keras.utils.set_random_seed(1)
        made = keras_mlp.models.MLPClassifier(10, [8], seed=0)
        made.build((None, 784))
        made.compile(**options)
        return made

    ours, stepwise = model(), model(steps_per_execution=1)
    kept = [data(), data()]
    for each, x in zip((ours, stepwise), kept, strict=True):
        each.fit(x, epochs=8, callbacks=[Told()], verbose=0)
        assert int(x.epoch) == 7
        # The next training goes on with the order of epoch 7.
        each.fit(x, epochs=2, verbose=0)
        assert int(x.epoch) == 9
    assert_same(ours, stepwise)


def test_a_training_that_diverges_ends_as_step_by_step():
    x = X[:ROWS].copy()
    results = []
    for options in ({}, {"steps_per_execution": 1}):
        model = make(learning_rate=1e30, **options)
        with pytest.warns(UserWarning, match="not finite in epoch") as warned:
            history = fitted(model, x, ahead=not options, shuffle=False)
        assert np.isnan(history["loss"][-1])
        results.append((model, history, str(warned[0].message)))
    (ours, history, message), (stepwise, expected, expected_message) = results
    np.testing.assert_allclose(history["loss"], expected["loss"], rtol=1e-4)
    assert (
        message.split(" The model has")[0]
        == (expected_message.split(" The model has")[0])
    )
    assert np.isfinite(np.concatenate([w.ravel() for w in ours.get_weights()])).all()
    assert int(ours.optimizer.iterations) <= int(stepwise.optimizer.iterations)


@pytest.mark.long_after(1)
@pytest.mark.parametrize("part", ["x", "validation_data"])
def test_wrong_data_are_named(part):
    wrong = X[:20].copy()
    wrong[3, 1] = np.nan
    given = {"validation_data": (wrong, Y[:20])}
    if part == "x":
        given = {"x": np.concatenate([X[:70], wrong]), "validation_data": HELD_OUT}
    model = make()
    before = model.get_weights()
    with pytest.raises(ValueError, match=f"`{part}`.*NaN"):
        fitted(model, **given)
    if part == "x":
        for weight, expected in zip(model.get_weights(), before, strict=True):
            np.testing.assert_array_equal(weight, expected)


def test_labels_out_of_range_are_named():
    labels = TRAIN[1].copy()
    labels[5] = 7
    with pytest.raises(ValueError, match="`y`"):
        fitted(make(), y=labels)
