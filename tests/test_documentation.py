"""The site's reference and gallery, looked at without building them."""

import importlib
import inspect
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

import keras_mlp

ROOT = Path(__file__).parents[1]
EXTENSIONS = ROOT / "docs" / "extensions"
SCRIPTS = sorted((ROOT / "docs" / "gallery").glob("*/*.py"))


def public_names():
    """Returns every name of `__all__`, found by following the package's own modules."""
    found = {}
    modules = [keras_mlp, importlib.import_module("keras_mlp.sklearn")]
    modules.append(importlib.import_module("keras_mlp.report"))
    while modules:
        module = modules.pop()
        for name in module.__all__:
            value = getattr(module, name)
            if isinstance(value, ModuleType):
                modules.append(value)
            else:
                found[f"{module.__name__}.{name}"] = value
    return found


PUBLIC = public_names()


def test_reference_lists_every_public_name(tmp_path):
    pytest.importorskip("sphinx", reason="Sphinx is not installed: ./scripts/docs")
    program = (
        f"import sys; sys.path.insert(0, {str(EXTENSIONS)!r})\n"
        "from pathlib import Path\n"
        "from types import SimpleNamespace\n"
        "import reference_pages\n"
        "app = SimpleNamespace(srcdir=sys.argv[1])\n"
        "reference_pages.write_pages(app)\n"
    )
    (tmp_path / "reference").mkdir()
    subprocess.run([sys.executable, "-c", program, tmp_path], check=True, cwd=ROOT)
    written = "\n".join(
        path.read_text(encoding="utf-8") for path in tmp_path.rglob("*.rst")
    )
    listed = set(re.findall(r"keras_mlp[\w.]*\.\w+", written))
    for name, value in PUBLIC.items():
        others = [other for other, same in PUBLIC.items() if same is value]
        assert any(other in listed for other in others), name


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_name_has_an_example(name):
    value = PUBLIC[name]
    if inspect.isclass(value) or inspect.isfunction(value):
        assert re.search(r"^```python$", inspect.getdoc(value) or "", re.MULTILINE)
        # Not that of the class it comes from.
        assert value.__doc__
    else:
        # A constant is in the example of its module.
        module, _, short = name.rpartition(".")
        text = inspect.getdoc(sys.modules[module]) or ""
        assert re.search(rf"```python.*\b{short}\b.*```", text, re.DOTALL)


def test_gallery_has_a_picture_for_each_script():
    assert len(SCRIPTS) >= 15
    pictures = {path.with_suffix(".png") for path in SCRIPTS}
    assert pictures == set((ROOT / "docs" / "gallery").glob("*/*.png"))
    assert all(path.stat().st_size < 60_000 for path in pictures)


@pytest.mark.long
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_gallery_script_keeps_its_claim(script, tmp_path):
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, script], check=True, cwd=tmp_path, env=environment)
    assert (tmp_path / f"{script.stem}.png").stat().st_size > 1000


def test_repository_is_named_alike_where_it_is_named():
    with (ROOT / "pyproject.toml").open("rb") as file:
        address = tomllib.load(file)["project"]["urls"]["Repository"]
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nrepository-code: {address}\n" in citation
    assert f"\nversion: {keras_mlp.__version__}\n" in citation


def test_readme_is_short():
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) < 150
