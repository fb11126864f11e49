"""The examples of docs/integrations/, which are the programs that run."""

import re
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "docs/integrations"


def pages() -> str:
    """Returns the text of all pages, after the index, which has what all begin with."""
    index = FOLDER / "index.md"
    others = sorted(set(FOLDER.glob("*.md")) - {index})
    return "\n".join(page.read_text() for page in [index, *others])


def clients() -> list[str]:
    """Returns the names of the clients that the pages have a section for."""
    return re.findall(r"^### (\S+)$", pages(), flags=re.MULTILINE)


def example(client: str, package: str) -> str:
    """Returns the example of a client, after what all examples begin with.

    Args:
        client: Its name, which is the heading of its section.
        package: `keras_mlp`, as the pages have it, or `keras`, put in its place.

    Raises:
        ValueError: If no page has an example of this name.
    """
    first, *sections = re.split(r"^### ", pages(), flags=re.MULTILINE)
    found = [one for one in sections if one.split("\n", 1)[0] == client]
    if len(found) != 1 or not _blocks(found[0]):
        raise ValueError(
            f"{FOLDER} must have one section `### {client}` with an example in Python."
        )
    source = "\n\n".join([*_blocks(first), *_blocks(found[0])])
    return re.sub(r"\bkeras_mlp\b", package, source)


def _blocks(text: str) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```$", text, flags=re.DOTALL | re.MULTILINE)
