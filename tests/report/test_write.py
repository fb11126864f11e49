"""The report of models that were trained elsewhere; most here only answer."""

import sys

import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_mlp import report


class Answers:
    """A model that answers what a function makes of its inputs."""

    def __init__(self, function, **attributes):
        self.function = function
        self.__dict__.update(attributes)

    def predict(self, x, batch_size=None, verbose="auto"):
        if isinstance(x, tf.data.Dataset):
            batches = list(x.as_numpy_iterator())
            x = {
                name: np.concatenate([batch[name] for batch in batches])
                for name in batches[0]
            }
        return self.function(x)


def _two_classes(rows=200):
    """Columns, classes and their probabilities, which hang on `size` and `kind`."""
    random = np.random.default_rng(0)
    columns = {
        "size": random.normal(size=rows).astype("float32"),
        "idle": np.where(np.arange(rows) % 7, 1.0, np.nan).astype("float32"),
        "kind": random.choice(["a", "b", ""], rows).astype(object),
    }
    return columns, (random.random(rows) < _second(columns)).astype("int64")


def _second(columns):
    # Bytes where TensorFlow hands them over.
    kinds = np.array([kind in ("a", b"a") for kind in columns["kind"]])
    return 1 / (1 + np.exp(-4 * columns["size"] - 4 * kinds))


HISTORY = {"loss": [0.9, 0.5, 0.3], "val_loss": [0.9, 0.6, 0.9]}


def test_a_table_of_two_classes(tmp_path):
    columns, labels = _two_classes()
    path = report.write(
        Answers(lambda x: _second(x)[:, np.newaxis]),
        (columns, labels),
        HISTORY,
        tmp_path / "new" / "report",
        title="<b>",
        class_names=["small", "large"],
        facts={"seed": 3},
    )
    assert path == tmp_path / "new" / "report" / "report.html"
    page = path.read_text()
    # Sentences stand before everything else.
    assert page.index("What it shows") < page.index("<dt>seed</dt><dd>3</dd>")
    for words in (
        "Overfitting begins after epoch 2",
        "The column size matters most",
        "idle does not matter",
        "Area under the ROC curve: 0.9",
        "Rows with the largest errors",
        "<summary><h2>Every epoch</h2></summary>",
        "&lt;b&gt;",
        "(missing)",
    ):
        assert words in page
    assert {
        picture.name for picture in (path.parent / "report-pictures").iterdir()
    } == {
        "history.png",
        "confusion.png",
        "calibration.png",
        "roc.png",
        "importance.png",
        *(f"dependence-{place}.png" for place in (1, 2, 3)),
    }
    assert page.count("data:image/png;base64,") == 8


@pytest.fixture
def no_matplotlib(monkeypatch):
    for name in [name for name in sys.modules if name.startswith("matplotlib")]:
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)


# Without pictures, which take most of the time.
@pytest.mark.usefixtures("no_matplotlib")
@pytest.mark.filterwarnings("ignore:The report has no pictures")
def test_every_way_to_give_one_answer_gives_one_report(tmp_path):
    """Logits or probabilities, one output or two, arrays or a data set, names."""
    columns, labels = _two_classes()
    names = np.array(["small", "large"])
    data = tf.data.Dataset.from_tensor_slices(
        ({**columns, "kind": columns["kind"].astype(str)}, labels)
    ).batch(64)

    def pair(x):
        return np.stack([1 - _second(x), _second(x)], axis=1)

    def logits(x):
        return np.log(_second(x) / (1 - _second(x)))[:, np.newaxis]

    pages = []
    for place, (model, given, options) in enumerate(
        (
            (Answers(pair), (columns, labels), {}),
            (Answers(pair), data, {}),
            (Answers(pair), (columns, names[labels]), {}),
            (Answers(pair), (columns, np.eye(2)[labels]), {}),
            (Answers(logits), (columns, labels), {"from_logits": True}),
            (Answers(logits, from_logits=lambda: True), (columns, labels), {}),
        )
    ):
        path = report.write(
            model,
            given,
            None,
            tmp_path / str(place),
            class_names=list(names),
            **options,
        )
        pages.append(path.read_text())
    first = pages[0]
    assert "small for large" in first
    # Beyond the last digits of float32.
    found = [page[page.index("<h1>") : page.index("</ul>")] for page in pages]
    assert found == [found[0]] * len(found)


