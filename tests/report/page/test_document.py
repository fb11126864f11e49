import base64
import html.parser

import numpy as np
import pytest

from keras_mlp.report import Section, plot_history, write_report

HOSTILE = '<script>alert("1")</script>&\''


class _Reader(html.parser.HTMLParser):
    """Collects the elements of a page and the text in each kind of them."""

    def __init__(self, text):
        super().__init__()
        self.elements = []
        self.texts = {}
        self._open = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in ("meta", "img"):
            self._open.append(tag)
            self.texts.setdefault(tag, []).append("")

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        if self._open:
            self.texts[self._open[-1]][-1] += data

    def attributes(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture
def written(tmp_path):
    def write(title="run", facts=None, sections=()):
        path = tmp_path / "report.html"
        write_report(path, title, facts or {}, sections)
        return _Reader(path.read_text(encoding="utf-8"))

    return write


@pytest.fixture
def picture(tmp_path):
    path = tmp_path / "history.png"
    plot_history({"loss": [0.5, 0.4]}, path)
    return path


def test_pictures_are_inside(written, picture):
    section = Section(
        "History", pictures={picture: "Loss falls.", str(picture): "Again"}
    )
    first, second = written(sections=[section]).attributes("img")
    scheme, _, data = first["src"].partition(",")
    assert scheme == "data:image/png;base64"
    assert base64.b64decode(data) == picture.read_bytes()
    assert (first["alt"], second["alt"]) == ("Loss falls.", "Again")


def test_nothing_is_loaded_and_nothing_runs(written, picture):
    page = written(sections=[Section("History", pictures={picture: "Loss"})])
    policy = page.attributes("meta")[1]
    assert policy["http-equiv"] == "Content-Security-Policy"
    assert policy["content"] == (
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
    )
    assert {name for name, _ in page.elements}.isdisjoint(
        {"script", "link", "iframe", "object", "base"}
    )
    for name, attributes in page.elements:
        assert not any(key.startswith("on") for key in attributes), name
        for key in ("src", "href"):
            assert attributes.get(key, "data:").startswith("data:")
    assert "url(" not in page.texts["style"][0]
    assert "@import" not in page.texts["style"][0]


def test_page_is_plain_html5(tmp_path, written):
    page = written("digits", {"seed": 3})
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert text.startswith("<!DOCTYPE html>")
    assert page.attributes("html") == [{"lang": "en"}]
    assert page.texts["title"] == page.texts["h1"] == ["digits"]
    assert len(page.attributes("main")) == 1


def test_facts_and_numbers(written):
    facts = {"recipe": "digits", "seed": 20250, "accuracy": np.float32(0.943216)}
    page = written(facts=facts)
    assert page.texts["dt"] == ["recipe", "seed", "accuracy"]
    assert page.texts["dd"] == ["digits", "20250", "0.9432"]


def test_paragraphs_and_tables(written):
    table = (["figure", "value"], [["accuracy", 0.5], ["good", True], ["note", "-"]])
    page = written(
        sections=[Section("Test", "One.\n\nTwo,\nstill two.\n\n", {}, table)]
    )
    assert page.texts["h2"] == ["Test"]
    assert page.texts["p"] == ["One.", "Two,\nstill two."]
    assert page.texts["th"] == ["figure", "value"]
    assert page.texts["td"] == ["accuracy", "0.5", "good", "True", "note", "-"]
    assert [cell.get("class") for cell in page.attributes("td")] == [
        *(None, "number"),
        *(None, None, None, None),
    ]


def test_findings_of_all_sections_stand_first(written):
    sections = [
        Section("One", findings=["First.", HOSTILE]),
        Section("Two", table=(["a"], [[1]]), findings=["Third."], folded=True),
    ]
    page = written(facts={"seed": 1}, sections=sections)
    assert page.texts["li"] == ["First.", HOSTILE, "Third."]
    assert page.texts["h2"] == ["What it shows", "One", "Two"]
    order = [name for name, _ in page.elements]
    assert order.index("li") < order.index("dl")
    # The heading stays to be seen, the table is folded away.
    opened = order[order.index("details") :]
    assert opened.index("summary") < opened.index("h2") < opened.index("table")
    assert "open" not in page.attributes("details")[0]


def test_captions_say_what_pictures_show(written, picture):
    page = written(sections=[Section("History", pictures={picture: "Loss falls."})])
    assert page.texts["figcaption"] == ["Loss falls."]
    # 922 dots, at the size of the page's text, and more than a telephone shows.
    assert page.attributes("figure") == [{"class": "wide", "style": "width: 691px"}]


def test_everything_is_escaped(written, picture):
    section = Section(
        HOSTILE, HOSTILE, {picture: HOSTILE}, ([HOSTILE], [[HOSTILE], ["<b>"]])
    )
    page = written(HOSTILE, {HOSTILE: HOSTILE}, [section])
    for tag in ("title", "h1", "dt", "dd", "h2", "p", "th"):
        assert page.texts[tag] == [HOSTILE]
    assert page.texts["td"] == [HOSTILE, "<b>"]
    assert page.attributes("img")[0]["alt"] == HOSTILE
    assert page.attributes("script") == page.attributes("b") == []


def test_names_of_files_that_are_no_text(written):
    name = b"run-\xff".decode("utf-8", "surrogateescape")
    assert written(facts={"out": name}).texts["dd"] == ["run-?"]


def test_same_arguments_give_the_same_bytes(tmp_path, picture):
    paths = [tmp_path / name for name in ("first.html", "second.html")]
    for path in paths:
        write_report(path, "run", {"seed": 1}, [Section("H", "T", {picture: "P"})])
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_bad_sections(tmp_path):
    path = tmp_path / "report.html"
    (tmp_path / "notes.txt").touch()

    def refuse(error, message, **parts):
        with pytest.raises(error, match=message):
            write_report(path, "run", {}, [Section("Test", **parts)])
        assert not path.exists()

    refuse(FileNotFoundError, "missing.png", pictures={tmp_path / "missing.png": "?"})
    refuse(
        ValueError,
        r"`pictures` must be files that end with .*\.png.* Received: .*notes\.txt",
        pictures={tmp_path / "notes.txt": "?"},
    )
    refuse(
        ValueError,
        r"`table` must have an entry per column .*2 in all. Received: \['a'\]",
        table=(["one", "two"], [["a", "b"], ["a"]]),
    )
