"""Many steps in one program: the same results, and Keras' semantics around them."""

import logging

import keras
import numpy as np
import pytest
import tensorflow as tf

import keras_mlp
from tests.limits import ALWAYS, change_limits
from tests.training.test_equals_stock_keras import (
    BATCH_SIZE,
    OURS,
    SCENARIOS,
    STOCK,
    assert_same_weights,
    build,
    dataset,
    examples,
    fit,
    perceptron,
)

# With XLA, those that reach most of the step. The others take a minute: `--long`.
QUICK = ("subclassed with added loss and dropout", "sample weights")


@pytest.fixture(autouse=True)
def _always_in_a_loop(monkeypatch):
    change_limits(monkeypatch, loop_pays_after=ALWAYS)


@pytest.fixture
def always_xla(monkeypatch):
    """XLA, which for a few steps would not pay."""
    change_limits(monkeypatch, xla_pays_after=0)


@pytest.fixture
def compilations(monkeypatch):
    """Whether XLA compiles it, for each program that is made."""
    seen = []
    function = tf.function

    def recording(*args, **kwargs):
        if args and args[0].__name__ in ("_loop", "_epochs"):
            seen.append(kwargs["jit_compile"])
        return function(*args, **kwargs)

    monkeypatch.setattr(tf, "function", recording)
    return seen


@pytest.mark.long_after(1)
@pytest.mark.parametrize(
    "name",
    [
        name if name in QUICK else pytest.param(name, marks=pytest.mark.long)
        for name in SCENARIOS
    ],
)
def test_with_xla_the_steps_equal_stock_keras(name, always_xla):
    scenario = SCENARIOS[name]
    stock = build(STOCK, scenario, keras.optimizers.Adam)
    start = stock.get_weights()
    ours = build(OURS, scenario, keras.optimizers.Adam, weights=start)
    stock_history, our_history = fit(stock, scenario), fit(ours, scenario)
    # Adam divides by the root of a square: what XLA rounds differently grows.
    tolerance = 2e-2 if "mixed" in name else 1e-5
    for our_weight, stock_weight in zip(
        ours.get_weights(), stock.get_weights(), strict=True
    ):
        np.testing.assert_allclose(our_weight, stock_weight, atol=tolerance)
    assert list(our_history) == list(stock_history)
    for key, values in stock_history.items():
        np.testing.assert_allclose(our_history[key], values, rtol=1e-4, atol=1e-5)


def compiled(model=None, **options):
    model = model or perceptron(OURS)
    model.compile(
        optimizer=keras_mlp.optimizers.GradientDescent(0.1),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        **options,
    )
    return model


def uneven(sizes=(16, 16, 7, 16, 3), repeat=1):
    """Batches of several sizes, and of a number that is not known beforehand."""

    def batches():
        for _ in range(repeat):
            for index, size in enumerate(sizes):
                yield examples(seed=index, count=size)

    return tf.data.Dataset.from_generator(
        batches,
        output_signature=(
            tf.TensorSpec((None, 5), tf.float32),
            tf.TensorSpec((None,), tf.int64),
        ),
    )


def test_same_seed_gives_the_same_bits_with_xla(always_xla):
    def run():
        keras.utils.set_random_seed(5)
        model = compiled(SCENARIOS["dropout and batch normalization"].model(OURS))
        model.fit(*examples(), epochs=2, batch_size=BATCH_SIZE, verbose=0)
        return model.get_weights()

    for first, second in zip(run(), run(), strict=True):
        np.testing.assert_array_equal(first, second)


@pytest.mark.long_after(1)
@pytest.mark.parametrize("steps_per_execution", ["auto", 3, 1])
@pytest.mark.filterwarnings("ignore:Your input ran out of data")
def test_uneven_batches_of_unknown_number(steps_per_execution):
    stock = compiled(perceptron(STOCK))
    ours = compiled(steps_per_execution=steps_per_execution)
    start = stock.get_weights()
    ours.set_weights(start)
    stock_loss = stock.fit(uneven(), shuffle=False, verbose=0).history["loss"]
    our_loss = ours.fit(uneven(), verbose=0).history["loss"]
    assert_same_weights(ours, stock, start)
    np.testing.assert_allclose(our_loss, stock_loss, rtol=1e-6)
    if steps_per_execution != 1:
        # Stock Keras counts one more: at the end of the data its optimizer's counter
        # has moved on already.
        assert int(ours.optimizer.iterations) == 5
    np.testing.assert_allclose(
        ours.evaluate(uneven(), verbose=0),
        stock.evaluate(uneven(), verbose=0),
        rtol=1e-6,
    )
    np.testing.assert_allclose(
        ours.predict(uneven(), verbose=0),
        stock.predict(uneven(), verbose=0),
        atol=1e-6,
    )