def test_stock_keras_regression_and_history_object(tmp_path):
    random = np.random.default_rng(0)
    x = random.normal(size=(300, 2)).astype("float32")
    y = x[:, 0] * 5
    model = keras.Sequential([keras.layers.Dense(1)], name="line")
    model.compile(keras.optimizers.Adam(0.1), "mse")
    history = model.fit(x, y, epochs=3, verbose=0)
    path = report.write(model, (x, y), history, tmp_path, column_names=["a", "b"])
    page = path.read_text()
    assert "<h1>Report of line</h1>" in page
    assert "The column a matters most" in page
    assert "(root mean square)" in page
    # A second report takes the place of the first, other files stay.
    (tmp_path / "notes.txt").touch()
    report.write(Answers(lambda x: x), (x[:, :1], y), None, tmp_path)
    assert "column 0 matters most" in path.read_text()
    assert not (tmp_path / "report-pictures" / "history.png").exists()
    assert (tmp_path / "notes.txt").exists()


def test_several_outputs(tmp_path):
    x = np.random.default_rng(0).normal(size=(60, 2))
    page = report.write(Answers(lambda x: x + 1), (x, x), None, tmp_path).read_text()
    assert "Errors of output 2" in page
    assert "They are too high, by 1 on average." in page


@pytest.mark.parametrize("flat", [False, True])
def test_images(tmp_path, flat):
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (30, 6, 6), dtype="uint8")
    labels = np.arange(30) % 3
    outputs = np.eye(3)[np.arange(30) % 3 * (np.arange(30) > 4)]
    path = report.write(
        Answers(lambda x: outputs),
        (images.reshape(30, -1) if flat else images, labels),
        None,
        tmp_path,
        image_shape=(6, 6) if flat else None,
    )
    assert (tmp_path / "report-pictures" / "predictions.png").exists()
    assert "Which columns matter" not in path.read_text()


@pytest.mark.usefixtures("no_matplotlib")
def test_without_matplotlib_sentences_and_tables_remain(tmp_path):
    columns, labels = _two_classes()
    model = Answers(lambda x: _second(x)[:, np.newaxis])
    with pytest.warns(
        UserWarning, match=r"no pictures.*pip install 'keras-mlp\[plot\]'"
    ):
        path = report.write(
            model, (columns, labels), HISTORY, tmp_path, task="classification"
        )
    page = path.read_text()
    assert "The column size matters most" in page
    assert "<img" not in page
    assert "keras-mlp[plot]" in page
    assert page.count("<table>") >= 4
    assert list(tmp_path.iterdir()) == [path]


def test_a_model_that_has_diverged(tmp_path):
    x = np.ones((50, 2), "float32")
    path = report.write(
        Answers(lambda x: np.full((len(x), 1), np.nan)), (x, x[:, 0]), None, tmp_path
    )
    assert "100% of the predictions of the target are not finite." in path.read_text()


X = np.ones((4, 2), "float32")


@pytest.mark.parametrize(
    ("message", "data", "options", "outputs"),
    [
        ("`data` must be a `tf.data.Dataset`", X, {}, X),
        ("`y` must have one entry per example", (X, [1, 2]), {}, X),
        ("`column_names` must have one entry", (X, X), {"column_names": ["a"]}, X),
        ("`image_shape` must have as many", (X, X), {"image_shape": (2, 2)}, X),
        ("`task` must be one of", (X, X), {"task": "ranking"}, X),
        ("as many targets per example", (X, X), {"task": "regression"}, X[:, :1]),
        ("`from_logits` must say", (X, [0, 1, 0, 1]), {}, 3 * X),
        ("`data` must hold classes", (X, [0, 1, 2, 1]), {}, X / 2),
        ("`data` must hold classes", (X, [0, 1, 0.5, 1]), {"class_names": "ab"}, X / 2),
        ("and the target 'c'", (X, list("abac")), {"class_names": "ab"}, X / 2),
        ("`model` must give one row", (X, X), {}, X[:3]),
        ("`history.'b'.` must have", (X, X), {"history": {"a": [1, 2], "b": [1]}}, X),
        ("`data` must hold columns", (X[:, 0], X), {}, X),
        ("`data` must hold examples", (X[:0], X[:0]), {}, X),
        ("`data` must end", tf.data.Dataset.from_tensors((X, X)).repeat(), {}, X),
        ("inputs with targets", tf.data.Dataset.from_tensors(X), {}, X),
    ],
)
def test_bad_arguments(tmp_path, message, data, options, outputs):
    history = options.pop("history", None)
    model = Answers(lambda x: outputs)
    with pytest.raises(ValueError, match=message) as raised:
        report.write(model, data, history, tmp_path / "new", **options)
    assert "Received: " in str(raised.value)
    assert not (tmp_path / "new").exists()
