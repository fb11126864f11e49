"""The examples of docs/integrations.md, which are what is run."""

import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs/integrations.md"


def clients() -> list[str]:
    """Returns the names of the clients that the page has a section for."""
    return re.findall(r"^### (\S+)$", PAGE.read_text(), flags=re.MULTILINE)


def example(client: str, package: str) -> str:
    """Returns the example of a client, after what all examples begin with.

    Args:
        client: Its name, which is the heading of its section.
        package: `keras_mlp`, as the page has it, or `keras`, put in its place.

    Raises:
        ValueError: If the page has no example of this name.
    """
    first, *sections = re.split(r"^### ", PAGE.read_text(), flags=re.MULTILINE)
    found = [one for one in sections if one.split("\n", 1)[0] == client]
    if len(found) != 1 or not _blocks(found[0]):
        raise ValueError(
            f"{PAGE} must have one section `### {client}` with an example in Python."
        )
    source = "\n\n".join([*_blocks(first), *_blocks(found[0])])
    return re.sub(r"\bkeras_mlp\b", package, source)


def _blocks(text: str) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```$", text, flags=re.DOTALL | re.MULTILINE)
