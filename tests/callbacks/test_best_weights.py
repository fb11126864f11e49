import keras
import numpy as np
import pytest

import keras_mlp
from keras_mlp.callbacks import BestWeights
from keras_mlp.optimizers import ParameterGroups
from keras_mlp.optimizers.schedules import CosineLog, FlatCosine
from tests.callbacks.runs import assert_same, load, saved_in, stopped_at, train

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(60, 5)).astype("float32")
Y = RANDOM.integers(0, 3, size=60)


class EveryEpoch(keras.callbacks.Callback):
    """Keeps the weights of every epoch."""

    def on_train_begin(self, logs=None):
        self.weights = []

    def on_epoch_end(self, epoch, logs=None):
        self.weights.append(self.model.get_weights())


def trained(make, *callbacks, **options):
    keras.utils.set_random_seed(1)
    model = make([keras.Input((5,)), keras.layers.Dense(3)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(0.5), loss, metrics=["accuracy"])
    history = model.fit(
        X[:40],
        Y[:40],
        **{"epochs": 12, "validation_data": (X[40:], Y[40:]), **options},
        callbacks=list(callbacks),
        verbose=0,
    )
    return model, history.history


@pytest.mark.long_after(2)
@pytest.mark.parametrize(
    ("make", "monitor", "mode"),
    [
        (keras_mlp.Sequential, "val_accuracy", "auto"),
        (keras_mlp.Sequential, "val_loss", "auto"),
        (keras.Sequential, "accuracy", "min"),
    ],
)
def test_keeps_the_last_of_the_best_epochs(make, monitor, mode):
    epochs, best = EveryEpoch(), BestWeights(monitor, mode)
    model, history = trained(make, epochs, best)
    figures = np.array(history[monitor])
    extreme = figures.max() if monitor == "val_accuracy" else figures.min()
    [*_, expected] = np.flatnonzero(figures == extreme)
    # Otherwise this tests nothing.
    assert expected < 11 or (figures == extreme).sum() > 1
    assert (best.best_epoch, best.best) == (expected, extreme)
    for ours, kept in zip(model.get_weights(), epochs.weights[expected], strict=True):
        np.testing.assert_array_equal(ours, kept)


def test_a_figure_that_is_not_a_number_is_never_the_best():
    model = keras_mlp.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    best = BestWeights("loss")
    best.set_model(model)
    best.on_train_begin()
    for epoch, loss in enumerate([np.nan, 2.0, np.nan, 1.0, 1.0, np.inf]):
        model.set_weights([np.full((2, 1), epoch), np.zeros(1)])
        best.on_epoch_end(epoch, {"loss": loss})
    best.on_train_end()
    assert (best.best_epoch, best.best) == (4, 1.0)
    assert model.get_weights()[0][0, 0] == 4


@pytest.mark.long
@pytest.mark.usefixtures("all_kept")
def test_goes_on_in_a_run_that_is_resumed(tmp_path):
    def run(directory):
        keras.utils.set_random_seed(7)
        groups = [{"match": "bias", "learning_rate": 2, "weight_decay": FlatCosine(2)}]
        inner = keras.optimizers.AdamW(CosineLog(0.05, cycles=2))
        model = keras_mlp.models.MLPClassifier(
            10, [8], dropout=FlatCosine(0.3), label_smoothing=0.1, seed=0
        )
        model.build((None, 784))
        model.compile(ParameterGroups(inner, groups))
        # The worst, so that it is not the last.
        best = BestWeights("val_loss", "max")
        outcome = train(
            directory,
            model,
            every_steps=4,
            callbacks=[best],
            epochs=3,
            validation_data=load("train[300:330]"),
        )
        return outcome, (best.best, best.best_epoch)

    expected = run(tmp_path / "whole")
    # Otherwise it restores what is there.
    assert expected[1][1] < 2
    saved = saved_in(tmp_path / "whole")
    ours = run(stopped_at(saved[len(saved) * 2 // 3], tmp_path / "stopped"))
    assert_same(ours[0], expected[0])
    assert ours[1] == expected[1]


def test_says_what_is_wrong():
    with pytest.raises(ValueError, match="`mode` must be one of 'auto', 'min', 'max'"):
        BestWeights(mode="most")
    with pytest.raises(ValueError, match=r"`monitor` must name .*'val_loss'.*val_lost"):
        trained(keras_mlp.Sequential, BestWeights("val_lost"), epochs=1)
    with pytest.warns(UserWarning, match="no 'val_loss': no epoch was validated"):
        trained(keras_mlp.Sequential, BestWeights(), epochs=1, validation_data=None)
    # The first of these epochs has no figure to compare.
    best = BestWeights()
    trained(keras_mlp.Sequential, best, epochs=2, validation_freq=2)
    assert best.best_epoch == 1
