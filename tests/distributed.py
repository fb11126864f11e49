"""Runs scenarios under a distribution strategy and alone, and prints what differs.

    python -m tests.distributed mirrored|one-device|multi-worker FILE [SCENARIO ...]

TensorFlow has to be told of its devices and of the other workers before it starts:
hence a program. It writes, for each scenario, the greatest difference between the two
in all figures and in the weights, and a checksum of the weights' bits, as JSON. Each
worker has a file of its own: `{}` in the name stands for its number.
"""

import hashlib
import json
import sys
import tempfile
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

import keras_mlp
from keras_mlp.training import is_chief

RANDOM = np.random.default_rng(0)
# Batches of 8 leave a last one of 5, which no two replicas can divide.
X = RANDOM.normal(size=(45, 6)).astype("float32")
Y = RANDOM.integers(0, 4, size=45)
WEIGHT = RANDOM.uniform(0.1, 2.0, size=45).astype("float32")
CROSS_ENTROPY = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def network(*layers, optimizer=None, metrics=("accuracy",), **options):
    layers = layers or (
        keras_mlp.layers.Dense(7, activation="tanh", kernel_regularizer="l2"),
        keras_mlp.layers.Dense(4),
    )
    model = keras_mlp.Sequential(list(layers))
    model.compile(
        optimizer or keras.optimizers.Adam(0.01),
        CROSS_ENTROPY,
        metrics=list(metrics),
        weighted_metrics=[
            keras.metrics.SparseCategoricalCrossentropy(from_logits=True)
        ],
        **options,
    )
    return model


def batches(*arrays, size=8):
    return tf.data.Dataset.from_tensor_slices(arrays or (X, Y)).batch(size)


def data_set(model):
    yield model.fit(batches(X, Y, WEIGHT), epochs=2, validation_data=(X, Y), verbose=0)
    yield model.evaluate(batches(), return_dict=True, verbose=0)
    # Two rows for three replicas, and batches without a common size.
    yield model.evaluate(batches(X[:2], Y[:2]), verbose=0)
    yield {"predictions": model.predict(X, batch_size=8, verbose=0)}
    yield {"few": model.predict(X[:1], verbose=0)}


def arrays(model):
    yield model.fit(
        X,
        Y,
        batch_size=6,
        epochs=2,
        validation_split=0.2,
        class_weight={0: 1.0, 1: 2.0, 2: 0.5, 3: 1.0},
        verbose=0,
    )
    yield model.evaluate(X, Y, sample_weight=WEIGHT, return_dict=True, verbose=0)


def loaded(model):
    train = keras_mlp.data.load("mnist_5k", "train[:700]", batch_size=128, seed=3)
    test = keras_mlp.data.load("mnist_5k", "test[:300]", batch_size=128)
    yield model.fit(train, epochs=2, validation_data=test, verbose=0)
    yield model.fit(train, epochs=1, verbose=0)
    yield {"epoch": float(train.epoch)}


def on_batch(model):
    yield {"train": model.train_on_batch(X[:8], Y[:8], sample_weight=WEIGHT[:8])}
    yield {"train": model.train_on_batch(X[:7], Y[:7])}
    yield model.test_on_batch(X[:8], Y[:8], return_dict=True)
    yield {"predictions": model.predict_on_batch(X[:5])}


def callbacks(model):
    with tempfile.TemporaryDirectory() as directory:
        log, best = Path(directory, "log.csv"), Path(directory, "best.keras")
        yield model.fit(
            batches(),
            epochs=6,
            validation_data=(X, Y),
            verbose=0,
            callbacks=[
                keras.callbacks.EarlyStopping("loss", patience=0, min_delta=0.05),
                keras.callbacks.ReduceLROnPlateau("loss", patience=0, min_delta=1.0),
                keras.callbacks.CSVLogger(log),
                keras.callbacks.ModelCheckpoint(best, monitor="loss"),
            ],
        )
        yield {"rate": keras.ops.convert_to_numpy(model.optimizer.learning_rate)}
        chief = is_chief(model.distribute_strategy)
        assert log.exists() == best.exists() == chief
        if chief:
            saved = keras.saving.load_model(best)
            yield {"saved": saved.predict(X, verbose=0)}


