"""`MLPClassifier` and `MLPRegressor` on the columns of a table."""

import re

import keras
import numpy as np
import pytest
import tensorflow as tf

import keras_mlp
from keras_mlp import data
from keras_mlp.callbacks import ExactResume
from keras_mlp.data import TabularPreprocessing
from keras_mlp.models.inputs import table_inputs
from keras_mlp.training import InputError

pandas = pytest.importorskip("pandas")
polars = pytest.importorskip("polars")
pyarrow = pytest.importorskip("pyarrow")

ROWS = 90
NAMES = ["Adelie", "Chinstrap", "Gentoo"]


def columns(rows=ROWS, seed=0):
    random = np.random.default_rng(seed)
    weight = random.normal(60, 10, rows)
    weight[::9] = np.nan
    city = random.choice(["Oslo", "Rome", "Bern"], rows).astype(object)
    city[::7] = None
    # More categories than are one-hot: an embedding.
    street = random.choice([f"street {n}" for n in range(40)], rows).astype(object)
    days = np.datetime64("2020-01-01") + random.integers(0, 900, rows)
    return {
        "weight": weight,
        "city": city,
        "street": street,
        "day": days.astype("datetime64[ms]"),
        "member": random.integers(0, 2, rows).astype(bool),
    }


TABLE = columns()
RANDOM = np.random.default_rng(1)
ORDERED = {"shuffle": False, "verbose": 0}
NUMBERS = RANDOM.normal(100, 20, ROWS).astype("float32")
CLASSES = RANDOM.integers(0, 3, ROWS)
TEXTS = np.array(NAMES, object)[CLASSES]


def as_data_set(y=NUMBERS, size=32):
    raw = data.TabularPreprocessing()
    raw.adapt(TABLE)
    return tf.data.Dataset.from_tensor_slices((raw.raw(TABLE), y)).batch(size)


def as_table(**options):
    return data.table({**TABLE, "y": NUMBERS}, "y", shuffle=False, **options)


# What `adapt`, `fit` and `evaluate` are given.
SOURCES = {
    "dict": lambda: (TABLE, NUMBERS),
    "pandas": lambda: (pandas.DataFrame(TABLE), pandas.Series(NUMBERS)),
    "polars": lambda: (polars.DataFrame(TABLE), polars.Series(NUMBERS)),
    "pyarrow": lambda: (pyarrow.table(TABLE), NUMBERS),
    "table": lambda: (as_table(),),
    "data set": lambda: (as_data_set(),),
}


def new_regressor(**options):
    return keras_mlp.models.MLPRegressor(
        1, [6], preprocessing=TabularPreprocessing(seed=0), seed=0, **options
    )


def new_classifier(num_classes=3, names=NAMES, **options):
    model = keras_mlp.models.MLPClassifier(
        num_classes,
        [6],
        preprocessing=TabularPreprocessing(seed=0),
        class_names=names,
        seed=0,
        **options,
    )
    model.adapt(TABLE)
    model.compile()
    return model


def trained_on(source):
    given = SOURCES[source]()
    model = new_regressor()
    model.adapt(*given)
    model.compile(keras.optimizers.Adam(0.01))
    model.fit(*given, epochs=2, **ORDERED)
    return model


@pytest.fixture(scope="module")
def trained():
    """Read only."""
    return trained_on("dict")


@pytest.fixture(scope="module")
def classifier():
    """Read only."""
    model = new_classifier()
    model.fit(TABLE, TEXTS, epochs=2, **ORDERED)
    return model


def assert_same_weights(model, other):
    weights = model.get_weights(), other.get_weights()
    assert len(weights[0]) == len(weights[1])
    for one, another in zip(*weights, strict=True):
        np.testing.assert_allclose(one, another, rtol=1e-5, atol=1e-5)


@pytest.mark.long_after(2)
@pytest.mark.filterwarnings("ignore:.*`shuffle=False`.*")
@pytest.mark.parametrize(
    "source",
    ["pandas", "table", "data set", "polars", "pyarrow"],
)
def test_every_source_gives_the_same_model(trained, source):
    model = trained_on(source)
    assert model.preprocessing.columns == trained.preprocessing.columns
    assert_same_weights(model, trained)
    given = SOURCES[source]()
    np.testing.assert_allclose(
        model.evaluate(*given, verbose=0),
        trained.evaluate(TABLE, NUMBERS, verbose=0),
        rtol=1e-5,
    )
    np.testing.assert_allclose(
        model.predict(given[0], verbose=0), trained.predict(TABLE, verbose=0), rtol=1e-5
    )
    np.testing.assert_allclose(
        model.predict_on_batch(SOURCES["dict"]()[0]),
        trained.predict(TABLE, verbose=0),
        rtol=1e-5,
    )


