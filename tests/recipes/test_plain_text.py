"""The programs that `keras-mlp show` prints, beside the recipes that they equal."""

import math
import re
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow_datasets as tfds

import keras_mlp
from keras_mlp import recipes
from keras_mlp.cli import main
from keras_mlp.data.source_order import source_order

STEPS = 10
EMBEDDED = Path(keras_mlp.__file__).parent / "data"


def embedded_images(recipe):
    """`tfds.load` of the embedded images, in place of the complete set's.

    Those of recipes "in file order" come shuffled as TFDS shuffles a complete set.
    """
    load = tfds.load

    def load_embedded(name, split, **options):
        assert name == recipe.dataset
        loaded = load("mnist_5k", split=split, data_dir=EMBEDDED, **options)
        if recipe.shuffle:
            return loaded
        images, labels = loaded if split == "train" else loaded[0]
        stored = np.argsort(source_order("train", len(images)))
        train = (images.numpy()[stored], labels.numpy()[stored])
        return train if split == "train" else [train, *loaded[1:]]

    return load_embedded


def shortened(text, recipe):
    """Returns program and recipe with one epoch, of ten steps."""
    if isinstance(recipe, recipes.ImageRecipe):
        recipe = recipe.replace(dataset="mnist_5k")
    if "batch_size" not in text:
        # All examples are one batch.
        text, changed = re.subn(rf"epochs(.*) = {recipe.epochs}\b", rf"epochs\1 = {STEPS}", text)
        assert changed == 1
        return text, recipe.replace(epochs=STEPS)
    settings = f"epochs, batch_size(.*) = {recipe.epochs}, {recipe.batch_size}"
    kept = 4000 * (100 - recipe.validation_percent) // 100
    size = kept // STEPS
    text, changed = re.subn(settings, rf"epochs, batch_size\1 = 1, {size}", text)
    assert changed == 1
    return text, recipe.replace(epochs=1, batch_size=size)


@pytest.mark.parametrize("name", recipes.names())
def test_ten_steps_of_the_program_are_those_of_the_recipe(name, monkeypatch):
    recipe, text = recipes.get(name), recipes.plain_text(name)
    assert "import keras_mlp" not in text
    if isinstance(recipe, recipes.TrainedRecipe):
        if isinstance(recipe, recipes.ImageRecipe) and recipe.dataset != "mnist_5k":
            monkeypatch.setattr(tfds, "load", embedded_images(recipe))
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
