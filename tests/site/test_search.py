"""The site is searched without a server."""

LINKS = """
new Promise(found => {
    const look = () => {
        const links = [...document.querySelectorAll('#search-results li a')];
        links.length ? found(links.map(l => l.href)) : setTimeout(look, 50);
    };
    look();
})
"""


def test_search_finds_a_class(site, site_browser):
    site_browser.show(site / "search.html", fragment="?q=PeriodicEmbedding")
    found = site_browser.evaluate(LINKS)
    assert any("PeriodicEmbedding" in address for address in found)