@pytest.mark.long_after(2)
@pytest.mark.parametrize("steps", [1, 7, 67])
def test_number_of_steps_is_kept_to_on_endless_data(steps):
    model = compiled()
    endless = dataset(drop_remainder=True).repeat()
    model.fit(
        endless,
        epochs=2,
        steps_per_epoch=steps,
        validation_data=endless,
        validation_steps=3,
        verbose=0,
    )
    assert int(model.optimizer.iterations) == 2 * steps
    assert len(model.predict(endless, steps=steps, verbose=0)) == steps * BATCH_SIZE
    # A metric counts the examples that an evaluation sees.
    model.compile(loss=model.loss, metrics=[keras.metrics.SparseCategoricalAccuracy()])
    model.evaluate(endless, steps=steps, verbose=0)
    counted = next(
        variable
        for metric in model.metrics
        for variable in metric.variables
        if "count" in variable.path and "accuracy" in variable.path
    )
    assert float(counted) == steps * BATCH_SIZE


def test_a_callback_that_looks_at_each_batch_gets_each():
    class Batches(keras.callbacks.Callback):
        seen = ()

        def on_train_batch_end(self, batch, logs=None):
            self.seen += (batch,)

    class Old(keras.callbacks.Callback):
        seen = ()

        def on_batch_begin(self, batch, logs=None):
            self.seen += (batch,)

    numbers = []
    by_function = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda batch, logs: numbers.append(batch)
    )
    x, y = examples()
    for callback in (Batches(), Old(), by_function):
        compiled().fit(x, y, batch_size=16, verbose=0, callbacks=[callback])
        if callback is not by_function:
            assert callback.seen == (0, 1, 2, 3, 4)
    assert numbers == [0, 1, 2, 3, 4]


