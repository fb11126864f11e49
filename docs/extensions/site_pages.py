"""Attributes of pages: their language, and what screen readers and keyboards need."""

import logging
import re
from typing import Any

from sphinx.application import Sphinx

_LINES = re.compile(r'<dl>\n<dd><em class="sig-param">.*?</dl>', re.DOTALL)


# Pages that GitHub shows too, where a list of pages for the site would be in the way.
_LISTS = {"notebooks/README": "[1-9]*", "zh/README": "*"}


def _list_pages(app: Sphinx, page: str, source: list[str]) -> None:
    if page in _LISTS:
        source[0] += f"\n```{{toctree}}\n:hidden:\n:glob:\n\n{_LISTS[page]}\n```\n"


def _language(
    app: Sphinx, page: str, template: str, context: dict[str, Any], tree: Any
) -> None:
    if page.startswith("zh/"):
        context["language"] = "zh"


def _reachable(
    app: Sphinx, page: str, template: str, context: dict[str, Any], tree: Any
) -> None:
    """Says what Sphinx and the theme leave out for screen readers and keyboards."""
    for name, written, meant in (
        ("furo_navigation_tree", 'role="heading"', 'role="heading" aria-level="2"'),
        # What is too wide is scrolled, by keys too.
        ("body", "<pre>", '<pre tabindex="0">'),
        ("body", '<div class="table-wrapper', '<div tabindex="0" class="table-wrapper'),
    ):
        if name in context:
            context[name] = context[name].replace(written, meant)
    # The lines of a signature are no list of definitions.
    if "body" in context:
        context["body"] = _LINES.sub(lambda found: _as_spans(found[0]), context["body"])


def _as_spans(lines: str) -> str:
    lines = lines.replace("<dl>", '<span class="sig-lines">').replace(
        "</dl>", "</span>"
    )
    return lines.replace("<dd>", "<span>").replace("</dd>", "</span>")


def _matters(record: logging.LogRecord) -> bool:
    return "didn't match any documents" not in str(record.msg)


def setup(app: Sphinx) -> dict[str, bool]:
    """Is called by Sphinx."""
    # The lists of pages are patterns: a page goes into several when it grows too long.
    logging.getLogger("sphinx.sphinx.directives.other").addFilter(_matters)
    app.connect("source-read", _list_pages)
    app.connect("html-page-context", _language)
    # After the theme has made its tree.
    app.connect("html-page-context", _reachable, priority=900)
    return {"parallel_read_safe": True}
