"""What is said of a training on fewer images, or of fewer steps, than documented."""

import re

import pytest

from keras_mlp import recipes
from keras_mlp.recipes.runs.shortfall import shortfall


@pytest.mark.parametrize(
    ("name", "changes", "images", "steps"),
    [
        ("mnist-mlp", {}, (4000, 60_000), (320, 4690)),
        # The last images are held out: 3,200 of 4,000, and 48,000 of 60,000.
        ("functional-mnist", {}, (4000, 60_000), (100, 1500)),
        ("fashion-mlp", {}, (4000, 60_000), (50, 50)),
        ("mnist-mlp", {"epochs": 147}, (4000, 60_000), (4704, 4690)),
        ("digits", {"epochs": 1}, (4000, 4000), (57, 1140)),
    ],
)
def test_images_and_steps_are_counted(name, changes, images, steps):
    recipe = recipes.get(name).replace(dataset="mnist_5k", **changes)
    found = shortfall(recipe)
    assert (found.images, found.steps) == (images, steps)
    # What it advises is enough, and no more.
    advice = re.search(r"`--epochs (\d+)`", found.expectation())
    assert (advice is None) is (steps[0] >= steps[1])
    if advice is not None:
        enough = recipe.replace(epochs=int(advice[1]))
        before = recipe.replace(epochs=int(advice[1]) - 1)
        assert shortfall(before).steps[0] < steps[1]
        assert enough.epochs * enough.steps_per_epoch() >= steps[1]


@pytest.mark.parametrize(
    "recipe",
    [
        recipes.get("digits"),
        recipes.get("digits").replace(epochs=30),
        recipes.get("linear-regression").replace(epochs=1),
        recipes.get("sequential-toy"),
    ],
)
def test_of_the_documented_training_nothing_is_said(recipe):
    assert shortfall(recipe) is None


def test_measured_figures_are_those_of_unchanged_settings():
    recipe = recipes.get("mnist-mlp").replace(dataset="mnist_5k")
    assert "Seeds 0 to 2 gave a test accuracy of" in shortfall(recipe).expectation()
    changed = shortfall(recipe.replace(learning_rate=0.1))
    assert "Seeds" not in changed.expectation()
