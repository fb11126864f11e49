"""Writes the gallery: a page for each script, and one that shows all pictures.

A script's docstring has its claim as the first line and what there is to see below. The
picture has the script's name and lies beside it: `scripts/docs --pictures` draws it.
"""

import ast
from pathlib import Path

from reference_pages import write_files
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

# Folders of scripts, in the order of the page.
PARTS = {
    "points": "Points and curves",
    "digits": "Handwritten digits",
    "inside": "Inside a network",
    "training": "Training",
    "tables": "Tables",
}


def _claim(script: Path) -> tuple[str, str]:
    text = ast.get_docstring(ast.parse(script.read_text(encoding="utf-8"))) or ""
    claim, _, more = text.partition("\n")
    if not claim or not script.with_suffix(".png").exists():
        raise ExtensionError(
            f"{script} needs a docstring that claims something, and a picture: "
            "./scripts/docs --pictures"
        )
    return claim.rstrip("."), more.strip()


def _page(script: Path, part: str) -> str:
    claim, more = _claim(script)
    return f"""{claim}
{"=" * len(claim)}

{more}

.. image:: /gallery/{part}/{script.stem}.png
   :alt: {claim}

.. literalinclude:: /gallery/{part}/{script.name}
   :language: python
   :start-at: import

The tests run this script. :doc:`All pictures </gallery/index>`
"""


def _card(script: Path, part: str) -> str:
    claim, _ = _claim(script)
    return f"""   .. grid-item-card:: {claim}
      :img-bottom: /gallery/{part}/{script.stem}.png
      :img-alt: {claim}
      :link: /gallery/pages/{part}-{script.stem}
      :link-type: doc
"""


def _write(app: Sphinx) -> None:
    gallery = Path(app.srcdir) / "gallery"
    files, cards = {}, []
    for part, title in PARTS.items():
        cards += [title, "-" * len(title), "", ".. grid:: 1 2 2 2", "   :gutter: 3", ""]
        for script in sorted((gallery / part).glob("*.py")):
            files[f"{part}-{script.stem}.rst"] = _page(script, part)
            cards.append(_card(script, part))
    files["all.inc"] = "\n".join(cards)
    write_files(gallery / "pages", files)


def setup(app: Sphinx) -> dict[str, bool]:
    """Is called by Sphinx."""
    app.connect("builder-inited", _write)
    return {"parallel_read_safe": True}
