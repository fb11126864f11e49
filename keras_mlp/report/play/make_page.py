"""The one file that a page is."""

import html
import json
import string
from pathlib import Path
from typing import Any

from keras_mlp.files import write_atomically
from keras_mlp.report.play.network import Network
from keras_mlp.report.play.packing import pack_weights

MOST_CHARACTERS = 1_000_000

_SOURCES = Path(__file__).parent / "page"

# In the order in which they need each other.
_SCRIPTS = (
    "core/data.js",
    "core/arithmetic.js",
    "core/network.js",
    "core/elements.js",
    "core/columns.js",
    "views/breaking.js",
    "views/strokes.js",
    "views/canvas.js",
    "views/units.js",
    "views/draw.js",
    "views/form.js",
    "views/code.js",
    "lessons/gradient_step.js",
    "lessons/step.js",
    "lessons/tape.js",
    "lessons/mlp.js",
    "lessons/points.js",
    "lessons/boundary.js",
    "core/main.js",
)


def write_page(
    path: Path, title: str, about: str, network: Network, contents: dict[str, Any]
) -> None:
    """Writes a page that runs a network.

    Args:
        path: The file.
        title: Its heading.
        about: A sentence below it.
        network: The network.
        contents: What else the scripts need to know, ready for JSON.
    """
    data = {
        **contents,
        "network": {
            "operations": network.operations,
            "input_shape": list(network.input_shape),
            **contents.get("network", {}),
        },
    }
    parts = {
        "title": html.escape(title),
        "about": html.escape(about),
        "style": (_SOURCES / "page.css").read_text(),
        "script": "\n".join((_SOURCES / "scripts" / n).read_text() for n in _SCRIPTS),
    }
    page = string.Template((_SOURCES / "page.html").read_text())
    rest = len(page.substitute(parts, data=_as_json(data)).encode())
    # The description of the weights takes less than 10,000.
    weights = pack_weights(network.arrays, MOST_CHARACTERS - rest - 10_000)
    text = page.substitute(parts, data=_as_json({**data, "weights": weights}))
    write_atomically(path, text)


def _as_json(data: Any) -> str:
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    # Nothing in it is to end the script that it lies in.
    return text.replace("<", "\\u003c")
