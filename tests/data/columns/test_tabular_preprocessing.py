"""`TabularPreprocessing`: what it learns, computes, keeps and refuses."""

import copy
import datetime
import pickle

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.preprocessing import OneHotEncoder, QuantileTransformer, StandardScaler

from keras_mlp import data
from keras_mlp.data import TabularPreprocessing


def table(rows=200, seed=0):
    random = np.random.default_rng(seed)
    numbers = random.normal(5, 3, rows)
    numbers[::7] = np.nan
    return {
        "number": numbers,
        "far": random.exponential(size=rows) ** 5,
        "flag": random.integers(0, 2, rows).astype(bool),
        "few": random.choice(["a", "b", "c", ""], rows).astype(object),
        "many": random.choice([f"id {n}" for n in range(60)], rows).astype(object),
        "day": (np.datetime64("2020-01-01") + random.integers(0, 900, rows)).astype(
            "datetime64[D]"
        ),
        "time": np.datetime64("2020-01-01T00:00:00") + random.integers(0, 10**7, rows),
    }


def adapted(**options):
    layer = TabularPreprocessing(seed=0, **options)
    layer.adapt(table())
    return layer


def test_kinds_are_found():
    kinds = {name: type(c).__name__ for name, c in adapted().columns.items()}
    assert kinds == {
        "number": "NumberColumn",
        "far": "NumberColumn",
        "flag": "BooleanColumn",
        "few": "CategoryColumn",
        "many": "CategoryColumn",
        "day": "DateColumn",
        "time": "DateColumn",
    }
    columns = adapted().columns
    assert (columns["number"].scaling, columns["far"].scaling) == ("standard", "robust")
    assert columns["number"].indicator
    assert not columns["far"].indicator
    assert (columns["few"].encoding, columns["many"].encoding) == (
        "one_hot",
        "embedding",
    )
    assert (columns["day"].has_times, columns["time"].has_times) == (False, True)


def test_numbers_equal_scikit_learn():
    values = table()["number"].astype("float32")
    layer = TabularPreprocessing()
    layer.adapt({"x": values})
    outputs = layer({"x": values}).numpy()
    expected = StandardScaler().fit_transform(values[:, None])[:, 0]
    np.testing.assert_allclose(outputs[:, 0], np.nan_to_num(expected), atol=1e-5)
    np.testing.assert_array_equal(outputs[:, 1], np.isnan(values))


def test_robust_scaling_is_real_mlps():
    values = table()["far"].astype("float32")
    layer = TabularPreprocessing(scaling="robust")
    layer.adapt({"x": values, "half": np.r_[np.zeros(160), np.ones(40)] * 4})
    low, median, high = np.quantile(values.astype("float64"), [0.25, 0.5, 0.75])
    scaled = (values - median) / (high - low)
    outputs = layer({"x": values, "half": np.full(200, 4.0)}).numpy()
    expected = scaled / np.sqrt(1 + (scaled / 3) ** 2)
    np.testing.assert_allclose(outputs[:, 0], expected, rtol=1e-4, atol=1e-6)
    # Where the quartiles are one number: half the range.
    np.testing.assert_allclose(outputs[:, 1], 2 / np.sqrt(1 + 4 / 9), rtol=1e-5)


def test_quantiles_go_to_a_normal_distribution():
    values = table(5000)["far"]
    layer = TabularPreprocessing(scaling="quantile")
    layer.adapt({"x": values})
    outputs = layer({"x": values}).numpy()[:, 0]
    expected = QuantileTransformer(
        n_quantiles=5000, output_distribution="normal"
    ).fit_transform(values[:, None])[:, 0]
    inner = np.abs(expected) < 2
    np.testing.assert_allclose(outputs[inner], expected[inner], atol=0.05)


def test_one_hot_equals_scikit_learn():
    values = table()["few"]
    layer = TabularPreprocessing()
    layer.adapt({"x": values})
    vocabulary = layer.columns["x"].vocabulary
    encoder = OneHotEncoder(categories=[["", "unknown", *vocabulary]])
    rows = np.append(values, "unknown")[:, None]
    expected = encoder.fit_transform(rows).toarray()
    outputs = layer({"x": np.append(values, "never seen")}).numpy()
    np.testing.assert_array_equal(outputs, expected)


def test_dates_equal_the_calendar():
    texts = ["2024-02-29T23:59:58", "1969-12-31", "2100-03-01 06:00", "", "no date"]
    column = data.DateColumn(center=0.0, scale=1.0, has_times=True, indicator=True)
    layer = TabularPreprocessing({"at": column})
    codes = layer.codes({"at": tf.constant(texts)})["at"].numpy()
    rows = layer({"at": texts}).numpy()
    for row, code, text in zip(rows[:3], codes, texts, strict=False):
        moment = datetime.datetime.fromisoformat(text)
        days = (moment.date() - datetime.date(1970, 1, 1)).days
        seconds = moment.hour * 3600 + moment.minute * 60 + moment.second
        assert code.tolist() == [days, seconds]
        assert row[0] == days
        assert row[3:10].argmax() == moment.weekday()
        angle = 2 * np.pi * seconds / 86_400
        np.testing.assert_allclose(
            row[10:12], [np.sin(angle), np.cos(angle)], atol=1e-5
        )
        assert row[12] == 0
    assert rows[3:].tolist() == [[0.0] * 12 + [1.0]] * 2


