import os
from pathlib import Path

import keras
import numpy as np
import pytest

import keras_mlp
from keras_mlp import recipes
from keras_mlp.recipes.diamonds import DIAMONDS

NAMES = [
    "mnist-mlp-raw",
    "mnist-mlp",
    "fashion-mlp",
    "linear-regression",
    "sequential-toy",
    "sequential-conv",
    "functional-mnist",
    "conv-autoencoder",
    "naive-dense",
]
PERCEPTRONS = [
    name for name in NAMES if isinstance(recipes.get(name), recipes.MLPRecipe)
]


def has_complete(name):
    return Path(os.environ.get("TFDS_DATA_DIR", "/nowhere"), name).is_dir()


needs_mnist = pytest.mark.skipif(
    not has_complete("mnist"), reason="TFDS_DATA_DIR holds no complete MNIST"
)


def small(name, **changes):
    """A recipe on the embedded data, for a few steps."""
    return recipes.get(name).replace(dataset="mnist_5k", epochs=1, **changes)


def test_every_documented_network_is_a_recipe():
    best, for_tables = ["mnist-best", "fashion-best"], [r.name for r in DIAMONDS]
    assert for_tables == ["realmlp-diamonds", "tabm-diamonds"]
    assert recipes.names() == ["digits", *NAMES, *best, *for_tables]
    assert [recipe.name for recipe in recipes.DOCUMENTED] == NAMES
    for name in recipes.names():
        assert recipes.get(name).name == name


def test_unknown_names_and_settings_are_refused():
    with pytest.raises(ValueError, match=r"Received: name='mnist'.*Did you mean"):
        recipes.get("mnist")
    with pytest.raises(ValueError, match="has no setting 'epoch'"):
        recipes.get("digits").replace(epoch=3)
    with pytest.raises(ValueError, match="Did you mean 'functional'"):
        recipes.get("digits").replace(way="functionall")
    with pytest.raises(ValueError, match="`schedule` must be one of None, 'cosine'"):
        recipes.get("digits").replace(schedule="step")
    with pytest.raises(ValueError, match=r"'subclassed'\. Received: way"):
        recipes.get("digits").replace(way="sequential", dropout=0.1)


def test_replace_leaves_the_recipe_alone():
    changed = recipes.get("digits").replace(epochs=1)
    assert changed.epochs == 1
    assert recipes.get("digits").epochs == 20


# The others take the same ways; docs/networks/documented-networks.md tries one more.
THREE_WAYS_TRIED = ("mnist-mlp-raw",)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=() if name in THREE_WAYS_TRIED else pytest.mark.long)
        for name in PERCEPTRONS
    ],
)
def test_the_three_ways_train_alike_bit_for_bit(name):
    results = []
    for way in ("subclassed", "sequential", "functional"):
        recipe = small(name, way=way, batch_size=500)
        model = recipe.model(seed=1)
        start = model.get_weights()
        history = model.fit(recipe.train_data(seed=1), verbose=0).history
        outputs = model.predict(recipe.test_data(), verbose=0)
        results.append((start, history, model.get_weights(), outputs))
    first = results[0]
    for other in results[1:]:
        for one, two in zip(first[0], other[0], strict=True):
            np.testing.assert_array_equal(one, two)
        assert first[1] == other[1]
        for one, two in zip(first[2], other[2], strict=True):
            np.testing.assert_array_equal(one, two)
        np.testing.assert_array_equal(first[3], other[3])


@pytest.mark.long_after(1)
@pytest.mark.parametrize(
    ("name", "epochs"),
    [
        ("fashion-mlp", 10),
        ("fashion-mlp", 50),
        ("linear-regression", 20),
    ],
)
def test_both_ways_of_updating_agree(name, epochs):
    recipe = recipes.get(name).replace(epochs=epochs)
    if isinstance(recipe, recipes.ImageRecipe):
        recipe = recipe.replace(dataset="mnist_5k")
    weights = []
    for optimizer in ("gradient_descent", "sgd"):
        outcome = recipes.train(recipe.replace(optimizer=optimizer), 0, verbose=0)
        weights.append(outcome.model.get_weights())
    for in_place, stock in zip(*weights, strict=True):
        np.testing.assert_allclose(in_place, stock, rtol=0, atol=1e-5)


