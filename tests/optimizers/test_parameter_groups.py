import keras
import numpy as np
import pytest
import tensorflow as tf

import keras_mlp
from keras_mlp.optimizers import ParameterGroups
from keras_mlp.optimizers.schedules import FlatCosine
from tests.optimizers.applied import gradients, starts, steps

X = np.random.default_rng(0).normal(size=(60, 5)).astype("float32")
Y = np.random.default_rng(1).integers(0, 3, 60)
ONES = [{"match": "kernel", "learning_rate": 1, "weight_decay": 1.0}]
OPTIMIZERS = [
    getattr(keras.optimizers, name)
    for name in (
        *("SGD", "Adam", "AdamW", "RMSprop", "Adagrad", "Adadelta", "Adamax", "Nadam"),
        *("Ftrl", "Lion", "Lamb", "Adafactor", "Muon", "ScheduleFreeAdamW"),
    )
    if hasattr(keras.optimizers, name)
]
SETTINGS = [
    *((make, {"global_clipnorm": 0.1}) for make in OPTIMIZERS),
    (keras.optimizers.Adam, {"use_ema": True, "ema_overwrite_frequency": 2}),
    (keras.optimizers.SGD, {"gradient_accumulation_steps": 2, "momentum": 0.9}),
]


@pytest.mark.long_after(5)
@pytest.mark.parametrize(("make", "options"), SETTINGS)
def test_with_factors_of_one_it_is_the_optimizer_itself(make, options):
    stock = steps(make(0.1, weight_decay=0.01, **options), 3)
    inner = make(0.1, weight_decay=0.01, **options)
    ours = steps(ParameterGroups(inner, ONES), 3)
    for our_weight, stock_weight in zip(ours, stock, strict=True):
        np.testing.assert_array_equal(our_weight, stock_weight)


@pytest.mark.parametrize("accumulated", [None, 2])
def test_each_group_is_an_adamw_with_rates_of_its_own(accumulated):
    falling = FlatCosine(3.0, 6)
    optimizer = ParameterGroups(
        keras.optimizers.AdamW(
            0.1, weight_decay=0.2, gradient_accumulation_steps=accumulated
        ),
        [
            {"match": ["nothing", "^kernel$"], "learning_rate": falling},
            {"match": "bias", "learning_rate": 6, "weight_decay": falling},
            {"match": "kernel", "learning_rate": 1000.0},
        ],
    )
    ours = steps(optimizer)
    factor = [float(falling(step)) for step in range(6)]
    ones = [1.0] * 6
    for rates, decays, place in ((factor, ones, 0), ([6.0] * 6, factor, 1)):
        given = [step[place] for step in gradients()]
        expected = adamw(starts()[place], given, rates, decays, accumulated or 1)
        np.testing.assert_allclose(ours[place], expected, atol=1e-5)


def adamw(weight, given, rates, decays, accumulated):
    weight, m, v, summed = weight.astype("float64"), 0, 0, 0
    for step, gradient in enumerate(given):
        summed = summed + gradient / accumulated
        if (step + 1) % accumulated:
            continue
        t = (step + 1) // accumulated
        rate = 0.1 * rates[step]
        weight = weight - weight * rate * 0.2 * decays[step]
        m = 0.9 * m + 0.1 * summed
        v = 0.999 * v + 0.001 * summed**2
        root = np.sqrt(v / (1 - 0.999**t))
        # Keras adds its epsilon before the correction.
        root = root + 1e-7 / np.sqrt(1 - 0.999**t)
        weight = weight - rate * m / (1 - 0.9**t) / root
        summed = 0
    return weight


def groups():
    return [
        {"match": "bias", "learning_rate": 0.1, "weight_decay": 0.0},
        {"match": "dense", "weight_decay": FlatCosine(2.0, 12)},
    ]