def test_codes_and_encoded_columns_give_the_same():
    layer = adapted()
    raw = {name: tf.constant(v) for name, v in layer.raw(table()).items()}
    whole = layer(raw)
    encoded = layer.encode(raw)
    assert encoded.shape == (200, layer.encoded_width)
    np.testing.assert_array_equal(layer(encoded), whole)
    np.testing.assert_array_equal(layer.encode_codes(layer.codes(raw)), encoded)
    np.testing.assert_array_equal(tf.function(layer)(raw), whole)
    assert whole.shape == layer.compute_output_shape({"number": (200,)})


def test_a_saved_model_gives_the_same_bits(tmp_path):
    layer = adapted()
    inputs = {
        name: keras.Input((), dtype=spec.dtype, name=name)
        for name, spec in layer.input_signature().items()
    }
    model = keras.Model(inputs, keras.layers.Dense(2)(layer(inputs)))
    raw = {name: tf.constant(v) for name, v in layer.raw(table(seed=1)).items()}
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(again(raw), model(raw))
    model.export(tmp_path / "served", verbose=False)
    served = tf.saved_model.load(tmp_path / "served")
    np.testing.assert_allclose(served.serve(raw), model(raw), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    "copied", [copy.deepcopy, lambda layer: pickle.loads(pickle.dumps(layer))]
)
def test_copies_are_equal(copied):
    layer = adapted()
    expected = layer(table())
    np.testing.assert_array_equal(copied(layer)(table()), expected)


def test_fixed_values_need_no_adapt():
    layer = TabularPreprocessing(
        {
            "age": data.NumberColumn(
                scaling="standard", center=40.0, scale=10.0, fill=30.0, indicator=True
            ),
            "city": data.CategoryColumn(
                vocabulary=["Rome", "Oslo"], encoding="embedding", embedding_dim=3
            ),
        },
        seed=0,
    )
    assert layer.is_adapted
    outputs = layer({"age": [50.0, None], "city": ["Oslo", "Bern"]}).numpy()
    assert outputs[:, :2].tolist() == [[1.0, 0.0], [-1.0, 1.0]]
    assert outputs.shape == (2, 5)
    # Of a dictionary of fixed and other columns, the others are learnt.
    partly = TabularPreprocessing(
        {"age": data.NumberColumn(scaling="standard", center=0.0), "city": "category"}
    )
    partly.adapt({"age": [1.0, 3.0], "city": ["Rome", "Rome"]})
    assert partly.columns["age"].center == 0.0
    assert partly.columns["age"].scale == 1.0
    assert partly.columns["city"].vocabulary == ("Rome",)


def test_embeddings_learn_as_a_dense_layer_of_one_hot_categories():
    words = [f"word {number}" for number in range(4)]
    # Each is in the batch several times.
    texts = np.array(words, object)[np.arange(24) % 4]
    layer = TabularPreprocessing(
        {"x": data.CategoryColumn(vocabulary=words, encoding="embedding")},
        embedding_dim=3,
        seed=0,
    )
    layer.adapt({"x": texts})
    layer({"x": texts})
    kernel = keras.Variable(layer.get_weights()[0])
    one_hot = np.eye(6, dtype="float32")[2 + np.arange(24) % 4]
    targets = np.random.default_rng(0).normal(size=(24, 3)).astype("float32")
    for outputs, variables in (
        (lambda: layer({"x": texts}), layer.trainable_weights),
        (lambda: keras.ops.matmul(one_hot, kernel), [kernel]),
    ):
        adam = keras.optimizers.Adam(0.01)
        for _ in range(3):
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean((outputs() - targets) ** 2)
            adam.apply_gradients(
                zip(tape.gradient(loss, variables), variables, strict=True)
            )
    np.testing.assert_allclose(layer.get_weights()[0], kernel, rtol=1e-5, atol=1e-6)


def test_data_sets_and_frames_teach_the_same():
    pandas = pytest.importorskip("pandas")
    polars = pytest.importorskip("polars")
    columns = table()
    # Polars knows no seconds.
    columns["time"] = columns["time"].astype("datetime64[ms]")
    raw = adapted().raw(columns)
    sliced = tf.data.Dataset.from_tensor_slices(
        ({name: tf.constant(v) for name, v in raw.items()}, np.zeros(200))
    )
    taught = [adapted()]
    for source in (
        pandas.DataFrame(columns),
        polars.DataFrame(columns),
        sliced.batch(13),
        sliced.map(lambda x, y: x).batch(200),
    ):
        taught.append(TabularPreprocessing(seed=0))
        taught[-1].adapt(source)
    configs = [
        {n: c.get_config() for n, c in layer.columns.items()} for layer in taught
    ]
    assert all(config == configs[0] for config in configs)


