"""`keras_internals.PRIVATE_NAMES`: complete, in use, and missed when one is gone."""

import ast
import functools
import importlib
import inspect
import runpy
import sys
import tomllib
from pathlib import Path

import keras
import pytest

import keras_mlp
from keras_mlp import keras_internals
from keras_mlp.keras_internals import PRIVATE_NAMES, SUPPORTED

PACKAGE = Path(keras_mlp.__file__).parent
OURS = f"{keras_mlp.__name__}."
INTERNALS = Path(keras_internals.__file__)
LISTED = {private.name for private in PRIVATE_NAMES}
# What a builder of TensorFlow Datasets defines, for whoever makes one; and what
# TensorFlow's shuffle was told.
OF_OTHER_PACKAGES = {
    "_SubParsersAction",  # argparse has no public name for it.
    "_exit",
    "_generate_examples",
    "_reshuffle_each_iteration",
}


@functools.cache
def syntax_trees():
    """Returns those of all modules but `keras_internals`, with their paths."""
    return [
        (path.relative_to(PACKAGE), ast.parse(path.read_text()))
        for path in sorted(PACKAGE.rglob("*.py"))
        if path != INTERNALS
    ]


def is_private(name):
    return name.startswith("_") and not name.startswith("__")


def used_names(tree):
    """Yields the private names that a module asks objects for, or passes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.keyword) and node.arg:
            yield node.arg
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            # `getattr(model, "_name")`, and keys.
            yield node.value


def defined_names(tree):
    """Yields the names that a module gives to what it makes."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr


def owner_of(private):
    module, _, path = private.where.partition(":")
    owner = importlib.import_module(module)
    parents = [None, owner]
    for part in filter(None, path.split(".")):
        parents.append(getattr(parents[-1], part))
    return parents[-2:]


@pytest.mark.parametrize("private", PRIVATE_NAMES, ids=lambda private: private.name)
def test_the_import_says_which_name_is_gone(private, monkeypatch):
    parent, owner = owner_of(private)
    if inspect.isfunction(owner):
        monkeypatch.setattr(parent, owner.__name__, lambda *_, **__: None)
    else:
        monkeypatch.delattr(owner, private.name)
    with pytest.raises(ImportError) as caught:
        runpy.run_path(str(INTERNALS))
    message = str(caught.value)
    assert f"\n  {private.where}: {private.name} (" in message
    assert f"Keras {keras.__version__}" in message
    assert f"pip install '{SUPPORTED}'" in message


def test_a_module_that_is_gone_is_named_too(monkeypatch):
    gone = keras_internals.PrivateName("keras.src.nowhere:Trainer", "_fit", "nothing")
    monkeypatch.setattr(keras_internals, "PRIVATE_NAMES", (*PRIVATE_NAMES, gone))
    assert keras_internals.missing_names() == [gone]


def test_what_is_supported_is_what_pyproject_asks_for():
    project = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text())
    assert SUPPORTED in project["project"]["dependencies"]


def test_only_this_module_imports_what_is_not_public():
    imports = {
        (str(path), name)
        for path, tree in syntax_trees()
        for node in ast.walk(tree)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for name in [getattr(node, "module", None) or node.names[0].name]
        if name.startswith(("keras.src", "tensorflow.python"))
    }
    # Neither does it go there by attributes.
    attributes = {
        (str(path), ast.unparse(node))
        for path, tree in syntax_trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and ast.unparse(node) in ("keras.src", "tf.python", "tensorflow.python")
    }
    assert imports | attributes == set()


def test_private_names_are_the_package_s_own_or_listed():
    own = {name for _, tree in syntax_trees() for name in defined_names(tree)}
    strangers = {
        (str(path), node.attr)
        for path, tree in syntax_trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and is_private(node.attr)
        and node.attr not in own | LISTED | OF_OTHER_PACKAGES
    }
    assert strangers == set()


def classes_of_keras():
    """Yields the package's classes that have one of Keras among their bases."""
    for module in [m for name, m in sys.modules.items() if name.startswith(OURS)]:
        for _, one in inspect.getmembers(module, inspect.isclass):
            bases = {base.__module__.split(".")[0] for base in one.__mro__}
            if one.__module__ == module.__name__ and "keras" in bases:
                yield one


def test_private_methods_of_keras_are_overridden_on_purpose():
    overridden = set()
    for one in classes_of_keras():
        ours = [b for b in one.__mro__ if b.__module__.startswith(OURS)]
        theirs = [b for b in one.__mro__ if b.__module__.startswith("keras.")]
        overridden |= {
            name
            for name in set().union(*map(vars, ours)) & set().union(*map(vars, theirs))
            # Keras and Python make these for each class.
            if is_private(name) and not name.startswith("_abc_")
        }
    assert overridden - LISTED == set()


def test_what_is_listed_is_in_use():
    used = {name for _, tree in syntax_trees() for name in used_names(tree)}
    internals = ast.parse(INTERNALS.read_text())
    [table] = [
        node
        for node in internals.body
        if isinstance(node, ast.Assign)
        and ast.unparse(node.targets[0]) == "PRIVATE_NAMES"
    ]
    internals.body.remove(table)
    used |= set(used_names(internals))
    used |= {name for _, tree in syntax_trees() for name in defined_names(tree)}
    assert LISTED - used == set()
