"""The training step equals stock Keras', option by option.

The same model is trained from the same weights on the same data, once with
`keras.Model`, `keras.Sequential` and `keras.layers.Dense` and once with ours.
Weights must agree to 1e-6, and so must the whole history.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

import keras_mlp
from tests.limits import ALWAYS, change_limits

BATCH_SIZE = 16
# Four full batches and a partial one.
EXAMPLES = 70
CLASSES = 3


@dataclass
class Kit:
    """The classes that a scenario builds its model from."""

    Model: type
    Sequential: type
    Dense: type


STOCK = Kit(keras.Model, keras.Sequential, keras.layers.Dense)
OURS = Kit(keras_mlp.Model, keras_mlp.Sequential, keras_mlp.layers.Dense)

# Ours, and what it is compared with.
OPTIMIZERS: dict[str, tuple[Callable, Callable]] = {
    "SGD": (keras.optimizers.SGD, keras.optimizers.SGD),
    "Adam": (keras.optimizers.Adam, keras.optimizers.Adam),
    "GradientDescent": (keras_mlp.optimizers.GradientDescent, keras.optimizers.SGD),
}


def perceptron(kit, **hidden_options):
    return kit.Sequential(
        [
            keras.Input((5,)),
            kit.Dense(8, activation="relu", **hidden_options),
            kit.Dense(6, activation="tanh"),
            kit.Dense(CLASSES),
        ]
    )


def with_dropout_and_normalization(kit):
    return kit.Sequential(
        [
            keras.Input((5,)),
            kit.Dense(8, activation="relu"),
            keras.layers.BatchNormalization(),
            keras.layers.Dropout(0.4, seed=1),
            kit.Dense(CLASSES),
        ]
    )


def with_frozen_layer(kit):
    model = perceptron(kit)
    model.layers[1].trainable = False
    return model


def subclassed(kit):
    class Perceptron(kit.Model):
        def __init__(self):
            super().__init__()
            self.hidden = kit.Dense(8, activation="relu")
            self.dropout = keras.layers.Dropout(0.3, seed=2)
            self.outputs_layer = kit.Dense(CLASSES)

        def build(self, input_shape):
            self.hidden.build(input_shape)
            self.outputs_layer.build((None, 8))

        def call(self, inputs, training=False):
            hidden = self.dropout(self.hidden(inputs), training=training)
            self.add_loss(1e-2 * keras.ops.mean(hidden**2))
            return self.outputs_layer(hidden)

    model = Perceptron()
    model.build((None, 5))
    return model


def mixed_precision(kit):
    return kit.Sequential(
        [
            keras.Input((5,)),
            kit.Dense(8, activation="relu", dtype="mixed_float16"),
            kit.Dense(CLASSES, dtype="float32"),
        ],
        name="mixed",
    )


def two_inputs_and_outputs(kit):
    first = keras.Input((5,), name="first")
    second = keras.Input((2,), name="second")
    joined = keras.layers.Concatenate()(
        [kit.Dense(4, activation="relu")(first), kit.Dense(4)(second)]
    )
    return kit.Model(
        [first, second],
        {
            "digit": kit.Dense(CLASSES, name="digit")(joined),
            "size": kit.Dense(1, name="size")(joined),
        },
    )


def examples(seed=0, count=EXAMPLES):
    random = np.random.default_rng(seed)
    x = random.normal(size=(count, 5)).astype("float32")
    y = random.integers(0, CLASSES, size=count)
    return x, y


def classification():
    x, y = examples()
    return {"x": x, "y": y}


def two_inputs():
    x, y = examples()
    return {"x": [x, x[:, :2]], "y": {"digit": y, "size": x[:, :1] * 2}}


def sample_weights():
    return np.random.default_rng(1).uniform(0, 2, size=EXAMPLES).astype("float32")


@dataclass
class Scenario:
    """One way to train; `fit` runs for three epochs."""

    model: Callable[[Kit], keras.Model] = perceptron
    data: Callable[[], dict[str, Any]] = classification
    optimizer: dict[str, Any] = field(default_factory=dict)
    compile: Callable[[], dict[str, Any]] = dict
    # Made anew for each run: metrics and callbacks have state.
    fit: Callable[[], dict[str, Any]] = dict
    policy: str = "float32"


def dataset(seed=0, count=EXAMPLES, **options):
    return (
        tf.data.Dataset.from_tensor_slices(examples(seed, count))
        .batch(BATCH_SIZE, **options)
        .map(lambda x, y: (x, y))
    )


SCENARIOS = {
    "partial last batch": Scenario(),
    "subclassed with added loss and dropout": Scenario(model=subclassed),
    "sample weights": Scenario(
        fit=lambda: {"sample_weight": sample_weights()},
        compile=lambda: {"weighted_metrics": ["accuracy"], "metrics": ["accuracy"]},
    ),
    "class weights": Scenario(fit=lambda: {"class_weight": {0: 0.2, 1: 3.0, 2: 1.0}}),
    "regularizers": Scenario(
        model=lambda kit: perceptron(
            kit,
            kernel_regularizer="l2",
            bias_regularizer="l1",
            activity_regularizer="l2",
        )
    ),
    "constraints": Scenario(
        model=lambda kit: perceptron(
            kit, kernel_constraint="max_norm", bias_constraint="non_neg"
        )
    ),
    "frozen layer": Scenario(model=with_frozen_layer),
    "dropout and batch normalization": Scenario(
        model=with_dropout_and_normalization,
        fit=lambda: {"validation_data": examples(seed=3, count=20)},
    ),
    "mixed_float16 layers": Scenario(model=mixed_precision),
    "mixed_float16 policy": Scenario(policy="mixed_float16"),
    "mixed_bfloat16 policy": Scenario(policy="mixed_bfloat16"),
    "loss scale factor": Scenario(optimizer={"loss_scale_factor": 128.0}),
    "gradient accumulation": Scenario(optimizer={"gradient_accumulation_steps": 3}),
    "clipnorm": Scenario(optimizer={"clipnorm": 0.05}),
    "clipvalue": Scenario(optimizer={"clipvalue": 0.01}),
    "global_clipnorm": Scenario(optimizer={"global_clipnorm": 0.05}),
    "weight decay": Scenario(optimizer={"weight_decay": 0.1}),
    "moving average": Scenario(
        optimizer={"use_ema": True, "ema_overwrite_frequency": 4}
    ),
    "learning rate schedule": Scenario(
        fit=lambda: {
            "callbacks": [keras.callbacks.LearningRateScheduler(lambda e, lr: lr / 2)]
        }
    ),
    "run_eagerly": Scenario(compile=lambda: {"run_eagerly": True}),
    "XLA": Scenario(compile=lambda: {"jit_compile": True}),
    "steps_per_execution below the epoch": Scenario(
        compile=lambda: {"steps_per_execution": 2}
    ),
    "steps_per_execution above the epoch": Scenario(
        compile=lambda: {"steps_per_execution": 50}
    ),
    "steps_per_epoch": Scenario(
        data=lambda: {"x": dataset().repeat()},
        fit=lambda: {"steps_per_epoch": 3},
    ),
    "data set": Scenario(data=lambda: {"x": dataset()}),
    "data set without the partial batch": Scenario(
        data=lambda: {"x": dataset(drop_remainder=True)}
    ),
    "validation data": Scenario(
        fit=lambda: {
            "validation_data": examples(seed=4, count=30),
            "validation_batch_size": 7,
        },
        compile=lambda: {"metrics": ["accuracy"]},
    ),
    "validation split": Scenario(fit=lambda: {"validation_split": 0.3}),
    "validation data set": Scenario(
        fit=lambda: {"validation_data": dataset(seed=4, count=41)}
    ),
    "validation of a data set": Scenario(
        data=lambda: {"x": dataset()},
        fit=lambda: {"validation_data": examples(seed=4, count=71)},
    ),
    "validation steps": Scenario(
        fit=lambda: {"validation_split": 0.5, "validation_steps": 2}
    ),
    "shuffled": Scenario(fit=lambda: {"shuffle": True}),
    "shuffled batches": Scenario(fit=lambda: {"shuffle": "batch"}),
    "steps_per_epoch of arrays": Scenario(fit=lambda: {"steps_per_epoch": 5}),
    "all batches full": Scenario(
        data=lambda: dict(zip("xy", examples(count=64), strict=True)),
        fit=lambda: {"sample_weight": np.arange(64.0)},
    ),
    "two inputs and outputs": Scenario(
        model=two_inputs_and_outputs,
        data=two_inputs,
        compile=lambda: {
            "loss": {
                "digit": keras.losses.SparseCategoricalCrossentropy(from_logits=True),
                "size": "mse",
            },
            "loss_weights": {"digit": 1.0, "size": 0.3},
            "metrics": {"digit": ["accuracy"], "size": ["mae"]},
        },
    ),
    "several metrics": Scenario(
        compile=lambda: {
            "metrics": [
                "accuracy",
                keras.metrics.SparseTopKCategoricalAccuracy(2, name="top_two"),
                keras.metrics.SparseCategoricalCrossentropy(from_logits=True),
            ]
        }
    ),
    "early stopping": Scenario(
        fit=lambda: {
            "validation_split": 0.2,
            "epochs": 12,
            "callbacks": [
                keras.callbacks.EarlyStopping(
                    "val_loss", patience=1, min_delta=0.02, restore_best_weights=True
                )
            ],
        }
    ),
}


def build(kit, scenario, make_optimizer, weights=None):
    """Returns a compiled model, and sets its weights where they are given."""
    keras.utils.set_random_seed(7)
    keras.config.set_dtype_policy(scenario.policy)
    model = scenario.model(kit)
    if weights is not None:
        model.set_weights(weights)
    options = {
        "loss": keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        **scenario.compile(),
    }
    model.compile(optimizer=make_optimizer(0.05, **scenario.optimizer), **options)
    return model


def fit(model, scenario):
    arguments = {
        "epochs": 3,
        "batch_size": BATCH_SIZE,
        "shuffle": False,
        "verbose": 0,
        **scenario.data(),
        **scenario.fit(),
    }
    if isinstance(arguments["x"], tf.data.Dataset):
        del arguments["batch_size"]
    keras.utils.set_random_seed(11)
    return model.fit(**arguments).history


@pytest.fixture(autouse=True)
def _always_in_a_loop(monkeypatch):
    # Few steps, for which the loop would not pay, as in a long training: in two groups,
    # the second smaller.
    change_limits(monkeypatch, loop_pays_after=ALWAYS, most_steps=3)


@pytest.fixture(autouse=True)
def _restored_dtype_policy():
    policy = keras.config.dtype_policy()
    yield
    keras.config.set_dtype_policy(policy)


def assert_same_weights(ours, stock, started_from):
    assert len(ours.weights) == len(stock.weights)
    moved = False
    for our_weight, stock_weight, start in zip(
        ours.get_weights(), stock.get_weights(), started_from, strict=True
    ):
        np.testing.assert_allclose(our_weight, stock_weight, rtol=1e-6, atol=1e-6)
        moved = moved or not np.array_equal(our_weight, start)
    assert moved, "the training changed nothing, so the comparison says nothing"


# Each on its own, with each optimizer, takes minutes: `--long`. In these combinations
# every one is tried too.
COMBINATIONS = {
    "GradientDescent": [
        ("partial last batch",),
        ("subclassed with added loss and dropout",),
        ("sample weights", "global_clipnorm"),
        (
            *("class weights", "clipvalue", "validation split"),
            "steps_per_execution above the epoch",
        ),
        ("regularizers", "clipnorm", "shuffled batches"),
        ("constraints", "loss scale factor", "validation steps"),
        ("mixed_float16 layers", "validation data set"),
        ("mixed_bfloat16 policy", "shuffled"),
        ("run_eagerly", "validation data"),
        ("XLA",),
        ("steps_per_execution below the epoch", "validation of a data set"),
        ("steps_per_epoch",),
        ("data set",),
        ("data set without the partial batch",),
        ("steps_per_epoch of arrays", "several metrics"),
        ("all batches full",),
        ("two inputs and outputs",),
        ("early stopping",),
    ],
    # It has state, which matters to these.
    "Adam": [
        ("mixed_float16 policy",),
        ("gradient accumulation",),
        ("dropout and batch normalization", "moving average"),
        ("frozen layer", "weight decay", "learning rate schedule"),
    ],
}
COMPARISONS = [
    *(
        pytest.param(names, optimizer, id=f"{' + '.join(names)}-{optimizer}")
        for optimizer, combinations in COMBINATIONS.items()
        for names in combinations
    ),
    *(
        pytest.param(
            (name,), optimizer, id=f"{name}-{optimizer}", marks=pytest.mark.long
        )
        for name in SCENARIOS
        for optimizer in OPTIMIZERS
        if (name,) not in COMBINATIONS.get(optimizer, ())
    ),
]


def combined(names):
    """Returns the scenario that has the options of each."""
    parts = [SCENARIOS[name] for name in names]

    def only(attribute):
        # What one of them changes, and no other.
        default = getattr(Scenario(), attribute)
        values = [getattr(part, attribute) for part in parts]
        changed = [value for value in values if value is not default]
        assert len(changed) < 2, (names, attribute)
        return changed[0] if changed else default

    def merged(dictionaries):
        options = {}
        for each in dictionaries:
            assert not options.keys() & each.keys(), names
            options.update(each)
        return options

    return Scenario(
        model=only("model"),
        data=only("data"),
        optimizer=merged(part.optimizer for part in parts),
        compile=lambda: merged(part.compile() for part in parts),
        fit=lambda: merged(part.fit() for part in parts),
        policy=only("policy"),
    )


def test_every_scenario_is_tried():
    tried = {
        name
        for combinations in COMBINATIONS.values()
        for names in combinations
        for name in names
    }
    assert tried == SCENARIOS.keys()


@pytest.mark.long_after(6)
@pytest.mark.parametrize(("names", "optimizer"), COMPARISONS)
def test_fit(names, optimizer):
    scenario = combined(names)
    make_ours, make_stock = OPTIMIZERS[optimizer]
    stock = build(STOCK, scenario, make_stock)
    start = stock.get_weights()
    ours = build(OURS, scenario, make_ours, weights=start)

    stock_history = fit(stock, scenario)
    our_history = fit(ours, scenario)

    assert_same_weights(ours, stock, start)
    assert list(our_history) == list(stock_history)
    for key, values in stock_history.items():
        np.testing.assert_allclose(our_history[key], values, rtol=1e-6, atol=1e-6)

    data = scenario.data()
    # What was validated with was evaluated, and is in the history.
    validated = any(key.startswith("val_") for key in our_history)
    if not validated and not isinstance(data["x"], tf.data.Dataset):
        np.testing.assert_allclose(
            ours.evaluate(**data, batch_size=BATCH_SIZE, verbose=0),
            stock.evaluate(**data, batch_size=BATCH_SIZE, verbose=0),
            rtol=1e-6,
        )


@pytest.mark.parametrize(
    "optimizer",
    [
        pytest.param(name, marks=() if name == "GradientDescent" else pytest.mark.long)
        for name in OPTIMIZERS
    ],
)
def test_train_and_test_on_batch(optimizer):
    scenario = Scenario(compile=lambda: {"metrics": ["accuracy"]})
    make_ours, make_stock = OPTIMIZERS[optimizer]
    stock = build(STOCK, scenario, make_stock)
    start = stock.get_weights()
    ours = build(OURS, scenario, make_ours, weights=start)
    x, y = examples()
    weight = sample_weights()
    for first in range(0, EXAMPLES, 20):
        batch = slice(first, first + 20)
        for options in ({}, {"sample_weight": weight[batch]}):
            np.testing.assert_allclose(
                ours.train_on_batch(x[batch], y[batch], **options),
                stock.train_on_batch(x[batch], y[batch], **options),
                rtol=1e-6,
            )
    assert_same_weights(ours, stock, start)
    # Before Keras 3.15 they are arrays.
    logs = [
        {k: float(v) for k, v in model.test_on_batch(x, y, return_dict=True).items()}
        for model in (ours, stock)
    ]
    assert logs[0] == pytest.approx(logs[1], rel=1e-6)


def test_half_precision_uses_loss_scaling():
    # Guards the comparison above: without scaling both would agree, on nothing.
    scenario = SCENARIOS["mixed_float16 policy"]
    ours = build(OURS, scenario, keras_mlp.optimizers.GradientDescent)
    fit(ours, scenario)
    assert isinstance(ours.optimizer, keras.optimizers.LossScaleOptimizer)


def test_model_without_trainable_weights_warns_like_keras():
    model = perceptron(OURS)
    model.trainable = False
    model.compile(
        optimizer="sgd",
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        run_eagerly=True,
    )
    before = model.get_weights()
    with pytest.warns(UserWarning, match="does not have any trainable weights"):
        model.fit(*examples(), verbose=0)
    for weight, start in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(weight, start)


def test_loss_of_the_epoch_is_the_mean_over_examples():
    x, y = examples()
    model = perceptron(OURS)
    model.compile(
        optimizer=keras_mlp.optimizers.GradientDescent(0.0),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    history = model.fit(x, y, batch_size=BATCH_SIZE, verbose=0).history
    logits = model.predict(x, verbose=0).astype("float64")
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    expected = -np.log(probabilities[np.arange(EXAMPLES), y]).mean()
    np.testing.assert_allclose(history["loss"], [expected], rtol=1e-6)


@pytest.mark.parametrize("base", [keras.Model, keras.Sequential])
def test_mixin_gives_any_keras_model_the_step(base):
    mixed = type("Mixed", (keras_mlp.training.TapeTrainer, base), {})
    assert mixed.train_step is keras_mlp.training.TapeTrainer.train_step
    assert mixed.test_step is keras_mlp.training.TapeTrainer.test_step


def test_overridden_train_step_is_used():
    class Counting(keras_mlp.Sequential):
        def train_step(self, data):
            logs = super().train_step(data)
            return {**logs, "halved": logs["loss"] / 2}

    model = Counting([keras_mlp.layers.Dense(1)])
    model.compile(optimizer="sgd", loss="mse")
    history = model.fit(np.ones((8, 2)), np.ones((8, 1)), verbose=0).history
    np.testing.assert_allclose(history["halved"], np.array(history["loss"]) / 2)


def test_same_seed_gives_the_same_bits():
    def run():
        keras.utils.set_random_seed(5)
        model = with_dropout_and_normalization(OURS)
        model.compile(
            optimizer="adam",
            loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        )
        model.fit(*examples(), epochs=2, batch_size=BATCH_SIZE, verbose=0)
        return model.get_weights()

    for first, second in zip(run(), run(), strict=True):
        np.testing.assert_array_equal(first, second)


def test_data_set_is_fitted_without_a_warning_about_shuffling():
    model = perceptron(OURS)
    model.compile(
        optimizer="sgd",
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    # A warning would be an error here.
    assert len(model.fit(dataset(), verbose=0).history["loss"]) == 1
