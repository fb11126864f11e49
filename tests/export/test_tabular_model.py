"""Models of tables as SavedModel, ONNX and LiteRT, beside the model itself."""

import json

import keras
import numpy as np
import pytest
import tensorflow as tf

import keras_mlp
from keras_mlp import data, export, models
from keras_mlp.data import TabularPreprocessing
from keras_mlp.export import TabularModel
from keras_mlp.layers import Dense

ROWS = 60


def table(seed=0):
    random = np.random.default_rng(seed)
    weight = random.normal(60, 10, ROWS).astype("float32")
    weight[::9] = np.nan
    days = np.datetime64("2020-01-01T12:30:00") + random.integers(0, 10**7, ROWS)
    return {
        "weight [kg]": weight,
        "weight (kg)": random.normal(size=ROWS).astype("float32"),
        "städt.name": random.choice(["Oslo", "Zürich", ""], ROWS).astype(object),
        "1st street": random.choice([f"s {n}" for n in range(40)], ROWS).astype(object),
        "day": days,
        "member": random.integers(0, 2, ROWS).astype(bool),
    }


TABLE = table()
INPUTS = {
    "weight [kg]": "weight__kg_",
    "weight (kg)": "weight__kg__2",
    "städt.name": "st_dt_name",
    "1st street": "column_1st_street",
    "day": "day",
    "member": "member",
}
NUMBERS = np.random.default_rng(1).normal(100, 20, ROWS).astype("float32")
CLASSES = np.arange(ROWS) % 3


def regressor(outputs=1, **options):
    model = models.MLPRegressor(
        outputs, [6], preprocessing=TabularPreprocessing(seed=0), seed=0, **options
    )
    model.adapt(TABLE, np.stack([NUMBERS] * outputs, axis=1))
    model(TABLE)
    return model


def classifier(num_classes=3, names=("klein", "mid size", "größer"), **options):
    model = models.MLPClassifier(
        num_classes,
        [6],
        preprocessing=TabularPreprocessing(seed=0),
        class_names=names,
        seed=0,
        **options,
    )
    model.adapt(TABLE)
    model(TABLE)
    return model


def of_numbers():
    model = models.MLPClassifier(3, [6], class_names=["a", "b", "c"], seed=0)
    model.build((None, 4))
    return model


CASES = {
    "three classes": classifier,
    "two classes": lambda: classifier(1, ["no", "yes"]),
    "probabilities": lambda: classifier(final_activation="softmax"),
    "number": regressor,
    "two numbers": lambda: regressor(2),
}


@pytest.fixture(
    scope="module",
    params=[
        "three classes",
        "two classes",
        "number",
        pytest.param("probabilities", marks=pytest.mark.long),
        pytest.param("two numbers", marks=pytest.mark.long),
    ],
)
def model(request):
    return CASES[request.param]()


def answers_of(model, rows):
    """What a model answers, by its public methods."""
    if isinstance(model, models.MLPRegressor):
        predictions = model.predict(rows, verbose=0)
        single = predictions.shape[1] == 1
        return {"predictions": predictions[:, 0] if single else predictions}
    probabilities = model.predict_proba(rows, verbose=0)
    numbers = probabilities.argmax(axis=1)
    return {
        "probabilities": probabilities,
        "class_index": numbers,
        "classes": np.array(model.class_names)[numbers],
    }


def assert_same_answers(found, expected):
    assert set(found) == set(expected)
    for name, value in expected.items():
        array = np.asarray(found[name])
        if array.dtype == object:
            assert [one.decode() for one in array] == list(value)
        else:
            assert array.dtype == ("int64" if name == "class_index" else "float32")
            np.testing.assert_allclose(array, value, rtol=1e-4, atol=1e-5)


def rows_to_ask():
    """Real rows, with gaps, and categories that are new."""
    rows = {n: v[:20].copy() for n, v in table(seed=5).items()}
    rows["städt.name"][3] = "Paris"
    rows["1st street"][4] = "elsewhere"
    return rows