def test_documented_settings():
    raw, scaled = recipes.get("mnist-mlp-raw"), recipes.get("mnist-mlp")
    assert (raw.hidden_units, raw.batch_size, raw.epochs) == ((256, 128), 128, 10)
    assert (raw.scale, scaled.scale) == (False, True)
    assert (raw.learning_rate, raw.optimizer) == (1e-3, "gradient_descent")
    assert not raw.shuffle
    kernel, bias, *_ = small("mnist-mlp-raw").model(seed=0).get_weights()
    # A truncated normal has 0.88 of its parameter as its standard deviation.
    assert kernel.std() == pytest.approx(0.0088, rel=0.02)
    assert bias.std() == pytest.approx(0.88, rel=0.15)
    kernel, bias, *_ = small("mnist-mlp").model(seed=0).get_weights()
    assert kernel.std() == pytest.approx(0.088, rel=0.02)
    assert not bias.any()
    naive = small("naive-dense").model(seed=0)
    assert 0 <= naive.get_weights()[0].min() < naive.get_weights()[0].max() < 0.1
    outputs = naive.predict(small("naive-dense").test_data(), verbose=0)
    np.testing.assert_allclose(outputs.sum(axis=1), 1, rtol=1e-5)
    fashion = recipes.get("fashion-mlp")
    assert (fashion.batch_size, fashion.epochs) == (60_000, 50)


def test_squared_error_is_the_mean_over_batch_and_classes():
    recipe = small("mnist-mlp", batch_size=4000)
    model = recipe.model(seed=0)
    [(images, labels)] = recipe.train_data().as_numpy_iterator()
    expected = np.mean((labels - model.predict(images, verbose=0)) ** 2)
    history = model.fit(recipe.train_data(), verbose=0).history
    assert labels.shape == (4000, 10)
    assert history["loss"][0] == pytest.approx(expected, rel=1e-5)
    assert history["batch_loss"][0] == pytest.approx(expected, rel=1e-5)


def test_losses_of_single_batches_are_recorded_and_printed(capsys):
    recipe = small("mnist-mlp", batch_size=100, trace_every=10)
    outcome = recipes.train(recipe, 0, verbose=2)
    assert [len(epoch) for epoch in outcome.step_losses] == [4]
    assert recipe.trace_steps(2) == [0, 10, 20, 30, 40, 50, 60, 70]
    assert f"epoch 0 step 30 loss {outcome.step_losses[0][3]:.4f}" in (
        capsys.readouterr().out
    )
    model = recipe.model(seed=0)
    images, labels = next(recipe.train_data().as_numpy_iterator())
    first = np.mean((labels - model.predict(images, verbose=0)) ** 2)
    assert outcome.step_losses[0][0] == pytest.approx(first, rel=1e-5)


def test_regression_finds_the_line_and_data_comes_by_a_pipeline():
    recipe = recipes.get("linear-regression")
    [(x, y)] = recipe.train_data(seed=0).as_numpy_iterator()
    assert x.shape == y.shape == (1000,)
    slope, intercept = np.polyfit(x, y, 1)
    outcome = recipes.train(recipe, 0, verbose=0)
    # Descent is on its way to the least-squares line, and nearly there.
    assert outcome.history["kernel"][-1] == pytest.approx(slope, abs=0.05)
    assert outcome.history["bias"][-1] == pytest.approx(intercept, abs=0.05)
    assert outcome.history["kernel"][-1] == pytest.approx(3, abs=0.15)
    assert outcome.history["bias"][-1] == pytest.approx(2, abs=0.15)