def trained(optimizer, ours=True):
    keras.utils.set_random_seed(0)
    make = keras_mlp.Sequential if ours else keras.Sequential
    model = make([keras.Input((5,)), keras.layers.Dense(4), keras.layers.Dense(3)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer, loss)
    fit(model)
    return model


def fit(model):
    model.fit(X, Y, batch_size=10, shuffle=False, verbose=0)


def assert_equal(one, other):
    assert one.optimizer.iterations == other.optimizer.iterations
    for a, b in zip(one.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_in_programs_of_many_steps_too():
    inner = keras.optimizers.AdamW(0.01)
    assert_equal(
        trained(ParameterGroups(inner, ONES)), trained(keras.optimizers.AdamW(0.01))
    )


@pytest.mark.long_after(1)
@pytest.mark.parametrize("ours", [True, False], ids=["ours", "stock"])
def test_is_saved_with_the_model_and_goes_on(ours, tmp_path):
    inner = keras.optimizers.AdamW(0.01, weight_decay=0.1)
    model = trained(ParameterGroups(inner, groups()), ours)
    model.optimizer.learning_rate = 0.02
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    assert type(again.optimizer) is ParameterGroups
    assert again.optimizer.get_config() == model.optimizer.get_config()
    for one in (model, again):
        fit(one)
    assert_equal(model, again)
    assert again.optimizer.learning_rate == np.float32(0.02)


@pytest.fixture
def _restored_dtype_policy():
    before = keras.config.dtype_policy()
    yield
    keras.config.set_dtype_policy(before)


@pytest.mark.usefixtures("_restored_dtype_policy")
def test_under_a_loss_scale():
    keras.config.set_dtype_policy("mixed_float16")
    inner = keras.optimizers.AdamW(0.01, weight_decay=0.1, loss_scale_factor=8.0)
    model = trained(ParameterGroups(inner, groups()))
    assert isinstance(model.optimizer, keras.optimizers.LossScaleOptimizer)
    # Of two scales, the outer one would be forgotten when gradients are unscaled.
    assert inner.loss_scale_factor is None
    scaled = keras.optimizers.LossScaleOptimizer(
        ParameterGroups(keras.optimizers.AdamW(0.01, weight_decay=0.1), groups())
    )
    assert_equal(model, trained(scaled))


def test_callbacks_set_the_learning_rate():
    model = trained(ParameterGroups(keras.optimizers.SGD(0.1), []))
    stock = trained(keras.optimizers.SGD(0.1))
    for one in (model, stock):
        halve = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate / 2)
        reduce = keras.callbacks.ReduceLROnPlateau("loss", min_delta=10, patience=1)
        one.fit(X, Y, epochs=3, callbacks=[halve, reduce], verbose=0, shuffle=False)
    assert_equal(model, stock)
    assert 0 < model.optimizer.learning_rate == stock.optimizer.learning_rate < 0.02


def test_rows_of_an_embedding_are_updated_where_used():
    table = keras.Variable(np.ones((4, 2)), dtype="float32", name="embeddings")
    gradient = tf.IndexedSlices(tf.ones((2, 2)), tf.constant([1, 3]), (4, 2))
    half = [{"match": "embeddings", "learning_rate": 0.5}]
    ParameterGroups(keras.optimizers.SGD(1.0), half).apply([gradient], [table])
    np.testing.assert_array_equal(table[:, 0], [1, 0.5, 1, 0.5])


def test_the_name_of_an_optimizer_will_do():
    optimizer = ParameterGroups("sgd", [{"match": "bias", "learning_rate": 0}])
    kernel, bias = steps(optimizer)
    np.testing.assert_array_equal(bias, starts()[1])
    assert (kernel != starts()[0]).all()


def test_tells_of_a_group_that_nothing_is_in(caplog):
    groups = [{"match": "bias"}, {"match": "biass"}, {"match": ["scale", "shift"]}]
    steps(ParameterGroups("sgd", groups))
    assert "no variable's path has 'biass', ['scale', 'shift'] in it" in caplog.text


@pytest.mark.parametrize(
    ("optimizer", "groups", "message"),
    [
        ("no optimizer", [], "`optimizer` must be one of `keras.optimizers`"),
        (
            keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD()),
            [],
            "`optimizer` must be an optimizer with an `update_step`",
        ),
        ("sgd", {"match": "bias"}, "`groups` must be a list of dictionaries"),
        ("sgd", [{"learning_rate": 2}], r'groups\[0\]` must be a dictionary with "mat'),
        ("sgd", [{"match": "bias", "lr": 2}], "Received: 'lr'. Leave it out"),
        ("sgd", [{"match": "("}], r'groups\[0\]\["match"\]` must be a part of the p'),
        ("sgd", [{"match": []}], r'groups\[0\]\["match"\]` must be a part of the p'),
        ("sgd", [{"match": 3}], r'groups\[0\]\["match"\]` must be a part of the p'),
        (
            "sgd",
            [{"match": "bias", "learning_rate": -1}],
            r'groups\[0\]\["learning_rate"\]` must be a finite number of at least 0',
        ),
        (
            "sgd",
            [{"match": "bias", "weight_decay": 2}],
            "SGD with weight_decay=None. Pass for example `weight_decay=0.01`",
        ),
    ],
)
def test_says_what_is_wrong(optimizer, groups, message):
    with pytest.raises(ValueError, match=message):
        ParameterGroups(optimizer, groups)
