"""Has docstrings be read as they are written: Markdown, with Google's sections.

Fenced code becomes code, and so do single backticks; a public name of the package
among them becomes a link to its page.
"""

import re
from typing import Any

from reference_pages import public_names
from sphinx.application import Sphinx

_FENCE = re.compile(r"^(\s*)```(\w*)\s*$")
# Read in their order: a closing backtick opens nothing. Code may go over a line.
_CODE_OR_LINK = re.compile(
    r"(?<!`)`(?P<code>[^`\n]+(?:\n[^`\n]+)?)`(?!`)"
    r"|\[(?P<text>[^\]\n]+)\]\((?P<address>https?://[^)\s]+)\)"
)

_PAGE_LINK = re.compile(r"\[([^\]\n]+)\]\((?!https?:)[^)\s]+\)")


def to_restructured_text(lines: list[str]) -> list[str]:
    """Returns the lines of a Markdown docstring as reStructuredText."""
    written: list[str] = []
    prose: list[str] = []
    fence: str | None = None

    def end_prose() -> None:
        if prose:
            # A page is not named where only a docstring is read.
            text = _PAGE_LINK.sub(r"\1", "\n".join(prose))
            written.extend(_CODE_OR_LINK.sub(_written, text).split("\n"))
        prose.clear()

    for line in lines:
        match = _FENCE.match(line)
        if fence is None and match:
            end_prose()
            fence = match[1]
            written += ["", f"{fence}.. code-block:: {match[2] or 'text'}", ""]
        elif match:
            fence = None
            written.append("")
        elif fence is not None:
            written.append(f"    {line}" if line.strip() else "")
        else:
            prose.append(line)
    end_prose()
    return written


def _written(match: re.Match[str]) -> str:
    if match["address"]:
        return f"`{match['text']} <{match['address']}>`__"
    code = " ".join(match["code"].split())
    full = _LINKED.get(code.removesuffix("()"))
    return f":py:obj:`{code} <{full}>`" if full else f"``{code}``"


def _linked_names() -> dict[str, str]:
    """Returns what may be written for a public name, such as `layers.MLP`.

    A bare name, such as `MLP`, is linked where no other public name ends with it.
    """
    names = public_names()
    bare: dict[str, list[str]] = {}
    for name in names:
        bare.setdefault(name.rpartition(".")[2], []).append(name)
    linked = {written: found[0] for written, found in bare.items() if len(found) == 1}
    # Words that mean something else as well, such as a method's name.
    linked = {name: full for name, full in linked.items() if not name.islower()}
    for name in names:
        linked[name] = linked[name.removeprefix("keras_mlp.")] = name
    return linked


_LINKED = _linked_names()


def _process(
    app: Sphinx, what: str, name: str, obj: Any, options: Any, lines: list[str]
) -> None:
    lines[:] = to_restructured_text(lines)


def setup(app: Sphinx) -> dict[str, bool]:
    """Is called by Sphinx."""
    # Before napoleon reads the sections.
    app.connect("autodoc-process-docstring", _process, priority=400)
    return {"parallel_read_safe": True}