@settings(deadline=None, max_examples=30)
@given(
    st.lists(
        st.tuples(
            st.one_of(st.none(), st.floats(allow_nan=False, width=32)),
            st.one_of(st.none(), st.text(min_size=1, max_size=4)),
        ),
        min_size=1,
        max_size=20,
    )
)
def test_any_table_with_a_value_becomes_finite_numbers(rows):
    numbers, texts = map(list, zip(*rows, strict=True))
    if not any(n is not None and np.isfinite(n) for n in numbers) or not any(texts):
        return
    layer = TabularPreprocessing(scaling="robust")
    layer.adapt({"n": numbers, "t": texts})
    outputs = layer({"n": numbers, "t": texts}).numpy()
    finite = [n is None or bool(np.isfinite(n)) for n in numbers]
    assert np.isfinite(outputs[finite]).all()
    assert outputs.shape[0] == len(rows)


def test_large_data_are_learnt_from_a_sample():
    random = np.random.default_rng(0)
    values = random.normal(2, 5, 300_000)
    layer = TabularPreprocessing(scaling="robust")
    layer.adapt({"x": values, "id": np.arange(300_000) % 150_000})
    column = layer.columns["x"]
    np.testing.assert_allclose(column.center, np.median(values), atol=0.1)
    np.testing.assert_allclose(
        column.scale, np.subtract(*np.quantile(values, [0.75, 0.25])), rtol=0.02
    )


def test_too_many_categories_are_named():
    texts = [f"row {n}" for n in range(2000)] + ["common"] * 5
    layer = TabularPreprocessing(max_categories=100)
    with pytest.warns(UserWarning, match="'x' has 2,001 categories.*100 commonest"):
        layer.adapt({"x": texts})
    assert layer.columns["x"].vocabulary[0] == "common"
    assert len(layer.columns["x"].vocabulary) == 100
    # The others share the place of what is not known.
    assert layer.codes({"x": tf.constant(["row 1999"])})["x"].numpy().tolist() == [1]


def test_empty_columns_are_left_out_and_named():
    layer = TabularPreprocessing()
    with pytest.warns(UserWarning, match="'gone' is left out: all its values"):
        layer.adapt({"x": [1.0, 2.0], "gone": [None, None]})
    assert list(layer.columns) == ["x"]
    # It may be there, or not.
    rows = layer({"x": [1.0], "gone": [3.0]}).numpy()
    np.testing.assert_array_equal(layer({"x": [1.0]}), rows)


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"number": [1.0]}, r"missing \['text'\]"),
        ({"number": [1.0], "text": ["a"], "new": [1]}, r"not known \['new'\]"),
        ({"number": ["a"], "text": ["a"]}, "'number' must hold numbers.*'a'"),
        ({"number": [1.0], "text": [0.5]}, "'text'.*whole numbers.*row 0"),
    ],
)
def test_wrong_columns_are_named(inputs, said):
    layer = TabularPreprocessing()
    layer.adapt({"number": [1.0, 2.0], "text": ["a", "b"]})
    with pytest.raises(ValueError, match=said):
        layer(inputs)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: TabularPreprocessing("age"), "`columns` must hold different names"),
        (lambda: TabularPreprocessing({"a": "numbre"}), "'numbre' for 'a'"),
        (lambda: TabularPreprocessing(scaling="minmax"), "`scaling`.*'minmax'"),
        (lambda: TabularPreprocessing(one_hot_limit=0), "`one_hot_limit`"),
        (lambda: TabularPreprocessing()({"a": [1.0]}), "Call `adapt`"),
        (lambda: data.NumberColumn(scale=0), "`scale` must be above 0"),
        (lambda: data.NumberColumn(quantiles=[2, 1]), "`quantiles`"),
        (lambda: data.CategoryColumn(vocabulary=["a", "a"]), "all different"),
        (lambda: data.CategoryColumn(encoding="hash"), "`encoding`"),
        (lambda: data.DateColumn(scale=0.0), "`scale` must be above 0"),
        (lambda: TabularPreprocessing().adapt({"a": []}), "must hold a row"),
        (lambda: TabularPreprocessing(["b"]).adapt({"a": [1]}), r"without \['b'\]"),
        (
            lambda: TabularPreprocessing({"a": "date"}).adapt({"a": ["1 May"]}),
            "'a' must hold dates such as.*'1 May'",
        ),
        (
            lambda: TabularPreprocessing({"a": "number"}).adapt({"a": ["x"]}),
            "'a' is described as a NumberColumn.*text",
        ),
    ],
)
def test_wrong_arguments_are_named(make, said):
    with pytest.raises(ValueError, match=said):
        make()


def test_adapt_after_it_was_built_is_refused():
    layer = adapted()
    layer(table())
    with pytest.raises(ValueError, match="Make a new layer"):
        layer.adapt(table())
