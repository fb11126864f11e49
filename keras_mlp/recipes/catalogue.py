"""What is known of each recipe without making it, which takes Keras."""

import dataclasses
import difflib
import functools
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

_FOLDER = Path(__file__).parent
_DATA = _FOLDER.parent / "data"
# Recipes for data that a user brings: they are not listed, since they name no data.
OWN_DATA = ("table", "table-realmlp", "table-tabm", "images")
# Made where they are needed.
_MADE = ("none", "noisy_line")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Entry:
    """A recipe, as it is listed.

    Args:
        name: Name of the recipe.
        title: One line that says what it is.
        dataset: Name of its data set; `"none"` where it has none.
        result: What it reaches on that data set, in words.
        seconds: About how long it trains on two cores; `None` where it is not trained.
    """

    name: str
    title: str
    dataset: str
    result: str
    seconds: int | None

    def runs_here(self) -> bool:
        """Returns whether the data set is on this machine, in one of the usual places.

        They are looked for, and not read.
        """
        if self.dataset in _MADE or (_DATA / self.dataset).is_dir():
            return True
        places = [os.environ.get("TFDS_DATA_DIR"), "~/tensorflow_datasets"]
        return any(
            next(_prepared(Path(place).expanduser(), self.dataset), None)
            for place in places
            if place
        )


def _prepared(root: Path, dataset: str) -> Iterator[Path]:
    return root.glob(f"{dataset}/*/dataset_info.json")


@functools.cache
def entries() -> tuple[Entry, ...]:
    """Returns what is known of all recipes, in their order.

    Example:

    ```python
    from keras_mlp.recipes import catalogue

    assert catalogue.entries()[0].name == "digits"
    ```
    """
    text = (_FOLDER / "catalogue.json").read_text(encoding="utf-8")
    return tuple(Entry(**entry) for entry in json.loads(text))


def find(name: str) -> Entry:
    """Returns what is known of a recipe.

    Args:
        name: Name of the recipe.

    Raises:
        ValueError: If there is no such recipe.
    """
    for entry in entries():
        if entry.name == name:
            return entry
    raise unknown(name)


def unknown(name: str) -> ValueError:
    """Returns the error that there is no recipe of this name.

    Args:
        name: What the user wrote.
    """
    names = [entry.name for entry in entries()]
    hint = near(name, names) or f" Use one of: {', '.join(names)}."
    return ValueError(
        f"`name` must be the name of a recipe. Received: name={name!r}.{hint}"
    )


def near(word: str, words: Iterable[str]) -> str:
    """Returns the question whether another word was meant, or nothing.

    Args:
        word: A word that is none of `words`.
        words: Those that there are.
    """
    found = difflib.get_close_matches(word, words, n=1)
    return f" Did you mean {found[0]!r}?" if found else ""
