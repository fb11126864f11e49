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
from keras_mlp.report.page.style import STYLE
from keras_mlp.report.text import number

_MEDIA_TYPES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".svg": "image/svg+xml",
}
# Text of ten points is then about as large as that of the page.
_PIXELS_PER_DOT = 0.75
# Of the widest picture whose text can be read when it is as wide as a telephone.
_MOST_NARROW_DOTS = 800


# What each picture shows, by its path.
Pictures = dict[str | os.PathLike[str], str]


@dataclasses.dataclass(frozen=True)
class Section:
    """A part of a report.

    Args:
        heading: Its heading.
        text: Plain text; an empty line starts a new paragraph.
        pictures: The path of each picture with what it shows, in a sentence: its
            caption, and what stands for it where it cannot be seen.
        table: The header and the rows of a table.
        findings: What the section shows, in sentences. Those of all sections stand
            together at the head of the report.
        folded: Whether only the heading is shown until a reader opens the section.

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
    findings: Sequence[str] = ()
    folded: bool = False


def write_report(
    path: str | os.PathLike[str],
    title: str,
    facts: Mapping[str, object],
    sections: Sequence[Section] = (),
) -> None:
    """Writes a report as one HTML file, its pictures inside.

    What the sections found stands first, then the facts, then the sections in order.

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
        f"<style>{STYLE}</style>",
        "</head>",
        "<body>",
        "<main>",
        f"<h1>{_escaped(title)}</h1>",
        *_findings([finding for section in sections for finding in section.findings]),
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


def _findings(findings: Sequence[str]) -> list[str]:
    if not findings:
        return []
    items = (f"<li>{_escaped(finding)}</li>" for finding in findings)
    return [
        "<section>",
        "<h2>What it shows</h2>",
        "<ul>",
        *items,
        "</ul>",
        "</section>",
    ]


def _section(section: Section) -> list[str]:
    heading = f"<h2>{_escaped(section.heading)}</h2>"
    if section.folded:
        heading = f"<details><summary>{heading}</summary>"
    parts = ["<section>", heading]
    paragraphs = (paragraph.strip() for paragraph in section.text.split("\n\n"))
    parts += [f"<p>{_escaped(paragraph)}</p>" for paragraph in paragraphs if paragraph]
    # Beside one another where the page is wide enough.
    parts.append('<div class="exhibits">')
    parts += [_picture(Path(path), text) for path, text in section.pictures.items()]
    if section.table is not None:
        parts += _table(*section.table)
    parts.append("</div>")
    if section.folded:
        parts.append("</details>")
    return [*parts, "</section>"]


def _picture(path: Path, description: str) -> str:
    source, text = _as_data_uri(path), _escaped(description)
    kind = size = ""
    if path.suffix.lower() == ".png":
        # A PNG begins with its signature and the size of its picture.
        dots = int.from_bytes(path.read_bytes()[16:20], "big")
        kind = ' class="wide"' if dots > _MOST_NARROW_DOTS else ""
        size = f' style="width: {round(dots * _PIXELS_PER_DOT)}px"'
    return (
        f'<figure{kind}{size}><div><img{size} src="{source}" alt="{text}"></div>'
        f"<figcaption>{text}</figcaption></figure>"
    )


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
    first = rows[0] if rows else [""] * len(header)
    names = "".join(
        f'<th scope="col"{_kind(value)}>{_escaped(name)}</th>'
        for name, value in zip(header, first, strict=True)
    )
    parts = [
        '<div class="table"><table>',
        f"<thead><tr>{names}</tr></thead>",
        "<tbody>",
    ]
    for row in rows:
        parts.append(f"<tr>{''.join(map(_cell, row))}</tr>")
    return [*parts, "</tbody>", "</table></div>"]


def _cell(value: object) -> str:
    return f"<td{_kind(value)}>{_escaped(value)}</td>"


def _kind(value: object) -> str:
    is_number = isinstance(value, numbers.Real) and not isinstance(value, bool)
    return ' class="number"' if is_number else ""
