"""The report of a run shows every name as text."""

import html.parser
import json

import numpy as np

import keras_mlp
from keras_mlp.recipes.outcome import Outcome
from keras_mlp.recipes.runs import run as run_module
from keras_mlp.recipes.runs.run import run
from keras_mlp.report import write_report

HOSTILE = "<script>alert('1')</script><img src=x onerror=\"alert(2)\">&amp;"


class Elements(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


def test_no_name_is_read_as_html(tmp_path, monkeypatch):
    """The name of the recipe, its title and notes, the history, the versions."""
    recipe = keras_mlp.recipes.get("linear-regression").replace(
        **{field: HOSTILE for field in ("name", "title", "notes")}, epochs=2
    )
    original = run_module.train

    def train(*args):
        outcome = original(*args)
        return Outcome(
            recipe=outcome.recipe,
            seed=outcome.seed,
            model=outcome.model,
            history={**outcome.history, HOSTILE: [1.0, 2.0]},
            test={**outcome.test, HOSTILE: 0.5},
            seconds_per_epoch=1.0,
        )

    monkeypatch.setattr(run_module, "train", train)
    monkeypatch.setattr(run_module, "versions", lambda: {HOSTILE: HOSTILE})
    run(recipe, tmp_path, verbose=0)
    page = Elements((tmp_path / "report.html").read_text())
    assert {tag for tag, _ in page.tags}.isdisjoint({"script", "b", "iframe"})
    for tag, attributes in page.tags:
        assert not any(name.startswith("on") for name in attributes), tag
        assert attributes.get("src", "data:").startswith("data:")
    # Title, heading, network, recipe, history, versions: shown, as they are.
    assert page.text.count(HOSTILE) >= 7
    assert json.loads((tmp_path / "run.json").read_text())["versions"] == {
        HOSTILE: HOSTILE
    }


def test_no_class_name_and_no_data_set_is_read_as_html(tmp_path, monkeypatch):
    recipe = keras_mlp.recipes.get("digits").replace(epochs=1, hidden_units=(4,))
    about = keras_mlp.data.describe("mnist_5k")
    names = (*about.class_names[:-1], HOSTILE)
    monkeypatch.setattr(
        keras_mlp.data,
        "describe",
        lambda *args: type(about)(
            name=HOSTILE,
            splits=about.splits,
            image_shape=about.image_shape,
            num_classes=10,
            class_names=names,
            citation=HOSTILE,
        ),
    )
    outputs = np.zeros((1000, 10))
    outputs[:, -1] = 1
    monkeypatch.setattr(
        type(recipe), "predict", lambda self, model, images: outputs[: len(images)]
    )
    outcome = Outcome(recipe=recipe, seed=0, model=recipe.model())
    sections = recipe.pictures(outcome, tmp_path)
    write_report(tmp_path / "report.html", HOSTILE, {"set": HOSTILE}, sections)
    page = Elements((tmp_path / "report.html").read_text())
    assert "script" not in {tag for tag, _ in page.tags}
    assert not any("onerror" in attributes for _, attributes in page.tags)
    assert HOSTILE in page.text
    alternatives = [attributes.get("alt", "") for _, attributes in page.tags]
    assert any(HOSTILE in text for text in alternatives)
