"""What the pages say of themselves: their language."""

from typing import Any

from sphinx.application import Sphinx


def _language(
    app: Sphinx, page: str, template: str, context: dict[str, Any], tree: Any
) -> None:
    if page.startswith("zh/"):
        context["language"] = "zh"


def setup(app: Sphinx) -> dict[str, bool]:
    """Is called by Sphinx."""
    app.connect("html-page-context", _language)
    return {"parallel_read_safe": True}
