"""Every page of the built site, in a browser: complete, readable, without a network."""

import itertools

HEADINGS = """
[...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map(h => +h.tagName[1])
"""
NAMELESS_PICTURES = """
[...document.querySelectorAll('img')].filter(i => !i.alt).map(i => i.src)
"""
BROKEN_PICTURES = """
[...document.querySelectorAll('img')]
    .map(i => { i.loading = 'eager'; return i.decode().then(() => null, () => i.src); })
"""
WIDE = """
document.documentElement.scrollWidth - document.documentElement.clientWidth
"""
FINDINGS = """
axe.run({resultTypes: ['violations']}).then(r => r.violations
    .filter(v => ['serious', 'critical'].includes(v.impact))
    .map(v => [v.id, v.nodes.slice(0, 3).map(n => n.html.slice(0, 200))]))
"""


def findings(browser, axe):
    browser.evaluate(f"{axe}; true")
    return browser.evaluate(FINDINGS)


def test_page(site, page, site_browser, axe):
    browser = site_browser
    browser.show(site / page)
    broken = browser.evaluate(f"Promise.all({BROKEN_PICTURES})")
    assert [source for source in broken if source] == []
    assert browser.complaints() == []
    outside = [
        address
        for address in browser.requests()
        if not address.startswith((site.as_uri() + "/", "data:", "about:"))
    ]
    assert outside == []
    assert browser.evaluate(NAMELESS_PICTURES) == []
    levels = browser.evaluate(HEADINGS)
    # The first of a page is its title. None is left out on the way down.
    assert levels[:1] == [1] or page == "search.html"
    assert all(b <= a + 1 for a, b in itertools.pairwise(levels)), levels
    # Those of the sources are all alike.
    if axe and not page.startswith("_modules/keras_mlp/"):
        assert findings(browser, axe) == []


def test_page_on_a_telephone_in_the_dark(site, page, site_browser, axe):
    browser = site_browser
    browser.show(site / page, width=360, height=800, dark=True)
    assert browser.evaluate(WIDE) <= 0
    if axe and not page.startswith("_modules/keras_mlp/"):
        assert findings(browser, axe) == []
