"""The Chinese pages say what the English ones say: headings, figures, code, links."""

import collections
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = {
    "docs/zh/README.md": "README.md",
    "docs/zh/documented-networks.md": "docs/networks/documented-networks.md",
    **{
        f"docs/zh/{page}.md": f"docs/networks/{page}.md"
        for page in ("perceptrons", "building-blocks", "autoencoder-and-naive-dense")
    },
}
CODE = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s]+)\)")
# Digits, with what stands between them; `layer1` and `sha256` are names.
NUMBER = re.compile(r"(?<![A-Za-z_])\d+(?:[.,]\d+)*")


def prose(page):
    return CODE.sub("", (ROOT / page).read_text(encoding="utf-8"))


@pytest.fixture(params=PAGES)
def pages(request):
    return request.param, PAGES[request.param]


def test_headings(pages):
    chinese, english = (
        [
            # Names of networks, such as N0 and mnist-mlp, are the same in any language.
            (marks, re.findall(r"[A-Za-z]+[-\d][\w-]*", text, re.ASCII))
            for marks, text in re.findall(r"^(#+) (.*)$", prose(page), re.MULTILINE)
        ]
        for page in pages
    )
    assert chinese == english


def test_figures(pages):
    chinese, english = (
        collections.Counter(NUMBER.findall(LINK.sub("]", prose(page))))
        for page in pages
    )
    assert chinese == english


def test_code_is_the_same(pages):
    chinese, english = (
        CODE.findall((ROOT / page).read_text(encoding="utf-8")) for page in pages
    )
    assert chinese == english


def test_links_lead_somewhere_and_tables_are_as_long(pages):
    page = ROOT / pages[0]
    targets = LINK.findall(page.read_text(encoding="utf-8"))
    assert targets
    for target in targets:
        if "://" not in target:
            assert (page.parent / target.partition("#")[0]).exists()
    rows = [len(re.findall(r"^\|", prose(page), re.MULTILINE)) for page in pages]
    assert rows[0] == rows[1]
