import keras
import numpy as np
import pytest
from keras.src.testing import TestCase

import keras_mlp
from keras_mlp.layers import MLP, ScheduledDropout
from keras_mlp.optimizers.schedules import FlatCosine

X = np.random.default_rng(0).normal(size=(24, 6)).astype("float32")


# Keras' own test feeds `fit` from a generator.
@pytest.mark.filterwarnings("ignore:`shuffle=True` was passed:UserWarning")
@pytest.mark.filterwarnings("ignore:The model does not have any trainable:UserWarning")
def test_is_a_layer():
    TestCase().run_layer_test(
        ScheduledDropout,
        init_kwargs={"rate": FlatCosine(0.4, 5), "seed": 1},
        input_shape=(4, 3),
        expected_output_shape=(4, 3),
        expected_num_non_trainable_weights=1,
        expected_num_non_trainable_variables=2,
        expected_num_seed_generators=1,
        supports_masking=True,
    )


@pytest.mark.parametrize("policy", ["float32", "mixed_bfloat16"])
def test_is_stock_dropout_with_the_rate_of_each_step(policy):
    schedule = FlatCosine(0.5, 4)
    ours = ScheduledDropout(schedule, seed=3, dtype=policy)
    stock = keras.layers.Dropout(0.5, seed=3, dtype=policy)
    for step in range(4):
        stock.rate = float(schedule(step))
        given = keras.ops.cast(X, stock.compute_dtype)
        np.testing.assert_allclose(
            keras.ops.cast(ours(given, training=True), "float32"),
            keras.ops.cast(stock(given, training=True), "float32"),
            rtol=1e-6 if policy == "float32" else 1e-2,
        )
        assert ours(given) is given
    # In the end it drops nothing.
    assert (keras.ops.cast(ours(X, training=True), "float32") != 0).numpy().all()


class Rates(keras.callbacks.Callback):
    """Gives a stock dropout the rate of each step."""

    def __init__(self, layer, rates):
        super().__init__()
        self.layer, self.rates = layer, iter(rates)

    def on_train_batch_begin(self, batch, logs=None):
        self.layer.rate = float(next(self.rates))


def test_falls_within_programs_of_many_steps():
    kernel = np.ones((6, 1), "float32")
    stock = keras.layers.Dropout(0.8, seed=4)
    ours = ScheduledDropout(FlatCosine(0.8), seed=4)
    weights = []
    for dropout, options in ((ours, {"steps_per_execution": 4}), (stock, {})):
        dense = keras.layers.Dense(1, use_bias=False)
        make = keras.Sequential if dropout is stock else keras_mlp.Sequential
        model = make([keras.Input((6,)), dropout, dense])
        dense.set_weights([kernel])
        model.compile("sgd", "mse", run_eagerly=dropout is stock, **options)
        for epochs in (2, 1):
            steps = 8 * epochs
            callbacks = []
            if dropout is stock:
                callbacks = [Rates(stock, map(FlatCosine(0.8, steps), range(steps)))]
            model.fit(
                X,
                X[:, :1],
                batch_size=3,
                epochs=epochs,
                shuffle=False,
                callbacks=callbacks,
                verbose=0,
            )
        weights.append(dense.get_weights()[0])
    assert int(ours.step) == 24
    np.testing.assert_allclose(*weights, rtol=1e-5)


def test_the_count_of_steps_is_saved(tmp_path):
    schedule = FlatCosine(0.5, 20)
    model = keras_mlp.Sequential([keras.Input((6,)), ScheduledDropout(schedule)])
    model.build()
    model.layers[0].step.assign(15)
    model.save(tmp_path / "model.keras")
    [again] = keras.saving.load_model(tmp_path / "model.keras").layers
    assert int(again.step) == 15
    assert float(again.rate(again.step)) == float(schedule(15))


def test_is_an_option_of_the_block():
    mlp = MLP([5, 4, 3], activation="selu", dropout=[FlatCosine(0.5, 2), 0.1], seed=0)
    assert [type(layer).__name__ for layer in mlp.layers] == [
        *("Dense", "ScheduledDropout", "Dense", "AlphaDropout", "Dense")
    ]
    again = MLP.from_config(mlp.get_config())
    assert again.get_config() == mlp.get_config()
    for block in (mlp, again):
        block.build((None, 6))
    again.set_weights(mlp.get_weights())
    np.testing.assert_array_equal(mlp(X, training=True), again(X, training=True))
    stock = keras_mlp.to_keras(keras_mlp.Sequential([keras.Input((6,)), mlp]))
    np.testing.assert_allclose(stock(X), mlp(X), rtol=1e-6)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: ScheduledDropout(0.5), "For one rate use `keras.layers.Dropout`"),
        (
            lambda: ScheduledDropout(FlatCosine(0.5), seed=-1),
            "`seed` must be an int",
        ),
        (lambda: MLP([2, 2], dropout={"rate": 2}), "`dropout` must be one of"),
    ],
)
def test_says_what_is_wrong(make, message):
    with pytest.raises(ValueError, match=message):
        make()