@pytest.mark.parametrize(
    "source", ["table", pytest.param("dict", marks=pytest.mark.long)]
)
def test_a_table_too_large_to_be_encoded_at_once(trained, source, monkeypatch):
    monkeypatch.setattr(table_inputs, "ENCODED_BYTES", 1)
    assert_same_weights(trained_on(source), trained)


def test_columns_go_by_name(trained):
    frame = pandas.DataFrame(TABLE)
    other = frame[frame.columns[::-1]]
    expected = trained(frame)
    np.testing.assert_array_equal(trained(other), expected)
    np.testing.assert_array_equal(trained(dict(reversed(TABLE.items()))), expected)
    np.testing.assert_array_equal(
        trained.predict(other, verbose=0), trained.predict(frame, verbose=0)
    )


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        (lambda t: {n: t[n] for n in t if n != "day"}, r"missing \['day'\], not known"),
        (lambda t: {**t, "zip": t["weight"]}, r"missing \[\], not known \['zip'\]"),
        (lambda t: {**t, "weight": t["city"]}, "'weight' must hold numbers.*text"),
        (
            lambda t: {**t, "city": t["weight"]},
            "'city' must hold text or whole",
        ),
        (lambda t: {**t, "city": t["city"][1:]}, "same length"),
    ],
)
def test_wrong_columns_are_named(trained, inputs, said):
    wrong = inputs(TABLE)
    for use in (
        trained,
        lambda x: trained.predict(x, verbose=0),
        lambda x: trained.evaluate(x, NUMBERS, verbose=0),
        lambda x: trained.fit(x, NUMBERS, verbose=0),
        trained.predict_on_batch,
        lambda x: trained.train_on_batch(x, NUMBERS),
    ):
        with pytest.raises(ValueError, match=said):
            use(wrong)


def test_wrong_columns_of_data_sets_are_named(trained):
    wrong = as_data_set().map(lambda x, y: ({"weight": x["weight"]}, y))
    for use in (trained.fit, trained.evaluate, trained.predict):
        with pytest.raises(ValueError, match=r"missing \['city', 'street'"):
            use(wrong, verbose=0)


@pytest.mark.parametrize(
    "targets",
    [
        lambda: TEXTS,
        lambda: TEXTS.astype("U"),
        lambda: list(TEXTS),
        lambda: pandas.Series(TEXTS),
        lambda: pandas.Series(TEXTS, dtype="category"),
        lambda: polars.Series(TEXTS),
        lambda: tf.constant(TEXTS.tolist()),
        lambda: None,
    ],
    ids=["object", "U", "list", "pandas", "category", "polars", "tensor", "data set"],
)
def test_names_of_classes_are_targets(classifier, targets):
    expected = classifier.evaluate(TABLE, CLASSES, verbose=0)
    y = targets()
    given = (as_data_set(TEXTS.tolist()),) if y is None else (TABLE, y)
    np.testing.assert_allclose(
        classifier.evaluate(*given, verbose=0), expected, rtol=1e-5
    )


def test_training_on_names_is_training_on_numbers(classifier):
    model = new_classifier()
    model.fit(pandas.DataFrame(TABLE), CLASSES, epochs=2, **ORDERED)
    assert_same_weights(model, classifier)
    answers = model.predict_classes(TABLE, verbose=0)
    assert set(answers) <= set(NAMES)
    accuracy = model.evaluate(TABLE, TEXTS, verbose=0)[1]
    np.testing.assert_allclose((answers == TEXTS).mean(), accuracy, rtol=1e-6)
    assert model.predict_proba(TABLE, verbose=0).shape == (ROWS, 3)


