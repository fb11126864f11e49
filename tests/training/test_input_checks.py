"""Data that cannot be right are named, and nothing is trained on them."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

import keras_mlp
from keras_mlp.training import InputError
from tests.limits import ALWAYS, change_limits

COUNT, FEATURES, CLASSES = 64, 5, 3
SPARSE = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def examples(count=COUNT):
    random = np.random.default_rng(0)
    x = random.normal(size=(count, FEATURES)).astype("float32")
    return x, random.integers(0, CLASSES, count)


def compiled(loss=SPARSE, units=CLASSES, optimizer="sgd", **options):
    layers = [keras.Input((FEATURES,)), keras_mlp.layers.Dense(units)]
    model = keras_mlp.Sequential(layers)
    model.compile(optimizer=optimizer, loss=loss, **options)
    return model


@pytest.fixture(scope="module")
def model():
    return compiled()


def spoiled(array, value, index=17):
    array = array.astype("float32") if isinstance(value, float) else array.copy()
    array[index] = value
    return array


X, Y = examples()
ONE_HOT = np.eye(CLASSES, dtype="float32")[Y]
NAN = r"`x` must hold finite numbers\. .*1 of 64 examples, the first at index 17"
LABEL = r"`y` must hold class numbers, integers from 0 to 2, .* index 17"
WEIGHT = r"`sample_weight` must hold finite numbers of at least 0\. .* index 17"
# Of the example that is spoiled; infinite as float32.
LARGE = np.where(np.arange(COUNT) == 17, 1e39, 1.0)[:, None]
ARRAYS = {
    "NaN": ((spoiled(X, np.nan), Y), {}, NAN),
    "infinity": ((spoiled(X, -np.inf), Y), {}, NAN),
    "label too large": ((X, spoiled(Y, CLASSES)), {}, LABEL),
    "negative label": ((X, spoiled(Y, -1)), {}, LABEL),
    "NaN as a label": ((X, spoiled(Y, np.nan)), {}, LABEL),
    "infinity as a label": ((X, spoiled(Y, np.inf)), {}, LABEL),
    "one-hot rows": ((X, ONE_HOT), {}, r"class numbers.*y\.argmax"),
    "other rows": ((X, ONE_HOT[:, :2]), {}, r"shape of the model's outputs"),
    "lengths": ((X, Y[:-1]), {}, r"`x` and `y` .* Received: 64 and 63"),
    "nothing": ((X[:0], Y[:0]), {}, r"`x` must hold at least one example"),
    "width": ((X[:, 1:], Y), {}, r"features that the model was built for.*\(4,\)"),
    "text": ((X.astype(str), Y), {}, r"`x` must hold numbers\. Received: text"),
    "names": ((X, Y.astype(str)), {}, r"`y` must hold numbers\. Received: text"),
    "objects": ((X.astype(object), Y), {}, r"`x` must hold numbers.*of objects"),
    "NaN as a weight": (
        (X, Y),
        {"sample_weight": spoiled(np.ones(COUNT), np.nan)},
        WEIGHT,
    ),
    "too large for float32": ((X.astype("float64") * LARGE, Y), {}, NAN),
    "complex numbers": ((X + 1j, Y), {}, r"`x` must hold numbers\. .*complex"),
    "dates": ((X.astype("datetime64[s]"), Y), {}, r"`x` must hold numbers.*dates"),
    "a number": ((np.float32(1), Y), {}, r"`x` must have an axis for the examples"),
    "no inputs": ((None, Y), {}, r"`x` must hold the inputs\. Received: None"),
    "no targets": ((X, None), {}, r"`y` must hold the targets"),
    "complex targets": ((X, Y + 1j), {}, r"`y` must hold numbers\. .*complex"),
    "a target": ((X, np.int64(1)), {}, r"`y` must have an axis for the examples"),
    "another rank": ((X[:, 0], Y), {}, r"features that the model was built for.*\(\)"),
    "columns of weights": (
        (X, Y),
        {"sample_weight": np.ones((COUNT, 2))},
        r"`sample_weight` must hold a weight for each loss, .*\(\) .*\(2,\)",
    ),
    "number of weights": (
        (X, Y),
        {"sample_weight": np.ones(9)},
        r"`x` and `sample_weight` .* Received: 64 and 9",
    ),
}
OF_INPUTS = ("width", "text", "objects", "nothing", "complex numbers", "a number")
FIT = {
    "class weights": ({"class_weight": {0: 1.0, 3: 2.0}}, r"0 to 2\. .*\[3\]"),
    "negative class weights": ({"class_weight": {0: -1.0}}, r"at least 0\. .*-1"),
    "class weights that are no numbers": ({"class_weight": {0: "a"}}, r"'a'"),
    "class weights in a list": ({"class_weight": [1, 2, 3]}, r"be a dictionary"),
    "two kinds of weights": (
        {"class_weight": {0: 2.0}, "sample_weight": np.ones(COUNT)},
        r"`class_weight` and `sample_weight` cannot both",
    ),
    "split": ({"validation_split": 0.999}, r"leaves 0 and 64"),
    "split that is none": ({"validation_split": np.nan}, r"must be a number.*nan"),
    "split as text": ({"validation_split": "0.2"}, r"must be a number.*'0\.2'"),
}


def test_arguments_that_keras_does_not_name(model):
    for size in (0, -1, 2.5, np.nan, "8"):
        for call in (model.fit, model.evaluate):
            unchanged(
                model,
                call,
                X,
                Y,
                batch_size=size,
                match="`batch_size` must be a positive integer",
            )
    lists = {"x": X.tolist(), "y": Y.tolist(), "sample_weight": [1.0] * COUNT}
    for name, part in lists.items():
        data = {"x": X, "y": Y, name: part}
        match = f"`{name}` must be an array"
        unchanged(model, model.fit, match=match, **data)


@pytest.mark.long_after(1)
@pytest.mark.parametrize("check_inputs", [True, False])
def test_labels_and_weights_with_an_axis_and_without(check_inputs):
    model = compiled(check_inputs=check_inputs)
    weights = np.linspace(0, 2, COUNT)
    expected = None
    for y in (Y, Y[:, None], Y):
        for weight in (weights, weights[:, None], weights):
            for x in ((X, y), (dataset((X, y, weight)),)):
                options = {"sample_weight": weight} if len(x) == 2 else {}
                model.train_on_batch(X, y, sample_weight=weight * 0)
                found = model.evaluate(*x, **options, verbose=0)
                expected = found if expected is None else expected
                assert found == pytest.approx(expected)


def test_weights_along_an_axis():
    layers = [keras.Input((4, FEATURES)), keras_mlp.layers.Dense(CLASSES)]
    model = keras_mlp.Sequential(layers)
    model.compile(optimizer="sgd", loss=SPARSE)
    x, y = np.stack([X] * 4, axis=1), np.stack([Y] * 4, axis=1)
    whole = model.evaluate(x, y, verbose=0)
    for shape in ((COUNT, 1), (COUNT, 4), (COUNT, 4, 1)):
        halved = model.evaluate(x, y, sample_weight=np.full(shape, 0.5), verbose=0)
        assert halved == pytest.approx(whole / 2)
    for shape in ((COUNT,), (COUNT, 3), (COUNT, 2, 4)):
        # Of four examples, `(4,)` would weight the columns of each.
        match = r"weight for each loss, of the shape \(4,\)"
        weights = np.ones(shape)
        unchanged(model, model.fit, x, y, sample_weight=weights, match=match)


TAKEN = {
    "negative weights": (compiled, (X, Y, np.linspace(-1, 1, COUNT))),
    "fractional labels": (compiled, (X, spoiled(Y, 0.5))),
    "labels of a binary loss that are neither 0 nor 1": (
        lambda: compiled(keras.losses.BinaryCrossentropy(True)),
        (X, ONE_HOT.astype(int) * 2),
    ),
}


@pytest.mark.parametrize("name", TAKEN)
@pytest.mark.parametrize("as_data", [tuple, lambda data: (dataset(data),)])
def test_numbers_with_a_finite_outcome_are_taken_as_keras_takes_them(name, as_data):
    make, data = TAKEN[name]
    ours, stock = make(), keras.Sequential([keras.layers.Dense(CLASSES)])
    stock.build((None, FEATURES))
    stock.compile("sgd", ours.loss)
    stock.set_weights(ours.get_weights())
    x, *rest = as_data(data)
    options = dict(zip(("y", "sample_weight"), rest, strict=False))
    for model in (ours, stock):
        model.fit(x, **options, shuffle=False, verbose=0)
    for one, other in zip(ours.get_weights(), stock.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)


class Imputing(keras.layers.Layer):
    def call(self, inputs):
        return keras.ops.nan_to_num(inputs)


def test_missing_values_that_the_model_replaces_are_trained_on():
    model = keras_mlp.Sequential(
        [keras.Input((FEATURES,)), Imputing(), keras_mlp.layers.Dense(CLASSES)]
    )
    model.compile("sgd", SPARSE)
    missing = spoiled(X, np.nan)
    model.fit(missing, Y, verbose=0)
    model.train_on_batch(missing, Y)
    assert np.isfinite(model.evaluate(missing, Y, verbose=0))
    assert np.isfinite(model.predict(missing, verbose=0)).all()


def test_targets_of_several_outputs_are_searched():
    inputs = keras.Input((FEATURES,))
    outputs = {name: keras_mlp.layers.Dense(1, name=name)(inputs) for name in "ab"}
    model = keras_mlp.Model(inputs, outputs)
    model.compile("sgd", {"a": "mse", "b": "mse"})
    targets = {"a": X[:, :1], "b": spoiled(X[:, :1], np.nan)}
    match = r"`y` must hold finite numbers\. .* index 17"
    unchanged(model, model.fit, X, targets, match=match)


class OwnLoss(keras_mlp.Sequential):
    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, **_):
        return tf.reduce_mean(tf.square(y_pred))


def test_a_model_with_a_loss_of_its_own_needs_no_targets():
    model = OwnLoss([keras.Input((FEATURES,)), keras_mlp.layers.Dense(1)])
    model.compile(optimizer="sgd", loss="mse")
    model.fit(X, verbose=0)


def unchanged(model, function, *arguments, match, error=InputError, **options):
    before = model.get_weights()
    with pytest.raises(error, match=match):
        function(*arguments, verbose=0, **options)
    for one, other in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.long_after(5)
@pytest.mark.parametrize("name", ARRAYS)
def test_mistakes_in_arrays(model, name):
    data, options, match = ARRAYS[name]
    unchanged(model, model.fit, *data, match=match, **options)
    unchanged(model, model.evaluate, *data, match=match, **options)
    unchanged(
        model,
        model.fit,
        X,
        Y,
        match="^Argument `validation_data`: .*" + match,
        validation_data=(*data, *options.values()),
    )
    if match == NAN or name in OF_INPUTS:
        unchanged(model, model.predict, data[0], match=match)
    with pytest.raises(InputError):
        model.train_on_batch(*data, **options)


@pytest.mark.parametrize("name", FIT)
def test_mistakes_in_the_options_of_fit(model, name):
    options, match = FIT[name]
    unchanged(model, model.fit, X, Y, match=match, **options)


@pytest.mark.parametrize(
    ("loss", "targets", "match"),
    [
        ("categorical_crossentropy", Y, "one-hot rows of 3.*to_categorical"),
        ("mse", X[:, :1], r"would be broadcast"),
        ("mae", Y, r"outputs, \(3,\) for an example\. Received: \(\)"),
        ("mse", spoiled(ONE_HOT, np.nan), "`y` must hold finite numbers.*index 17"),
    ],
)
def test_targets_that_the_loss_does_not_take(loss, targets, match):
    model = compiled(loss)
    unchanged(model, model.fit, X, targets, match=match)
    batches = tf.data.Dataset.from_tensor_slices((X, targets)).batch(8)
    match = match.replace("index 17", "index 17 of the epoch")
    unchanged(model, model.evaluate, batches, match=match)


BATCHES = {
    "NaN": (spoiled(X, np.nan), Y),
    "label": (X, spoiled(Y, CLASSES)),
    "weight": (X, Y, spoiled(np.ones(COUNT), np.nan)),
}


def dataset(data):
    return tf.data.Dataset.from_tensor_slices(tuple(data)).batch(8)


def generator(data):
    return (tuple(part[i : i + 8] for part in data) for i in range(0, COUNT, 8))


@pytest.mark.filterwarnings("ignore:Your input ran out of data")
@pytest.mark.parametrize(
    "source", [dataset, pytest.param(generator, marks=pytest.mark.long)]
)
@pytest.mark.parametrize("name", BATCHES)
@pytest.mark.parametrize(
    "options",
    [
        {},
        pytest.param({"steps_per_execution": 4}, marks=pytest.mark.long),
        {"run_eagerly": True},
    ],
    ids=str,
)
def test_mistakes_in_batches(name, options, source):
    model = compiled(**options)
    before = model.get_weights()
    listening = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda batch, logs=None: None
    )
    match = "1 example, the first in batch 2, at index 17 of the epoch"
    with pytest.raises(InputError, match=match):
        model.fit(
            source(BATCHES[name]), verbose=0, callbacks=[listening], shuffle=False
        )
    # Nothing came of the bad batch, nor of those since the last copy of the model.
    for one, other in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(one, other)
    with pytest.raises(InputError, match=match):
        model.evaluate(source(BATCHES[name]), verbose=0)
    if name == "NaN":
        with pytest.raises(InputError, match=match):
            model.predict(source(BATCHES[name]), verbose=0)
    # The model is as good as before.
    model.fit(source((X, Y)), verbose=0, shuffle=False)


@pytest.mark.filterwarnings("ignore:Your input ran out of data")
@pytest.mark.parametrize("options", [{}, {"run_eagerly": True}], ids=str)
def test_shapes_of_what_a_generator_yields(options):
    model = compiled("mse", **options)
    for data, match in (
        ((X, X[:, :1]), r"`y` must have the shape .*\(3,\) .*\(1,\)"),
        # Of 8 examples each, Keras would take them for rows and columns.
        ((X, ONE_HOT, np.ones((COUNT, 8))), r"`sample_weight` must hold a weight"),
    ):
        unchanged(model, model.fit, generator(data), match=match, shuffle=False)
        unchanged(model, model.evaluate, generator(data), match=match)
    model.fit(generator((X, ONE_HOT, np.ones(COUNT))), verbose=0, shuffle=False)


def test_the_programs_of_loaded_data_look_at_their_labels(monkeypatch):
    change_limits(monkeypatch, loop_pays_after=ALWAYS)
    model = keras_mlp.models.MLPClassifier(9, [4], seed=0)
    model.compile(optimizer="sgd", loss=SPARSE)
    train = keras_mlp.data.load("mnist_5k", batch_size=100, shuffle=False)
    model.build((None, 784))
    labels = np.concatenate([y for _, y in train.as_numpy_iterator()])
    first = int(np.argmax(labels == 9))
    match = f"from 0 to 8, .* batch {first // 100}, at index {first} of the epoch"
    unchanged(model, model.fit, train, match=match)
    unchanged(model, model.evaluate, train, match=match)
    assert len(model.predict(train, verbose=0)) == len(labels)


@pytest.mark.filterwarnings("ignore:Your input ran out of data")
@pytest.mark.parametrize("phase", ["fit", "evaluate", "predict"])
def test_data_sets_without_a_batch(model, phase):
    match = "at least one batch"
    for empty in (
        dataset((X, Y)).take(0),
        dataset((X, Y)).filter(lambda x, y: False),
        tf.data.Dataset.from_tensors((X[:0], Y[:0])),
        # These are gathered.
        tf.data.Dataset.from_tensors((X[:0], Y[:0])).repeat(4),
    ):
        unchanged(model, getattr(model, phase), empty, match=match)


def test_without_the_checks_keras_trains_on(tmp_path):
    model = compiled("mse", check_inputs=False)
    model.fit(spoiled(X, np.nan), X[:, :1], verbose=0)
    assert np.isnan(model.get_weights()[0]).all()
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    for each, checked in ((loaded, False), (compiled(), True)):
        settings = each.get_compile_config()["optimizer"]["keras_mlp"]
        assert settings["check_inputs"] is checked


def own_loss(y_true, y_pred):
    known = tf.math.is_finite(y_true)
    return tf.reduce_mean(tf.where(known, y_true, 0.0) - y_pred, axis=-1)


class Added(keras_mlp.Model):
    def __init__(self):
        super().__init__()
        self.dense = keras_mlp.layers.Dense(2)

    def call(self, inputs):
        outputs = self.dense(inputs)
        self.add_loss(tf.reduce_mean(tf.square(outputs)))
        return outputs


def two_outputs():
    inputs = keras.Input((FEATURES,))
    outputs = {"a": keras_mlp.layers.Dense(1)(inputs), "b": keras.ops.sum(inputs, 1)}
    model = keras_mlp.Model(inputs, outputs)
    model.compile(loss={"a": "mse", "b": "mae"})
    return model


def added():
    model = Added()
    model.compile()
    return model


ODD = {
    "NaN with a loss that knows": (
        lambda: compiled(own_loss),
        (X, spoiled(ONE_HOT, np.nan)),
    ),
    "no targets": (added, (X,)),
    "several outputs": (two_outputs, (X, {"a": X[:, 0], "b": X[:, 1]})),
    "columns for one output": (lambda: compiled("mse", 1), (X, X[:, 0])),
    "labels in a column": (compiled, (X, Y[:, None])),
    "labels as floats": (compiled, (X, Y.astype("float32"))),
    "unsigned labels": (compiled, (X, Y.astype("uint8"))),
    "an ignored label": (
        lambda: compiled(
            keras.losses.SparseCategoricalCrossentropy(True, ignore_class=-1)
        ),
        (X, spoiled(Y, -1)),
    ),
    "soft targets": (
        lambda: compiled(keras.losses.BinaryCrossentropy(True)),
        (X, ONE_HOT * 0.9),
    ),
    "whole numbers": (compiled, ((X * 9).astype("int32"), Y)),
    "large numbers": (compiled, (X * 1e37, Y, np.zeros(COUNT))),
    "weights of zero": (compiled, (X, Y, np.zeros(COUNT))),
    "Booleans": (lambda: compiled("mse", 1), (X, X[:, :1] > 0)),
    "tensors": (compiled, (tf.constant(X), tf.constant(Y))),
}


@pytest.mark.long_after(6)
@pytest.mark.parametrize("name", ODD)
def test_odd_data_that_are_right(name):
    make, data = ODD[name]
    model = make()
    x, *rest = data
    options = dict(zip(("y", "sample_weight"), rest, strict=False))
    model.fit(x, **options, verbose=0)
    model.evaluate(x, **options, verbose=0)
    model.predict(x, verbose=0)


def test_targets_with_one_axis_and_then_with_two():
    # Keras' function for the first would be made one for any number of axes.
    model = compiled()
    for targets in (Y, Y[:, None], Y[:, None].astype("int8"), Y.astype("uint8")):
        loss = model.evaluate(X, targets, verbose=0)
        np.testing.assert_allclose(loss, outcome(model, X, targets), rtol=1e-5)


def outcome(model, x, y):
    """What NumPy says of the loss, `None` if the data cannot be right."""
    if x.shape[1:] != (FEATURES,) or len(x) != len(y) or not len(x):
        return None
    if y.shape[1:] not in ((), (1,)) or not np.isfinite(x).all():
        return None
    labels = y.reshape(-1)
    if not np.isin(labels, np.arange(CLASSES)).all():
        return None
    kernel, bias = model.get_weights()
    logits = x.astype("float64") @ kernel + bias
    logits -= logits.max(axis=1, keepdims=True)
    chosen = logits[np.arange(len(x)), labels.astype(int)]
    return float(np.mean(np.log(np.exp(logits).sum(axis=1)) - chosen))


@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_a_right_answer_or_a_named_error(model, data):
    rows = data.draw(st.sampled_from([0, 1, 3]))
    width = data.draw(st.sampled_from([FEATURES, FEATURES, FEATURES - 1]))
    numbers = st.sampled_from([0.0, 1.5, -2.0, float("nan"), float("inf")])
    x = np.full((rows, width), 0.5, data.draw(st.sampled_from(["float32", "float64"])))
    if x.size and data.draw(st.booleans()):
        x[-1, 0] = data.draw(numbers)
    dtype = data.draw(st.sampled_from(["int8", "uint8", "int64", "float32"]))
    shape = data.draw(st.sampled_from([(), (), (1,), (2,), (CLASSES,)]))
    length = data.draw(st.sampled_from([rows, rows, rows + 1]))
    labels = st.sampled_from([0, 1, 2, 2, 3, 127])
    y = np.full((length, *shape), data.draw(labels), dtype)
    expected = outcome(model, x, y)
    if expected is None:
        with pytest.raises(InputError):
            model.evaluate(x, y, verbose=0)
    else:
        loss = model.evaluate(x, y, verbose=0)
        np.testing.assert_allclose(loss, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("count", [6, 10])
def test_class_weights_of_a_sequence(count):
    # Keras takes six weights for those of six places, where there are as many.
    model = keras_mlp.Sequential([keras.Input((6, 4)), keras_mlp.layers.Dense(3)])
    model.compile("sgd", SPARSE)
    x, y = np.ones((count, 6, 4)), np.ones((count, 6), int)
    with pytest.raises(InputError, match=r"`class_weight` needs one.*\(6,\) for an"):
        model.fit(x, y, class_weight={0: 1.0, 1: 2.0, 2: 1.0}, verbose=0)


@pytest.mark.parametrize("loss", ["mse", {"out": "mse"}])
def test_targets_in_a_dictionary_for_the_only_output(loss):
    inputs = keras.Input((FEATURES,))
    outputs = keras_mlp.layers.Dense(1, name="out")(inputs)
    model = keras_mlp.Model(inputs, outputs)
    model.compile("sgd", loss)
    x = examples()[0]
    for data in (
        (x, {"out": x[:, :1]}),
        (tf.data.Dataset.from_tensors((x, {"out": x})),),
    ):
        with pytest.raises(InputError, match=r"`y` must hold.*only output.*\['out'\]"):
            model.fit(*data, verbose=0)
    model.fit(x, [x[:, :1]], verbose=0)
