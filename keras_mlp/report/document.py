"""The report of a run: one HTML file that needs nothing beside itself."""

import base64
import dataclasses
import html
import numbers
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from keras_mlp.files import write_atomically
from keras_mlp.report.arrays import invalid
from keras_mlp.report.text import number

_MEDIA_TYPES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".svg": "image/svg+xml",
}

# Pictures are drawn on white and keep that ground in the dark, as paper does.
_STYLE = """
:root { color-scheme: light dark; --ink: #222; --paper: #fff; --line: #d0d0d0; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e6e6; --paper: #16181b; --line: #44484d; }
}
body { margin: 0; color: var(--ink); background: var(--paper);
  font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 64rem; margin: 0 auto; padding: 1rem; }
h1, h2 { line-height: 1.2; overflow-wrap: anywhere; }
h2 { margin-top: 2.5rem; }
p { max-width: 42rem; }
dl { display: grid; grid-template-columns: fit-content(50%) 1fr; gap: 0.25rem 1.5rem; }
dt { font-weight: 600; }
dd { margin: 0; overflow-wrap: anywhere; }
figure { margin: 1rem 0; overflow-x: auto; }
img { max-width: 100%; height: auto; background: #fff; border-radius: 0.25rem; }
.table { overflow-x: auto; }
table { border-collapse: collapse; }
th, td { padding: 0.35rem 0.75rem; text-align: left;
  border-bottom: 1px solid var(--line); }
.number { text-align: right; font-variant-numeric: tabular-nums; }
@media screen and (max-width: 40rem) {
  /* Wide pictures are scrolled sideways rather than shrunk beyond reading. */
  img { max-width: none; width: 40rem; }
}
@media print {
  :root { --ink: #000; --paper: #fff; }
  main { max-width: none; padding: 0; }
  section, figure, tr { break-inside: avoid; }
}
"""


@dataclasses.dataclass(frozen=True)
class Section:
    """A part of a report.

    Args:
        heading: Its heading.
        text: Plain text; an empty line starts a new paragraph.
        pictures: The path of each picture with the text that stands for it where it
            cannot be seen: what it shows, in a sentence.
        table: The header and the rows of a table.

    Example:

    ```python
    from keras_mlp.report import Section

    Section("Test", table=(["figure", "value"], [["accuracy", 0.97]]))
    ```
    """

    heading: str
    text: str = ""
    pictures: Mapping[str | os.PathLike[str], str] = dataclasses.field(
        default_factory=dict
    )
    table: tuple[Sequence[str], Sequence[Sequence[object]]] | None = None


def write_report(
    path: str | os.PathLike[str],
    title: str,
    facts: Mapping[str, object],
    sections: Sequence[Section] = (),
) -> None:
    """Writes a report as one HTML file, its pictures inside.

    The file opens from disk without a network, loads nothing, runs nothing, and can be
    moved or mailed by itself. Everything that is passed is shown as text, never read as
    HTML.

    Args:
        path: The HTML file to write. An existing one is replaced.
        title: Title and first heading.
        facts: What a reader wants to know first, by name: text or numbers.
        sections: What follows, in order.

    Raises:
        FileNotFoundError: If a picture does not exist.
        ValueError: If a picture is neither PNG, JPEG nor SVG, or if a row of a table
            does not have an entry per column.

    Example:

    ```python
    from keras_mlp.report import Section, plot_history, write_report

    history = {"loss": [0.9, 0.4], "val_loss": [0.8, 0.5]}
    plot_history(history, "history.png")
    curves = Section(
        "History", pictures={"history.png": "Loss per epoch, falling to 0.4."}
    )
    write_report("report.html", "digits", {"epochs": 2, "loss": 0.4}, [curves])
    ```
    """
    parts = [
        "<!DOCTYPE html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        # Should anything get past the escaping, the browser still refuses to run it.
        '<meta http-equiv="Content-Security-Policy" content="'
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'\">",
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{_escaped(title)}</title>",
        f"<style>{_STYLE}</style>",
        "</head>",
        "<body>",
        "<main>",
        f"<h1>{_escaped(title)}</h1>",
        *_facts(facts),
    ]
    for section in sections:
        parts += _section(section)
    parts += ["</main>", "</body>", "</html>", ""]
    # Names of files may hold bytes that are no text in any encoding.
    write_atomically(path, "\n".join(parts).encode(errors="replace"))


def _escaped(value: object) -> str:
    if isinstance(value, numbers.Real) and not isinstance(value, numbers.Integral):
        value = number(float(value))
    return html.escape(str(value))


def _facts(facts: Mapping[str, object]) -> list[str]:
    if not facts:
        return []
    items = (
        f"<dt>{_escaped(name)}</dt><dd>{_escaped(value)}</dd>"
        for name, value in facts.items()
    )
    return ["<dl>", *items, "</dl>"]


def _section(section: Section) -> list[str]:
    parts = ["<section>", f"<h2>{_escaped(section.heading)}</h2>"]
    paragraphs = (paragraph.strip() for paragraph in section.text.split("\n\n"))
    parts += [f"<p>{_escaped(paragraph)}</p>" for paragraph in paragraphs if paragraph]
    for path, description in section.pictures.items():
        parts.append(
            f'<figure><img src="{_as_data_uri(Path(path))}" '
            f'alt="{_escaped(description)}"></figure>'
        )
    if section.table is not None:
        parts += _table(*section.table)
    return [*parts, "</section>"]


def _as_data_uri(path: Path) -> str:
    media_type = _MEDIA_TYPES.get(path.suffix.lower())
    if media_type is None:
        raise invalid(
            "pictures",
            f"be files that end with one of {', '.join(_MEDIA_TYPES)}",
            repr(str(path)),
            "Save the picture in one of these formats.",
        )
    data = base64.b64encode(path.read_bytes()).decode("ascii")
    return f"data:{media_type};base64,{data}"


def _table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> list[str]:
    for row in rows:
        if len(row) != len(header):
            raise invalid(
                "table",
                f"have an entry per column in every row, {len(header)} in all",
                repr(row),
                "Fill the columns that have no value with an empty text.",
            )
    names = "".join(f'<th scope="col">{_escaped(name)}</th>' for name in header)
    parts = [
        '<div class="table"><table>',
        f"<thead><tr>{names}</tr></thead>",
        "<tbody>",
    ]
    for row in rows:
        parts.append(f"<tr>{''.join(map(_cell, row))}</tr>")
    return [*parts, "</tbody>", "</table></div>"]


def _cell(value: object) -> str:
    is_number = isinstance(value, numbers.Real) and not isinstance(value, bool)
    name = ' class="number"' if is_number else ""
    return f"<td{name}>{_escaped(value)}</td>"
