import pytest

from tests.report.play.digits import drawn_digits

VIEWS = ("draw", "step", "boundary")
TEXT = "document.querySelector('.verdict').textContent"


def press(browser, name):
    browser.evaluate(
        "[...document.querySelectorAll('button')]"
        f".find(x => x.textContent === '{name}').click()"
    )


def after_a_frame(browser, expression):
    return browser.evaluate(
        "new Promise(done => requestAnimationFrame(() => setTimeout(() => "
        f"done({expression}), 100)))"
    )


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("width", [360, 1200])
@pytest.mark.parametrize("dark", [False, True])
def test_asks_for_nothing_and_fits(view, width, dark, browser, digits_page):
    browser.open(digits_page, width=width, dark=dark, fragment=f"#{view}")
    shown = browser.evaluate(
        "[...document.querySelectorAll('[role=tabpanel]')].filter(x => !x.hidden)"
        ".map(x => x.id)"
    )
    assert shown == [f"panel-{view}"]
    assert browser.complaints() == []
    # Itself.
    assert len(browser.requests()) == 1
    assert browser.evaluate("document.documentElement.scrollWidth") <= width
    ground = browser.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (ground == "rgb(255, 255, 255)") is not dark


@pytest.mark.parametrize("view", VIEWS)
def test_every_control_has_a_name(view, browser, digits_page):
    browser.open(digits_page, fragment=f"#{view}")
    tree = after_a_frame(browser, "0") or browser.call("Accessibility.getFullAXTree")
    controls = {"button", "slider", "combobox", "textbox", "tab", "image"}
    found = [
        (node["role"]["value"], node.get("name", {}).get("value"))
        for node in tree["nodes"]
        if not node["ignored"] and node["role"]["value"] in controls
    ]
    assert len(found) > 5
    assert [role for role, name in found if not name] == []


def test_draws_by_mouse(browser, digits_page):
    browser.open(digits_page)
    press(browser, "Clear")
    assert "Nothing is drawn" in after_a_frame(browser, TEXT)
    browser.draw([[(0.3, 0.2), (0.5, 0.5), (0.6, 0.8)]])
    assert after_a_frame(browser, TEXT).startswith("Read as ")
    nearest = "document.querySelectorAll('.thumbnails')[1].children.length"
    assert after_a_frame(browser, nearest) == 6
    press(browser, "Take back a line")
    assert "Nothing is drawn" in after_a_frame(browser, TEXT)


def test_draws_by_keyboard(browser, digits_page):
    browser.open(digits_page)
    browser.evaluate("document.getElementById('field').focus()")
    for key in ["Escape", *["ArrowUp"] * 8, " ", *["ArrowDown"] * 16]:
        browser.call("Input.dispatchKeyEvent", type="keyDown", key=key)
        browser.call("Input.dispatchKeyEvent", type="keyUp", key=key)
    # A line from top to bottom.
    assert after_a_frame(browser, TEXT).startswith("Read as 1")


def test_a_drawing_lies_as_in_mnist(browser, digits_page):
    browser.open(digits_page)
    for _, strokes in drawn_digits(10):
        points = [[(280 * x, 280 * y) for x, y in stroke] for stroke in strokes]
        lists = [[list(point) for point in stroke] for stroke in points]
        image = browser.evaluate(f"kerasMlp.drawnImage({lists})")
        inked = [i for i, value in enumerate(image) if value > 20]
        rows, columns = [i // 28 for i in inked], [i % 28 for i in inked]
        sizes = max(rows) - min(rows) + 1, max(columns) - min(columns) + 1
        assert 19 <= max(sizes) <= 21
        mass = sum(image)
        across = sum(value * (i % 28 + 0.5) for i, value in enumerate(image)) / mass
        down = sum(value * (i // 28 + 0.5) for i, value in enumerate(image)) / mass
        assert abs(across - 14) < 0.5
        assert abs(down - 14) < 0.5


def test_mistakes_come_first_and_are_mistaken(browser, digits_page):
    browser.open(digits_page)
    browser.evaluate("document.querySelector('.thumbnail.mistake').click()")
    said = browser.evaluate("document.querySelector('.thumbnail.mistake').textContent")
    label, answer = said.split(" → ")
    assert label != answer
    verdict = after_a_frame(browser, TEXT)
    assert verdict.startswith(f"Read as {answer},")
    assert verdict.endswith(f"The label says {label}.")


def test_breaking_it_costs_accuracy_until_it_is_mended(browser, digits_page):
    browser.open(digits_page)
    tally = (
        "parseInt([...document.querySelectorAll('.verdict strong')].at(-1).textContent)"
    )
    whole = browser.evaluate(tally)
    assert whole > 80
    for label in ("Noise", "Smallest", "Hidden"):
        browser.evaluate(
            "(() => { const x = [...document.querySelectorAll('label')]"
            f".find(x => x.textContent.startsWith('{label}')).querySelector('input');"
            " x.value = x.max; x.dispatchEvent(new Event('input')); })()"
        )
        assert browser.evaluate(tally) < whole - 20
        press(browser, "Mend it")
        assert browser.evaluate(tally) == whole


def test_a_unit_tells_what_it_does(browser, digits_page, digits_model):
    browser.open(digits_page)
    browser.evaluate("document.querySelectorAll('.units')[1].children[5].click()")
    text = after_a_frame(browser, "document.querySelector('.detail').textContent")
    bias = float(digits_model.mlp.layers[1].bias[5])
    assert text.startswith("Hidden layer 2, unit 5")
    assert f"plus its bias {bias:.3f}".replace("-", "\u2212") in text
    press(browser, "Switch it off")
    assert browser.evaluate("document.querySelectorAll('.units .off').length") == 1
