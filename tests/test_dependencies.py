"""Which package may import which: docs/how/design.md says it in words."""

import ast
from pathlib import Path

import pytest

import keras_mlp

PACKAGE = Path(keras_mlp.__file__).parent


def imported_by(folder):
    """Yields the modules of ours that those in a folder import, in functions too."""
    for path in sorted((PACKAGE / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom):
                # `from keras_mlp import data` names a module, too.
                names = [f"{node.module}.{alias.name}" for alias in node.names]
            elif isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            else:
                continue
            for name in names:
                package, _, rest = name.partition(".")
                if package == "keras_mlp":
                    yield path, rest.partition(".")[0]


@pytest.mark.parametrize(
    ("folder", "above"),
    [
        ("metrics", {"training", "resuming", "callbacks", "models", "recipes"}),
        ("training", {"resuming", "callbacks", "models", "recipes"}),
        ("resuming", {"callbacks", "models", "recipes"}),
        ("callbacks", {"models", "recipes"}),
        ("report", {"models", "recipes", "commands"}),
    ],
)
def test_nothing_imports_what_stands_above_it(folder, above):
    imports = list(imported_by(folder))
    # That it sees any.
    assert imports
    assert not [(path, name) for path, name in imports if name in above]