def test_two_classes_with_one_output():
    names = ["no", "yes"]
    texts = np.array(names)[CLASSES % 2]
    model, other = (new_classifier(1, names) for _ in range(2))
    model.fit(TABLE, texts, epochs=2, **ORDERED)
    other.fit(TABLE, (CLASSES % 2).astype("float32"), epochs=2, **ORDERED)
    assert_same_weights(model, other)
    of_sets = model.evaluate(as_data_set(texts), verbose=0)
    np.testing.assert_allclose(of_sets, model.evaluate(TABLE, texts, verbose=0))
    assert set(model.predict_classes(TABLE, verbose=0)) <= set(names)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [("Emperor", "'Emperor' in row 5"), (None, "None in row 5"), (7, "7 in row 5")],
)
def test_targets_that_name_no_class(classifier, wrong, said):
    texts = TEXTS.copy()
    texts[5] = wrong
    for y in (texts, pandas.Series(texts, dtype=object)):
        for use in (classifier.fit, classifier.evaluate):
            with pytest.raises(InputError, match=re.escape(said)):
                use(TABLE, y, verbose=0)
        for use in (classifier.train_on_batch, classifier.test_on_batch):
            with pytest.raises(InputError, match=re.escape(said)):
                use(TABLE, y)
        with pytest.raises(InputError, match=re.escape(said)):
            classifier.fit(TABLE, TEXTS, validation_data=(TABLE, y), verbose=0)


def test_a_data_set_with_a_name_of_no_class(classifier):
    texts = TEXTS.copy()
    texts[5] = "Emperor"
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"\[Emperor\].*\[\[5\]\]"):
        classifier.evaluate(as_data_set(texts.tolist()), verbose=0)


def test_names_without_class_names():
    model = new_classifier(names=None)
    with pytest.raises(InputError, match="Make the model with `class_names`"):
        model.fit(TABLE, TEXTS, verbose=0)


def test_validation():
    frame, y = pandas.DataFrame(TABLE), pandas.Series(TEXTS)
    whole, held_out = (frame[:60], y[:60]), (frame[60:], y[60:])
    by_data, by_split = new_classifier(), new_classifier()
    of_data = by_data.fit(*whole, validation_data=held_out, **ORDERED).history
    of_split = by_split.fit(frame, y, validation_split=1 / 3, **ORDERED).history
    assert "val_accuracy" in of_data
    for name in of_data:
        np.testing.assert_allclose(of_split[name], of_data[name], rtol=1e-5)
    assert_same_weights(by_split, by_data)


def test_single_batches(classifier):
    whole, steps = new_classifier(), new_classifier()
    whole.fit(TABLE, TEXTS, batch_size=ROWS, **ORDERED)
    steps.train_on_batch(pandas.DataFrame(TABLE), TEXTS)
    assert_same_weights(steps, whole)
    np.testing.assert_allclose(
        steps.test_on_batch(polars.DataFrame(TABLE), TEXTS),
        whole.evaluate(TABLE, TEXTS, batch_size=ROWS, verbose=0),
        rtol=1e-4,
    )
    np.testing.assert_allclose(
        steps.predict_on_batch(pandas.DataFrame(TABLE)), whole(TABLE), atol=1e-5
    )


def test_weights_of_rows_and_classes():
    # A row of weight 2 counts as two, and so does one of a class of weight 2.
    by_class, by_row = new_classifier(), new_classifier()
    by_class.fit(TABLE, TEXTS, class_weight={0: 2.0, 1: 1.0, 2: 0.0}, **ORDERED)
    weights = np.array([2.0, 1.0, 0.0])[CLASSES]
    by_row.fit(TABLE, TEXTS, sample_weight=weights, **ORDERED)
    assert_same_weights(by_row, by_class)
    plain = new_classifier()
    plain.fit(TABLE, TEXTS, **ORDERED)
    assert not np.allclose(plain.get_weights()[-1], by_row.get_weights()[-1])


def test_embeddings_are_trained(trained):
    [street] = [w for w in trained.trainable_weights if "embedding" in w.path]
    untrained = new_regressor()
    untrained.adapt(TABLE, NUMBERS)
    untrained(TABLE)
    [before] = [w for w in untrained.trainable_weights if "embedding" in w.path]
    seen = 2 + np.array(
        [trained.preprocessing.columns["street"].vocabulary.index(TABLE["street"][0])]
    )
    assert not np.allclose(street.numpy()[seen], before.numpy()[seen])
    # No row is missing or unknown: nothing was learnt of these.
    np.testing.assert_array_equal(street.numpy()[:2], before.numpy()[:2])


