"""What a command prints: words for people, or one JSON object for programs."""

import argparse
import json
import math
from pathlib import Path
from typing import Any


class Output:
    """Prints as `--quiet` and `--json` say.

    Args:
        arguments: Those of the command. One without these options prints words.
    """

    def __init__(self, arguments: argparse.Namespace) -> None:
        self.json: bool = getattr(arguments, "json", False)
        self.silent: bool = self.json or getattr(arguments, "quiet", False)

    def progress(self, *words: object) -> None:
        """Prints at once what is of interest only until the results are there."""
        if not self.silent:
            print(*words, flush=True)

    def result(self, *words: object) -> None:
        """Prints a line of the results, unless these come as JSON."""
        if not self.json:
            print(*words)

    def object(self, results: dict[str, Any]) -> None:
        """Prints the results as JSON, where that was asked for.

        Args:
            results: Strings, numbers, lists and dictionaries. What JSON has no number
                for, such as infinity, becomes `null`.
        """
        if self.json:
            print(json.dumps(_finite(results), ensure_ascii=False, allow_nan=False))


def link(path: Path) -> str:
    """Returns the address of a file, which a terminal or a browser opens."""
    return path.absolute().as_uri()


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _finite(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