def test_training_stops_at_the_batch_where_a_callback_says_so():
    class Stop(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            self.model.stop_training = batch == 2

    model = compiled()
    model.fit(*examples(), batch_size=16, epochs=3, verbose=0, callbacks=[Stop()])
    assert int(model.optimizer.iterations) == 3


@pytest.mark.parametrize("save_freq", ["epoch", 2])
def test_checkpoints_are_written_when_they_are_due(save_freq, tmp_path):
    checkpoint = keras.callbacks.ModelCheckpoint(
        tmp_path / "{epoch}-{batch}.keras"
        if save_freq != "epoch"
        else tmp_path / "{epoch}.keras",
        save_freq=save_freq,
    )
    x, y = examples()
    compiled().fit(x, y, batch_size=16, epochs=2, verbose=0, callbacks=[checkpoint])
    names = sorted(path.stem for path in tmp_path.iterdir())
    assert names == (["1", "2"] if save_freq == "epoch" else names)
    assert len(names) == (2 if save_freq == "epoch" else 5)


def test_progress_counts_the_steps_that_there_are(capsys):
    # 101 steps make two groups, of 51 and 50.
    x = np.ones((101, 5), "float32")
    y = np.zeros(101, "int64")
    model = compiled()
    model.fit(x, y, batch_size=1, verbose=1)
    model.evaluate(x, y, batch_size=1, verbose=1)
    model.predict(x, batch_size=1, verbose=1)
    shown = capsys.readouterr().out
    assert shown.count("101/101") >= 3
    assert "102/101" not in shown


@pytest.mark.parametrize("xla", [False, pytest.param(True, marks=pytest.mark.long)])
def test_nothing_is_traced_twice(xla, request):
    if xla:
        request.getfixturevalue("always_xla")
    traced = []

    class Counting(keras_mlp.Sequential):
        def train_step(self, data):
            traced.append("train")
            return super().train_step(data)

        def test_step(self, data):
            traced.append("test")
            return super().test_step(data)

    model = Counting([keras_mlp.layers.Dense(10)])
    model.compile(optimizer="sgd", loss=keras.losses.SparseCategoricalCrossentropy())
    for seed in range(2):
        # 4,000 is no multiple of 600. Each time, another data set.
        model.fit(
            keras_mlp.data.load("mnist_5k", batch_size=600, seed=seed),
            epochs=3,
            validation_data=keras_mlp.data.load("mnist_5k", "test", batch_size=600),
            callbacks=[keras.callbacks.LearningRateScheduler(lambda e, rate: rate / 2)],
            verbose=0,
        )
        assert traced == ["train", "test"]


def strings():
    x, y = examples()
    text = tf.strings.as_string(x[:, 0])
    return tf.data.Dataset.from_tensor_slices((text, y)).batch(BATCH_SIZE)


class Parsing(keras.layers.Layer):
    def __init__(self):
        super().__init__(dtype="string")

    def call(self, inputs):
        return tf.strings.to_number(inputs)[:, None]

    def compute_output_shape(self, input_shape):
        return (*input_shape, 1)


def test_what_does_not_go_into_a_program_is_done_without_and_said_once(caplog):
    def make(kit):
        text = keras.Input((), dtype="string")
        return compiled(kit.Model(text, kit.Dense(3)(Parsing()(text))))

    data, message = strings, "Strings"
    stock, ours = make(STOCK), make(OURS)
    ours.set_weights(stock.get_weights())
    start = stock.get_weights()
    stock.fit(data(), epochs=2, shuffle=False, verbose=0)
    with caplog.at_level(logging.WARNING, "keras_mlp"):
        ours.fit(data(), epochs=1, verbose=0)
        lines = [r.getMessage() for r in caplog.records if r.name == "keras_mlp"]
        assert len(lines) == 1
        assert message in lines[0]
        caplog.clear()
        ours.fit(data(), epochs=1, verbose=0)
    assert_same_weights(ours, stock, start)


def test_xla_is_for_what_it_is_faster_with(always_xla, compilations):
    def uses_xla(model, x, y, **options):
        compilations.clear()
        model.compile(optimizer="sgd", loss="mse", **options)
        model.fit(x, y, verbose=0)
        return True in compilations

    x, y = np.ones((70, 5), "float32"), np.ones((70, 3), "float32")
    images, codes = np.ones((70, 28, 28, 1), "float32"), np.ones((70, 16), "float32")
    assert uses_xla(perceptron(OURS), x, y)
    assert uses_xla(perceptron(OURS), x, y, steps_per_execution=2)
    assert not uses_xla(perceptron(OURS), x, y, jit_compile=False)
    assert not uses_xla(keras_mlp.models.ConvAutoencoder().encoder, images, codes)
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        assert not uses_xla(perceptron(OURS), x, y)
    finally:
        keras.config.set_dtype_policy("float32")


def test_xla_is_for_many_steps(monkeypatch, compilations):
    change_limits(monkeypatch, xla_pays_after=10)
    x, y = examples()
    compiled().fit(x, y, batch_size=16, epochs=1, verbose=0)
    assert True not in compilations
    compiled().fit(x, y, batch_size=16, epochs=2, verbose=0)
    assert True in compilations


def test_the_loop_is_for_many_steps(monkeypatch, compilations):
    change_limits(monkeypatch, loop_pays_after=dict.fromkeys(ALWAYS, 10))
    x, y = examples()
    model = compiled()
    model.fit(x, y, batch_size=16, epochs=1, verbose=0)
    model.evaluate(x, y, batch_size=16, verbose=0)
    assert not compilations
    model.evaluate(x, y, batch_size=7, verbose=0)
    assert len(compilations) == 1
    model.fit(x, y, batch_size=16, epochs=2, verbose=0)
    assert len(compilations) == 2


def test_eager_steps_are_eager():
    ran = []

    class Eager(keras_mlp.Sequential):
        def train_step(self, data):
            ran.append(data[0].numpy().shape)
            return super().train_step(data)

    model = compiled(Eager([keras_mlp.layers.Dense(3)]), run_eagerly=True)
    model.fit(*examples(), batch_size=16, verbose=0)
    assert ran == [(16, 5)] * 4 + [(6, 5)]


@pytest.mark.long_after(1)
@pytest.mark.parametrize(
    ("one_hot", "options"),
    [
        (False, {"class_weight": {digit: 1.0 + digit for digit in range(10)}}),
        (True, {"steps_per_epoch": 2}),
    ],
)
def test_pixels_prepared_in_the_program_train_alike(one_hot, options):
    def train(prepared):
        keras.utils.set_random_seed(1)
        model = keras_mlp.models.MLPClassifier(10, [16], seed=0)
        model.compile(
            optimizer="sgd",
            loss="mse"
            if one_hot
            else keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        )
        data = [
            keras_mlp.data.load("mnist_5k", split, 700, one_hot=one_hot, seed=3)
            for split in ("train", "test")
        ]
        if prepared:
            # Plain data sets, without what tells the model of the pixels.
            data = [part.map(lambda *batch: batch) for part in data]
        history = model.fit(
            data[0], epochs=2, validation_data=data[1], verbose=0, **options
        ).history
        return history, model.predict(data[1], verbose=0), model.get_weights()

    ours, plain = train(prepared=False), train(prepared=True)
    np.testing.assert_array_equal(ours[1], plain[1])
    assert ours[0] == plain[0]
    for one, other in zip(ours[2], plain[2], strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.long_after(2)
@pytest.mark.parametrize(
    ("batch_size", "jit_compile"),
    [(None, "auto"), (1, "auto"), (7, "auto"), (7, True), (1000, "auto")],
)
def test_predictions_equal_stock_keras(batch_size, jit_compile):
    stock, ours = perceptron(STOCK), compiled(jit_compile=jit_compile)
    ours.set_weights(stock.get_weights())
    x = examples(count=100)[0]
    for inputs in (x, x.astype("float64"), tf.constant(x), (x * 10).astype("int32")):
        expected = stock.predict(inputs, batch_size=batch_size, verbose=0)
        outputs = ours.predict(inputs, batch_size=batch_size, verbose=0)
        assert isinstance(outputs, np.ndarray)
        np.testing.assert_allclose(outputs, expected, rtol=1e-5, atol=1e-6)


def test_predictions_keep_structure_and_steps():
    class Described(keras_mlp.Model):
        def call(self, inputs):
            return {"sum": inputs["a"] + inputs["b"], "rows": tf.shape(inputs["a"])[0]}

    a = np.arange(70.0, dtype="float32").reshape(35, 2)
    outputs = Described().predict({"a": a, "b": 2 * a}, batch_size=8, verbose=0)
    np.testing.assert_array_equal(outputs["sum"], 3 * a)
    # Each batch is a step of its own.
    np.testing.assert_array_equal(outputs["rows"], [8, 8, 8, 8, 3])


def test_predictions_of_batches_padded_to_sizes_of_their_own():
    batches = [np.ones((2, 3, 4)), np.ones((2, 5, 4)), 2 * np.ones((2, 3, 4))]
    spec = tf.TensorSpec((None, None, 4))
    data = tf.data.Dataset.from_generator(lambda: iter(batches), output_signature=spec)
    data = data.apply(tf.data.experimental.assert_cardinality(len(batches)))
    found = []
    for kind in (keras.Sequential, keras_mlp.Sequential):
        dense = keras.layers.Dense(1, kernel_initializer="ones")
        model = kind([keras.Input((None, 4)), dense])
        found.append(model.predict(data, verbose=0).to_list())
    assert found[1] == found[0]


def test_callbacks_get_the_predictions_of_each_batch():
    class Sizes(keras.callbacks.Callback):
        seen = ()

        def on_predict_batch_end(self, batch, logs=None):
            self.seen += (len(logs["outputs"]),)

    sizes = Sizes()
    perceptron(OURS).predict(examples()[0], batch_size=16, verbose=0, callbacks=[sizes])
    assert sizes.seen == (16, 16, 16, 16, 6)


@pytest.mark.parametrize("steps_per_execution", ["auto", 4])
def test_settings_of_the_loop_are_saved(steps_per_execution, tmp_path):
    model = compiled(steps_per_execution=steps_per_execution)
    model.save(tmp_path / "model.keras")
    config = keras.saving.load_model(tmp_path / "model.keras").get_compile_config()
    ours = config["optimizer"]["keras_mlp"]
    assert ours["steps_per_execution"] == steps_per_execution
    assert ours["jit_compile"] == "auto"


def test_stock_keras_takes_the_configuration_of_compile():
    model = compiled(steps_per_execution=4, check_inputs=False)
    stock = perceptron(STOCK)
    stock.compile_from_config(model.get_compile_config())
    assert stock.optimizer.get_config() == model.optimizer.get_config()
    assert stock.steps_per_execution == 4
    again = perceptron(OURS)
    again.compile_from_config(model.get_compile_config())
    assert again.get_compile_config() == model.get_compile_config()


@pytest.mark.parametrize("policy", ["float32", "mixed_float16"])
def test_asking_for_the_configuration_of_compile_changes_nothing(policy):
    model = OURS.Sequential([keras.Input((5,)), OURS.Dense(3, dtype=policy)])
    model.compile("adam", "mse")
    first = model.get_compile_config()
    assert model.get_compile_config() == first
    again = OURS.Sequential([keras.Input((5,)), OURS.Dense(3, dtype=policy)])
    again.compile_from_config(first)
    assert type(again.optimizer) is type(model.optimizer)
    inner = getattr(again.optimizer, "inner_optimizer", again.optimizer)
    assert type(inner) is keras.optimizers.Adam
    assert float(inner.learning_rate) == np.float32(0.001)


def test_the_configuration_of_a_stock_model_gives_the_defaults():
    stock = perceptron(STOCK)
    stock.compile("adam", "mse")
    model = perceptron(OURS)
    model.compile_from_config(stock.get_compile_config())
    settings = model.get_compile_config()["optimizer"]["keras_mlp"]
    assert settings["steps_per_execution"] == "auto"
    assert settings["jit_compile"] == "auto"


def test_settings_are_kept_without_an_optimizer():
    model = perceptron(OURS)
    model.compile(None, "mse", check_inputs=False)
    again = perceptron(OURS)
    again.compile_from_config(model.get_compile_config())
    assert again.get_compile_config() == model.get_compile_config()
    assert again.get_compile_config()["check_inputs"] is False


def test_a_wrong_number_of_steps_is_refused():
    with pytest.raises(ValueError, match=r'integer or "auto"\. Received:.*\'fast\''):
        compiled(steps_per_execution="fast")
    with pytest.raises(ValueError, match=r"positive integer\. Received:.*=0"):
        compiled(steps_per_execution=0)


def test_a_class_with_its_own_compile_is_asked_how_to_load_it():
    class Mine(keras_mlp.Sequential):
        def compile(self, rate):
            super().compile(optimizer=keras.optimizers.SGD(rate), loss="mse")

    model = Mine([keras.Input((2,)), keras_mlp.layers.Dense(1)])
    model.compile(0.1)
    with pytest.warns(UserWarning, match="`compile[(][)]` method is custom"):
        Mine([keras.Input((2,))]).compile_from_config(model.get_compile_config())


def test_train_on_batch_between_fits():
    model = compiled()
    x, y = examples()
    model.fit(x, y, verbose=0)
    model.train_on_batch(x[:5], y[:5])
    model.fit(x, y, verbose=0)
    assert int(model.optimizer.iterations) == 3 + 1 + 3


@pytest.mark.parametrize(
    "loop_for_tests", [0, pytest.param(1000, marks=pytest.mark.long)]
)
def test_a_callback_may_use_the_model_in_the_middle_of_fit(loop_for_tests, monkeypatch):
    change_limits(monkeypatch, loop_pays_after=ALWAYS | {"test": loop_for_tests})
    test = keras_mlp.data.load("mnist_5k", "test", 100)
    images, labels = next(iter(keras_mlp.data.load("mnist_5k", "test", 1000)))

    class Using(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            for loss, _ in (
                self.model.evaluate(test, verbose=0),
                self.model.evaluate(images, labels, verbose=0),
                self.model.test_on_batch(images, labels),
            ):
                np.testing.assert_allclose(loss, logs["val_loss"], rtol=1e-5)
            outputs = self.model.predict(images, verbose=0)
            np.testing.assert_allclose(
                outputs, self.model.predict_on_batch(images), atol=1e-5
            )
            self.model.train_on_batch(images[:5], labels[:5])

    model = keras_mlp.models.MLPClassifier(10, [16], seed=0)
    model.compile(
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    history = model.fit(
        keras_mlp.data.load("mnist_5k", "train", 100),
        epochs=2,
        validation_data=test,
        callbacks=[Using()],
        verbose=0,
    ).history
    assert len(history["val_loss"]) == 2
    assert int(model.optimizer.iterations) == 2 * (40 + 1)
