import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import keras_mlp

ROOT = Path(keras_mlp.__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built from a copy: building leaves files in the source."""
    source = tmp_path_factory.mktemp("source")
    tracked = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split("\0")
    for name in filter(None, tracked):
        if (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    target = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"),
            *("--no-build-isolation", "--wheel-dir", target, source),
        ],
        check=True,
        capture_output=True,
    )
    [path] = target.glob("*.whl")
    return path


def test_wheel_holds_the_data_the_records_and_the_types(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    package = ROOT / "keras_mlp"
    expected = {
        str(path.relative_to(ROOT))
        for folder in (
            "data/mnist_5k",
            "recipes/published",
            "recipes/plain",
            "report/play/page",
        )
        for path in (package / folder).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    assert len(expected) >= 20
    assert expected | {"keras_mlp/py.typed"} <= names
    assert not [name for name in names if name.startswith("tests")]


def test_unpacked_wheel_works_where_nothing_can_be_written(wheel, tmp_path):
    site = tmp_path / "site"
    zipfile.ZipFile(wheel).extractall(site)
    for path in [*site.rglob("*"), site]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    before = sorted(site.rglob("*"))
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "import keras_mlp\n"
        "assert keras_mlp.__file__.startswith(sys.argv[1])\n"
        "images, labels = next(iter(keras_mlp.data.load('mnist_5k')))\n"
        "print(images.shape, keras_mlp.__version__)\n"
    )
    result = subprocess.run(
        [sys.executable, "-B", "-c", code, str(site)],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )
    assert result.stdout.split("\n")[0] == f"(32, 784) {keras_mlp.__version__}"
    assert sorted(site.rglob("*")) == before
    for path in [site, *site.rglob("*")]:
        path.chmod(0o755)


def test_every_public_name_is_there():
    for module in (
        keras_mlp,
        keras_mlp.builders,
        keras_mlp.data,
        keras_mlp.export,
        keras_mlp.callbacks,
        keras_mlp.layers,
        keras_mlp.metrics,
        keras_mlp.models,
        keras_mlp.optimizers,
        keras_mlp.recipes,
        keras_mlp.training,
    ):
        for name in module.__all__:
            assert getattr(module, name) is not None
            public = getattr(module, name)
            assert isinstance(public, (str, tuple, dict, frozenset)) or public.__doc__


def test_no_module_takes_the_place_of_a_function_that_is_imported_late():
    folder = Path(keras_mlp.data.__file__).parent
    for name in keras_mlp.data.__all__:
        assert name in dir(keras_mlp.data)
        assert not list(folder.glob(f"{name}.py"))
    with pytest.raises(AttributeError, match="no attribute 'lod'"):
        _ = keras_mlp.data.lod