class Squares(keras_mlp.Model):
    """Has a step of its own, and a log that is no metric."""

    def __init__(self):
        super().__init__()
        self.dense = keras_mlp.layers.Dense(4)

    def call(self, inputs):
        return self.dense(inputs)

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            logits = self(x, training=True)
            loss = self.compute_loss(x, y, logits)
        gradients = tape.gradient(loss, self.trainable_weights)
        self.optimizer.apply(gradients, self.trainable_weights)
        logs = self.compute_metrics(x, y, logits)
        return {**logs, "square": tf.reduce_mean(x**2)}


def own_step():
    model = Squares()
    model.compile(keras_mlp.optimizers.GradientDescent(0.1), CROSS_ENTROPY)
    return model


def classifier():
    model = keras_mlp.models.MLPClassifier(4, [5], seed=0)
    model.compile()
    return model


COLUMNS = {
    "number": np.where(X[:, 0] > 1, np.nan, X[:, 0]),
    "few": np.array(["a", "b", "c", ""], object)[np.arange(45) % 4],
    "many": np.array([f"word {number % 35}" for number in range(45)], object),
}


def table():
    preprocessing = keras_mlp.data.TabularPreprocessing(seed=0)
    model = keras_mlp.models.MLPClassifier(4, [5], preprocessing=preprocessing, seed=0)
    model.adapt(COLUMNS)
    model.compile()
    return model


def fit_table(model):
    """A table that is encoded once, and one that is in each step."""
    yield model.fit(COLUMNS, Y, batch_size=8, epochs=2, shuffle=False, verbose=0)
    raw = model.preprocessing.raw(COLUMNS)
    yield model.fit(batches(raw, Y), validation_data=(COLUMNS, Y), verbose=0)
    yield {"predictions": model.predict(batches(raw, Y), verbose=0)}


def regressor():
    model = keras_mlp.models.MLPRegressor(1, [5], seed=0)
    model.adapt(X, Y.astype("float32"))
    model.compile()
    return model


def fit_regressor(model):
    yield model.fit(X, Y[:, None].astype("float32"), batch_size=8, epochs=2, verbose=0)
    yield {"predictions": model.predict(X, verbose=0)}


def line():
    model = keras_mlp.models.LinearRegression()
    model.compile(keras_mlp.optimizers.GradientDescent(0.01), "mse")
    return model


def fit_line(model):
    yield model.fit(X[:, :1], 3 * X[:, :1] + 2, batch_size=8, epochs=2, verbose=0)


def autoencoder():
    model = keras_mlp.models.ConvAutoencoder()
    model.compile("adam", "mse")
    return model


def fit_autoencoder(model):
    images = np.linspace(0, 1, 12 * 28 * 28, dtype="float32").reshape(12, 28, 28, 1)
    yield model.fit(images, images, batch_size=8, epochs=1, verbose=0)


class Stops(keras.callbacks.Callback):
    """Ends the program, as far as `fit` can tell, in the second epoch."""

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch

    def on_train_batch_end(self, batch, logs=None):
        if self.epoch == 1 and batch == 3:
            raise KeyboardInterrupt


def with_dropout():
    return network(
        keras_mlp.layers.Dense(8, activation="relu"),
        keras.layers.Dropout(0.3, seed=5),
        keras_mlp.layers.Dense(10),
    )