@pytest.mark.long_after(1)
def test_saved_model_takes_raw_columns(model, tmp_path):
    export.export_saved_model(TabularModel(model), tmp_path / "served")
    served = tf.saved_model.load(tmp_path / "served")
    rows = rows_to_ask()
    raw = {n: tf.constant(v) for n, v in model.preprocessing.raw(rows).items()}
    expected = answers_of(model, rows)
    assert_same_answers(served.serve(raw), expected)
    # As TensorFlow Serving calls it: `input` of signature.json.
    signature = served.signatures["serving_default"]
    assert_same_answers(signature(**{INPUTS[n]: v for n, v in raw.items()}), expected)
    # One row, and none.
    one = served.serve({n: v[:1] for n, v in raw.items()})
    assert all(len(answer) == 1 for answer in one.values())
    none = served.serve({n: v[:0] for n, v in raw.items()})
    assert all(len(answer) == 0 for answer in none.values())


def asked_by_code(columns, rows):
    """The inputs of a model that takes codes, as a client makes them.

    Args:
        columns: Of `signature.json`.
        rows: Raw columns.
    """
    asked = {}
    for column in columns:
        values = rows[column["name"]]
        if column["type"] == "category":
            codes = {"": column["missing"]} | {
                word: column["first_code"] + number
                for number, word in enumerate(column["categories"])
            }
            values = [codes.get(word, column["unknown"]) for word in values]
        if column["type"] == "date":
            seconds = values.astype("datetime64[s]").astype("int64")
            values = np.stack([seconds // 86_400, seconds % 86_400], axis=1)
        asked[column["input"]] = np.asarray(values, column["dtype"])
    return asked


def check_codes(model, path, run):
    about = json.loads(path.with_name(f"{path.name}.signature.json").read_text("utf-8"))
    assert list(about["outputs"]) == list(run({}, names_only=True))
    assert {c["name"]: c["input"] for c in about["columns"]} == INPUTS
    rows = rows_to_ask()
    expected = answers_of(model, rows)
    expected.pop("classes", None)
    assert_same_answers(run(asked_by_code(about["columns"], rows)), expected)


@pytest.mark.long_after(1)
def test_onnx_takes_codes(model, tmp_path, caplog):
    onnxruntime = pytest.importorskip("onnxruntime")
    path = tmp_path / "table.onnx"
    export.export_onnx(TabularModel(model), path)
    assert "CollectionDef" not in caplog.text
    session = onnxruntime.InferenceSession(path)
    names = [output.name for output in session.get_outputs()]

    def run(codes, names_only=False):
        if names_only:
            return sorted(names, reverse=True)
        return dict(zip(names, session.run(None, codes), strict=True))

    check_codes(model, path, run)
    if isinstance(model, models.MLPClassifier):
        metadata = session.get_modelmeta().custom_metadata_map
        assert json.loads(metadata["class_names"]) == list(model.class_names)
    for remaining in (path, path.with_name("table.onnx.signature.json")):
        with pytest.raises(FileExistsError, match=remaining.name):
            export.export_onnx(TabularModel(model), path)
        path.unlink(missing_ok=True)


@pytest.mark.long_after(1)
def test_litert_takes_codes(model, tmp_path):
    interpreter = pytest.importorskip("ai_edge_litert.interpreter")
    path = tmp_path / "table.tflite"
    export.export_litert(TabularModel(model), path)
    runner = interpreter.Interpreter(str(path)).get_signature_runner("serving_default")

    def run(codes, names_only=False):
        if names_only:
            return sorted(runner.get_output_details(), reverse=True)
        return runner(**codes)

    check_codes(model, path, run)
    with pytest.raises(ValueError, match="`quantize`"):
        export.export_litert(
            TabularModel(model), tmp_path / "int8.tflite", quantize="int8"
        )


def test_signature_json(tmp_path):
    model = classifier(1, ["no", "yes"])
    export.export_saved_model(TabularModel(model, target="buys"), tmp_path / "served")
    about = json.loads((tmp_path / "served" / "signature.json").read_text("utf-8"))
    columns = {column.pop("name"): column for column in about.pop("columns")}
    assert about == {
        "format": 1,
        "task": "classification",
        "target": "buys",
        "classes": ["no", "yes"],
        "outputs": {
            "probabilities": "float32, [rows, classes]",
            "class_index": "int64, [rows]",
            "classes": "string, [rows]",
        },
    }
    assert {name: column["input"] for name, column in columns.items()} == INPUTS
    weight = TABLE["weight [kg]"]
    assert columns["weight [kg]"] == {
        "input": "weight__kg_",
        "dtype": "float32",
        "shape": ["rows"],
        "missing": "NaN",
        "type": "number",
        "minimum": pytest.approx(float(np.nanmin(weight))),
        "maximum": pytest.approx(float(np.nanmax(weight))),
    }
    assert set(columns["städt.name"]["categories"]) == {"Oslo", "Zürich"}
    assert (columns["städt.name"]["dtype"], columns["städt.name"]["missing"]) == (
        "string",
        "",
    )
    assert columns["day"]["type"] == "date"
    assert columns["day"]["minimum"] == str(TABLE["day"].min().astype("datetime64[D]"))
    assert columns["member"]["type"] == "boolean"


def test_what_is_there_is_kept(tmp_path):
    model = TabularModel(regressor())
    export.export_saved_model(model, tmp_path / "served")
    before = (tmp_path / "served" / "saved_model.pb").stat().st_mtime_ns
    with pytest.raises(FileExistsError, match="served"):
        export.export_saved_model(model, tmp_path / "served")
    assert (tmp_path / "served" / "saved_model.pb").stat().st_mtime_ns == before
    export.export_saved_model(model, tmp_path / "served", overwrite=True)
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "mine.txt").touch()
    with pytest.raises(FileExistsError, match="notes"):
        export.export_saved_model(model, tmp_path / "notes", overwrite=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["notes", "served"]


def test_rows_of_numbers(tmp_path):
    model = of_numbers()
    tabular = TabularModel(model, columns=["a b", "c", "d", "e"])
    rows = np.random.default_rng(0).normal(size=(5, 4)).astype("float32")
    expected = answers_of(model, rows)
    export.export_saved_model(tabular, tmp_path / "served")
    served = tf.saved_model.load(tmp_path / "served")
    columns = dict(zip(tabular.columns, rows.T, strict=True))
    assert_same_answers(
        served.serve({n: tf.constant(v) for n, v in columns.items()}), expected
    )
    assert list(TabularModel(model).columns) == ["x0", "x1", "x2", "x3"]


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: TabularModel(of_numbers(), columns=["a"]), "each of the 4 features"),
        (lambda: TabularModel(of_numbers(), columns=["a", "a"]), "different names"),
        (
            lambda: TabularModel(of_numbers(), class_names=["a", "b"]),
            r"2 names, and a model with outputs of the shape \(None, 3\)",
        ),
        (lambda: TabularModel(models.MLPRegressor(1, [4])), "must be built"),
        (
            lambda: TabularModel(keras.Sequential([keras.Input((2, 3)), Dense(1)])),
            "TabularPreprocessing, or take rows of numbers",
        ),
    ],
)
def test_wrong_models_are_named(make, said):
    with pytest.raises(ValueError, match=said):
        make()


def test_a_model_that_answers_with_no_number_is_refused(tmp_path):
    model = regressor()
    model.set_weights([np.full_like(w, np.nan) for w in model.get_weights()])
    with pytest.raises(ValueError, match="must answer with finite numbers"):
        export.export_saved_model(TabularModel(model), tmp_path / "served")
    assert not list(tmp_path.iterdir())


def test_a_loaded_model_is_exported_like_the_first(tmp_path):
    train = data.table({**TABLE, "y": NUMBERS}, "y", seed=0)
    model = regressor()
    model.compile()
    model.fit(train, verbose=0)
    model.save(tmp_path / "model.keras")
    loaded = keras_mlp.models.load_model(tmp_path / "model.keras")
    export.export_saved_model(TabularModel(loaded), tmp_path / "served")
    served = tf.saved_model.load(tmp_path / "served")
    raw = {n: tf.constant(v) for n, v in model.preprocessing.raw(TABLE).items()}
    assert_same_answers(served.serve(raw), answers_of(model, TABLE))
