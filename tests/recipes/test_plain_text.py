"""The programs that `keras-mlp show` prints, beside the recipes that they equal."""

import os
import re
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

import keras_mlp
from keras_mlp import recipes
from keras_mlp.cli import main
from keras_mlp.data.idx import write_idx
from keras_mlp.recipes.diamonds import DIAMONDS

STEPS = 10
IMAGES = 200
NAMES = [n for n in recipes.names() if n not in [r.name for r in DIAMONDS]]


@pytest.fixture(scope="module")
def small_set(tmp_path_factory):
    """Where a set of few images is, which TFDS has put in an order of its own."""
    source, directory = (tmp_path_factory.mktemp(name) for name in ("idx", "tfds"))
    [(images, labels)] = keras_mlp.data.load(
        "mnist_5k", batch_size=4000, flatten=False, scale=False, seed=0
    ).as_numpy_iterator()
    for split, part in (("train", slice(IMAGES)), ("t10k", slice(IMAGES, IMAGES + 20))):
        pixels = images[part].squeeze(axis=-1).astype("uint8")
        write_idx(source / f"{split}-images-idx3-ubyte", pixels)
        write_idx(source / f"{split}-labels-idx1-ubyte", labels[part].astype("uint8"))
    keras_mlp.data.prepare("kmnist", source, directory)
    return directory


def shortened(text, recipe):
    """Returns program and recipe with ten steps in all, where they train."""
    if not isinstance(recipe, recipes.TrainedRecipe):
        return text, recipe
    if "epochs, batch_size" not in text:
        # All examples are one batch.
        before, after = f"= {recipe.epochs}, ", f"= {STEPS}, "
        recipe = recipe.replace(epochs=STEPS)
    else:
        before = f"epochs, batch_size, rate = {recipe.epochs}, {recipe.batch_size}, "
        if before not in text:
            before = f"epochs, batch_size = {recipe.epochs}, {recipe.batch_size}\n"
        kept = recipe.describe().splits["train"] * (100 - recipe.validation_percent)
        recipe = recipe.replace(epochs=1, batch_size=kept // 100 // STEPS)
        after = re.sub("= .*, [0-9]+", f"= 1, {recipe.batch_size}", before)
    assert text.count(before) == 1
    return text.replace(before, after), recipe


@pytest.fixture
def exactly():
    """Has Keras compute in float64.

    In float32 the gradients that should be zero are noise, and Adam makes steps of it.
    """
    policy = keras.config.dtype_policy()
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")
    yield
    keras.config.set_floatx("float32")
    keras.config.set_dtype_policy(policy)


# The others' likes are tried; these take long to compile.
LONG = ("conv-autoencoder", "mnist-best", "fashion-best")


@pytest.mark.long_after(3)
@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.long if name in LONG else ())
        for name in NAMES
    ],
)
def test_ten_steps_of_the_program_are_those_of_the_recipe(name, small_set, request):
    recipe, text = recipes.get(name), recipes.plain_text(name)
    assert "import keras_mlp" not in text
    if getattr(recipe, "optimizer", None) in ("adam", "rmsprop"):
        request.getfixturevalue("exactly")
    if f'tfds.load("{getattr(recipe, "dataset", "")}"' in text:
        before, after = (
            f'load("{recipe.dataset}"',
            f'load("kmnist", data_dir="{small_set}"',
        )
        text = text.replace(before, after)
        recipe = recipe.replace(dataset="kmnist", data_dir=small_set)
    text, recipe = shortened(text, recipe)
    program = {}
    exec(compile(text, f"{name}.py", "exec"), program)
    model = recipe.model(seed=0)
    if isinstance(recipe, recipes.TrainedRecipe):
        before = model.get_weights()
        model.fit(recipe.train_data(seed=0), epochs=recipe.epochs, verbose=0)
        assert model.optimizer.iterations == STEPS
        assert not np.allclose(before[0], model.get_weights()[0], atol=1e-6, rtol=0)
    else:
        random = np.random.default_rng(0)
        images = random.normal(size=(STEPS, *recipe.input_shape)).astype("float32")
        target = random.normal(size=model(images).shape).astype("float32")
        for network in (model, program["model"]):
            network.compile("sgd", "mean_squared_error")
            network.fit(images, target, batch_size=1, shuffle=False, verbose=0)
    holder = program.get("model")
    weights = program["weights"] if holder is None else holder.weights
    assert len(weights) == len(model.weights)
    for ours, plain in zip(model.weights, weights, strict=True):
        np.testing.assert_allclose(ours.numpy(), plain.numpy(), rtol=0, atol=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_programs_are_short_and_printed(name, capsys):
    assert main(["show", name]) == 0
    text = capsys.readouterr().out
    assert text == recipes.plain_text(name)
    lines = [line for line in text.splitlines() if line.strip()]
    code = [line for line in lines if not line.lstrip().startswith(("#", '"""'))]
    # Those that are longest hold the classes of their source.
    assert 16 <= len(code) <= (37 if name == "naive-dense" else 30)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("mnist-mpl", "Did you mean 'mnist-mlp'?"),
        ("table", "a short program of plain Keras"),
        ("tabm-diamonds", "a short program of plain Keras"),
    ],
)
def test_there_is_a_program_of_each_recipe_only(name, message, capsys):
    with pytest.raises(ValueError, match=re.escape(message)):
        recipes.plain_text(name)
    assert main(["show", name]) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert message in line


@pytest.mark.parametrize("name", [r.name for r in recipes.DOCUMENTED] + ["digits"])
def test_documentation_shows_the_program(name):
    pages = Path(keras_mlp.__file__).parents[1] / "docs" / "networks"
    text = "".join(page.read_text(encoding="utf-8") for page in pages.glob("*.md"))
    shown = f"`keras-mlp show {name}` prints:\n\n```py\n{recipes.plain_text(name)}```\n"
    assert shown in text


@pytest.mark.long
def test_a_program_runs_by_itself(small_set):
    text = recipes.plain_text("mnist-mlp").replace('"mnist"', '"kmnist"')
    # Without this package: what its import brings with it is not there.
    result = subprocess.run(
        [sys.executable, "-c", text],
        env={**os.environ, "TFDS_DATA_DIR": str(small_set)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "epoch 9 step 0 loss " in result.stdout
    assert "Test accuracy: " in result.stdout