def resumed(model):
    """A run that is stopped in its second epoch ends as one that is not."""
    strategy = model.distribute_strategy

    def fit(model, *callbacks):
        train = keras_mlp.data.load("mnist_5k", "train[:700]", batch_size=128, seed=3)
        return model.fit(train, epochs=2, callbacks=list(callbacks), verbose=0)

    whole = fit(model)
    stopped, again = (with_scope(strategy, with_dropout) for _ in range(2))
    with tempfile.TemporaryDirectory() as directory:
        resume = keras_mlp.callbacks.ExactResume(directory, every_steps=2)
        with pytest.raises(KeyboardInterrupt):
            fit(stopped, Stops(), resume)
        history = fit(again, resume)
    # Replicas go on with equal parts of the sum of their metrics, not with their own.
    tolerance = 0 if strategy.num_replicas_in_sync == 1 else 1e-6
    assert difference(history.history, whole.history) <= tolerance
    assert difference(again.get_weights(), model.get_weights()) == 0
    # All replicas draw the same numbers for their parts: not those of one alone.
    model.set_weights([np.zeros_like(weight) for weight in model.get_weights()])
    yield {}


def with_scope(strategy, make):
    keras.utils.set_random_seed(1)
    with strategy.scope():
        return make()


def own_parts(model):
    """Each worker reads a part of its own: every other four of each eight rows."""
    strategy = model.distribute_strategy
    alone = strategy.num_replicas_in_sync == 1
    x, y = X[:32], Y[:32]
    if not alone:
        # For two workers of one replica each.
        index = strategy.cluster_resolver.task_id
        x, y = (a.reshape(4, 2, 4, -1)[:, index].reshape(16, -1) for a in (x, y))
        y = y[:, 0]
    data = tf.data.Dataset.from_tensor_slices((x, y)).batch(8, drop_remainder=True)
    options = tf.data.Options()
    options.experimental_distribute.auto_shard_policy = (
        tf.data.experimental.AutoShardPolicy.OFF
    )
    yield model.fit(data.with_options(options), epochs=2, verbose=0)
    yield model.evaluate(data.with_options(options), return_dict=True, verbose=0)


def unlike(model):
    """The workers' data are shuffled differently."""
    strategy = model.distribute_strategy
    if strategy.num_replicas_in_sync > 1:
        order = np.random.default_rng(strategy.cluster_resolver.task_id)
        with pytest.raises(ValueError, match="must read the same batches"):
            model.fit(X[order.permutation(45)], Y, shuffle=False, verbose=0)
    yield model.fit(X, Y, shuffle=False, verbose=0)


def uneven(model):
    """The workers' own data are of different lengths."""
    strategy = model.distribute_strategy
    with strategy.scope():
        model.build((None, 6))
    if strategy.num_replicas_in_sync > 1:
        count = 16 * (1 + strategy.cluster_resolver.task_id)
        options = tf.data.Options()
        options.experimental_distribute.auto_shard_policy = (
            tf.data.experimental.AutoShardPolicy.OFF
        )
        data = batches(X[:count], Y[:count]).with_options(options)
        with pytest.raises(ValueError, match=r"\[1, 3\].*steps_per_epoch"):
            model.fit(data, verbose=0)
        logs = model.fit(data, steps_per_epoch=2, verbose=0).history
        assert len(logs["loss"]) == 1
    model.set_weights([np.zeros_like(weight) for weight in model.get_weights()])
    yield {}


def with_statistics(**options):
    return lambda: network(
        # A bias before a normalization has no gradient but rounding errors.
        keras_mlp.layers.Dense(7, use_bias=False),
        keras.layers.BatchNormalization(synchronized=True),
        keras_mlp.layers.Dense(4),
        **options,
    )


def halves():
    dtype = "mixed_float16"
    return network(
        keras_mlp.layers.Dense(7, activation="relu", dtype=dtype),
        keras_mlp.layers.Dense(4, dtype=dtype),
    )