@pytest.mark.parametrize("name", ["sequential-toy", "sequential-conv"])
def test_networks_without_training_are_built(name):
    model = recipes.get(name).model(seed=0)
    assert model.built
    assert isinstance(model, keras_mlp.Sequential)


@pytest.mark.parametrize(
    "name", ["mnist-best", pytest.param("fashion-best", marks=pytest.mark.long)]
)
def test_what_is_noisy_in_training_is_not_in_predictions(name):
    recipe = small(name, hidden_units=(64, 32), batch_size=50)
    outcome = recipes.train(recipe, 0, verbose=0)
    assert outcome.test["accuracy"] > 0.6
    images, labels = recipe.raw_images("test")
    first, second = (recipe.predict(outcome.model, images) for _ in range(2))
    np.testing.assert_array_equal(first, second)
    accuracy = np.mean(first.argmax(axis=1) == labels)
    assert accuracy == pytest.approx(outcome.test["accuracy"], abs=1e-3)
    [(pixels, _)] = recipe.replace(batch_size=4000).train_data()
    noisy = outcome.model(pixels, training=True)
    assert not np.allclose(noisy, outcome.model(pixels))


# Of `digits` the command's tests say it.
@pytest.mark.parametrize(
    "name", [pytest.param("digits", marks=pytest.mark.long), "mnist-best"]
)
def test_same_seed_gives_the_same_run(name):
    recipe = small(name, hidden_units=(64,), batch_size=500)
    first, second = (recipes.train(recipe, 4, verbose=0) for _ in range(2))
    assert first.history == second.history
    for one, two in zip(
        first.model.get_weights(), second.model.get_weights(), strict=True
    ):
        np.testing.assert_array_equal(one, two)
    other = recipes.train(recipe, 5, verbose=0)
    assert other.history != first.history


@needs_mnist
def test_file_order_is_that_of_the_source():
    recipe = recipes.get("mnist-mlp-raw")
    _, labels = next(recipe.train_data().as_numpy_iterator())
    # The labels with which the published training file begins.
    assert labels.argmax(axis=1)[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]


@needs_mnist
def test_losses_follow_the_published_trace_on_complete_data():
    recipe = recipes.get("mnist-mlp").replace(epochs=1)
    outcome = recipes.train(recipe, 0, verbose=0)
    # Step 0 is the luck of the initial weights; from then on the traces agree.
    np.testing.assert_allclose(
        outcome.step_losses[0][1:], recipe.published["epochs"][0][1:], atol=0.03
    )


@pytest.mark.long
@needs_mnist
def test_raw_pixels_read_the_first_image_as_five():
    recipe = recipes.get("mnist-mlp-raw").replace(epochs=2)
    outcome = recipes.train(recipe, 1, verbose=0)
    assert outcome.test["accuracy"] > 0.75
    image = outcome.recipe.first_image()
    assert outcome.recipe.predict(outcome.model, image).argmax() == 5


@pytest.mark.long
@needs_mnist
def test_digits_on_complete_data():
    # Ten epochs reach 0.98; two keep the suite short.
    recipe = recipes.get("digits").replace(dataset="mnist", epochs=2, batch_size=128)
    outcome = recipes.train(recipe, 0, verbose=0)
    assert outcome.test["accuracy"] >= 0.96


def test_every_trained_model_is_saved_and_loaded(tmp_path):
    # The autoencoder's saving is tested with its builders.
    for name in ("mnist-mlp", "linear-regression"):
        recipe = recipes.get(name)
        if name != "linear-regression":
            recipe = recipe.replace(dataset="mnist_5k")
        recipe = recipe.replace(epochs=1, batch_size=1000)
        outcome = recipes.train(recipe, 0, verbose=0)
        outcome.model.save(tmp_path / f"{name}.keras")
        loaded = keras.saving.load_model(tmp_path / f"{name}.keras")
        again = loaded.evaluate(recipe.test_data(), return_dict=True, verbose=0)
        again.pop("batch_loss", None)
        assert again == pytest.approx(outcome.test, rel=1e-6)