def test_a_saved_model_answers_with_the_same_bits(classifier, tmp_path):
    classifier.save(tmp_path / "model.keras")
    loaded = keras_mlp.models.load_model(tmp_path / "model.keras")
    other = columns(seed=2)
    np.testing.assert_array_equal(
        loaded.predict(other, verbose=0), classifier.predict(other, verbose=0)
    )
    np.testing.assert_array_equal(loaded(other), classifier(other))
    assert loaded.class_names == NAMES


@pytest.mark.long
def test_a_resumed_run_over_a_table_equals_a_whole_one(tmp_path):
    def run(directory, epochs, table):
        model = new_regressor(dropout=0.3)
        model.adapt(table)
        model.compile()
        resume = [] if directory is None else [ExactResume(directory, 1)]
        model.fit(table, epochs=epochs, callbacks=resume, verbose=0)
        return model.get_weights()

    def table():
        return data.table({**TABLE, "y": NUMBERS}, "y", seed=3)

    whole = run(None, 3, table())
    run(tmp_path / "run", 1, table())
    kept = table()
    resumed = run(tmp_path / "run", 3, kept)
    for one, other in zip(resumed, whole, strict=True):
        np.testing.assert_array_equal(one, other)
    # The table counts the epochs of what was encoded of it.
    assert int(kept.epoch) == 3


@pytest.mark.parametrize(
    "use",
    [
        lambda model: model(TABLE),
        lambda model: model.predict(TABLE, verbose=0),
        lambda model: model.fit(TABLE, NUMBERS, verbose=0),
        lambda model: model.fit(as_data_set(), verbose=0),
        lambda model: model.predict_on_batch(TABLE),
        lambda model: model.build((None, 5)),
    ],
    ids=["call", "predict", "fit", "data set", "batch", "build"],
)
def test_not_adapted_is_one_error(use):
    model = new_regressor()
    model.compile()
    with pytest.raises(ValueError, match=r"not know its columns yet.*Call `adapt`"):
        use(model)


@pytest.mark.long_after(1)
@pytest.mark.parametrize(
    ("names", "compiler"),
    [
        (["weight", "city", "day", "member"], "XLA"),
        # The rows of an embedding are looked up.
        (["weight", "street"], "TensorFlow"),
    ],
)
def test_categories_as_places_are_compiled_by_xla(names, compiler):
    chosen = {name: TABLE[name] for name in names}
    model = keras_mlp.models.MLPRegressor(
        1, [6], preprocessing=TabularPreprocessing(seed=0), seed=0
    )
    model.adapt(chosen, NUMBERS)
    model.compile()
    table = data.table({**chosen, "y": NUMBERS}, "y", batch_size=30, seed=0)
    assert model.plan(table, epochs=400, verbose=0).compiler == compiler
    before = model.evaluate(chosen, NUMBERS, verbose=0)
    history = model.fit(table, epochs=400, verbose=0).history
    assert len(history["loss"]) == 400
    assert model.evaluate(chosen, NUMBERS, verbose=0)[0] < before[0]


def test_half_precision(trained):
    policy = "mixed_bfloat16"
    model = new_regressor(dtype=policy)
    model.adapt(TABLE, NUMBERS)
    model.compile()
    model(TABLE)
    model.set_weights(trained.get_weights())
    np.testing.assert_allclose(
        model(TABLE), trained(TABLE), atol=0.05 * np.std(NUMBERS)
    )
    assert all(weight.dtype == "float32" for weight in model.weights)
    history = model.fit(TABLE, NUMBERS, epochs=5, verbose=0).history["loss"]
    assert history[-1] < history[0]


@pytest.mark.long_after(1)
@pytest.mark.parametrize("chosen", [["city"], ["street"]], ids=["few", "many"])
@pytest.mark.parametrize(
    "model",
    [
        keras_mlp.models.RealMLPClassifier(3, hidden_units=[8], seed=0),
        keras_mlp.models.TabMClassifier(
            3, hidden_units=[8], ensemble_size=2, embedding=None, seed=0
        ),
    ],
    ids=lambda model: type(model).__name__,
)
def test_published_networks_take_tables_without_numbers(model, chosen, tmp_path):
    model = type(model).from_config(model.get_config())
    table = {name: TABLE[name] for name in chosen}
    model.adapt(table, CLASSES)
    model.compile()
    model.fit(table, CLASSES, epochs=1, verbose=0)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(
        loaded.predict(table, verbose=0), model.predict(table, verbose=0)
    )