def averaged():
    inner = keras.optimizers.SGD(0.1, momentum=0.9, weight_decay=0.01, use_ema=True)
    falling = keras_mlp.optimizers.schedules.FlatCosine(2.0)
    groups = [
        {"match": "bias", "learning_rate": falling, "weight_decay": 0},
        {"match": "kernel", "learning_rate": 0.5, "weight_decay": falling},
    ]
    return network(optimizer=keras_mlp.optimizers.ParameterGroups(inner, groups))


def one_unit():
    model = keras_mlp.Sequential([keras_mlp.layers.Dense(1)])
    model.compile(keras.optimizers.Adam(0.01), "mse", on_divergence="raise")
    return model


def diverging(model):
    """Whose squares are too large for float32 in the fifth batch."""
    targets = Y.astype("float32")
    targets[36] = 1e30
    try:
        yield model.fit(batches(X, targets[:, None]), verbose=0)
    except keras_mlp.training.DivergedError as error:
        yield {"step": [error.epoch, error.step]}


SCENARIOS = {
    "data_set": (network, data_set),
    "arrays": (network, arrays),
    "loaded": (
        lambda: network(
            keras_mlp.layers.Dense(10),
            optimizer=keras_mlp.optimizers.GradientDescent(0.1),
        ),
        loaded,
    ),
    "on_batch": (network, on_batch),
    "callbacks": (network, callbacks),
    "groups": (lambda: network(steps_per_execution=4), data_set),
    "table": (table, fit_table),
    "eagerly": (lambda: network(run_eagerly=True), on_batch),
    "statistics": (with_statistics(), data_set),
    "halves": (halves, arrays),
    "averaged": (averaged, data_set),
    "own_step": (own_step, lambda model: [model.fit(batches(), verbose=0)]),
    "classifier": (classifier, data_set),
    "regressor": (regressor, fit_regressor),
    "line": (line, fit_line),
    "autoencoder": (autoencoder, fit_autoencoder),
    "resumed": (with_dropout, resumed),
    "own_parts": (network, own_parts),
    "unlike": (network, unlike),
    "uneven": (network, uneven),
    "diverging": (one_unit, diverging),
}


def figures(scenario, scope):
    """Returns all numbers that come of a scenario, and the weights."""
    make, train = SCENARIOS[scenario]
    keras.utils.set_random_seed(1)
    with scope:
        model = make()
    results = []
    for result in train(model):
        if isinstance(result, keras.callbacks.History):
            result = result.history
        results.append(result)
    return results, model.get_weights()


def difference(one, other):
    """Returns the greatest difference between two structures of numbers."""
    keras.tree.assert_same_structure(one, other)
    pairs = zip(keras.tree.flatten(one), keras.tree.flatten(other), strict=True)
    return max(
        (
            float(np.max(np.abs(np.asarray(a, float) - np.asarray(b, float))))
            for a, b in pairs
        ),
        default=0.0,
    )


def make_strategy(name):
    if name == "multi-worker":
        return tf.distribute.MultiWorkerMirroredStrategy()
    device = tf.config.list_physical_devices("CPU")[0]
    if name == "one-device":
        return tf.distribute.OneDeviceStrategy("CPU:0")
    tf.config.set_logical_device_configuration(
        device, [tf.config.LogicalDeviceConfiguration()] * 2
    )
    return tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])


def main():
    name, file, *scenarios = sys.argv[1:]
    strategy = make_strategy(name)
    alone = tf.distribute.get_strategy()
    results = {}
    for scenario in scenarios:
        shared, weights = figures(scenario, strategy.scope())
        checksum = hashlib.sha256(b"".join(w.tobytes() for w in weights)).hexdigest()
        line = results[scenario] = {"checksum": checksum}
        if is_chief(strategy):
            expected, single = figures(scenario, alone.scope())
            line["figures"] = difference(shared, expected)
            line["weights"] = difference(weights, single)
    worker = strategy.cluster_resolver.task_id if name == "multi-worker" else 0
    Path(file.format(worker)).write_text(json.dumps(results))


if __name__ == "__main__":
    main()
