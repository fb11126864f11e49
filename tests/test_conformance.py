"""Every public layer and model goes through all that Keras does with one."""

import copy
import inspect
import json
import os
import pickle
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

import keras_mlp
from tests.conformance import SUBJECTS

ROOT = Path(__file__).parents[1]
every_subject = pytest.mark.parametrize("name", SUBJECTS)


@pytest.fixture(scope="module")
def models():
    """Each subject as a built model. Tests leave its weights as they are."""
    return {name: subject.model() for name, subject in SUBJECTS.items()}


@pytest.fixture
def model(models, name):
    return models[name]


@pytest.fixture
def x(name):
    return SUBJECTS[name].examples()


def assert_same_but_separate(model, other, x):
    """Asserts that both compute the same, and share no weight."""
    assert type(other) is type(model)
    assert not {id(w) for w in other.weights} & {id(w) for w in model.weights}
    assert len(other.weights) == len(model.weights)
    np.testing.assert_array_equal(other(x), model(x))


def without_keys(config):
    """A configuration without the keys by which tied blocks find each other."""
    if isinstance(config, dict):
        return {
            key: without_keys(value)
            for key, value in config.items()
            if key != "shared_key"
        }
    if isinstance(config, (list, tuple)):
        return [without_keys(value) for value in config]
    return config


def test_every_public_class_is_among_the_subjects():
    public = {
        f"{module.__name__.removeprefix('keras_mlp.')}.{name}"
        for module in (keras_mlp.layers, keras_mlp.models, keras_mlp.data)
        for name in module.__all__
        if inspect.isclass(getattr(module, name))
        and issubclass(getattr(module, name), keras.layers.Layer)
    }
    assert public == {name.partition(" ")[0] for name in SUBJECTS}


@every_subject
def test_configuration(model):
    config = without_keys(model.get_config())
    again = type(model).from_config(model.get_config())
    assert without_keys(again.get_config()) == config
    # As it is written to a file.
    assert json.loads(json.dumps(config)) == config


@every_subject
def test_keras_file(model, x, tmp_path):
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert_same_but_separate(model, loaded, x)


@every_subject
def test_weights_file(model, name, x, tmp_path):
    other = SUBJECTS[name].model()
    other.set_weights([weight + 1 for weight in other.get_weights()])
    model.save_weights(tmp_path / "model.weights.h5")
    other.load_weights(tmp_path / "model.weights.h5")
    assert_same_but_separate(model, other, x)


@every_subject
def test_clone(model, x):
    clone = keras.models.clone_model(model)
    clone.set_weights(model.get_weights())
    # Keras clones any `Sequential` as its own class.
    np.testing.assert_array_equal(clone(x), model(x))
    assert not {id(w) for w in clone.weights} & {id(w) for w in model.weights}


@every_subject
@pytest.mark.parametrize(
    "copied",
    [copy.copy, copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))],
    ids=["copy", "deepcopy", "pickle"],
)
def test_copy(model, x, copied):
    assert_same_but_separate(model, copied(model), x)


@pytest.mark.long_after(10)
@every_subject
def test_export(model, x, tmp_path):
    model.export(tmp_path / "exported", verbose=False)
    exported = tf.saved_model.load(tmp_path / "exported")
    np.testing.assert_allclose(exported.serve(x), model(x), rtol=1e-6, atol=1e-6)


@every_subject
@pytest.mark.parametrize("compiler", ["graph", "XLA"])
def test_compiled(model, x, compiler):
    compiled = tf.function(model, jit_compile=compiler == "XLA")
    np.testing.assert_allclose(compiled(x), model(x), rtol=1e-5, atol=1e-6)


@pytest.mark.long_after(10)
@every_subject
@pytest.mark.parametrize("policy", ["mixed_bfloat16", "mixed_float16"])
def test_mixed_precision(model, name, x, policy):
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        mixed = SUBJECTS[name].model()
    finally:
        keras.config.set_dtype_policy(before)
    mixed.set_weights(model.get_weights())
    outputs, expected = mixed(x), model(x)
    compute_dtype = keras.DTypePolicy(policy).compute_dtype
    assert outputs.dtype == (SUBJECTS[name].output_dtype or compute_dtype)
    # Others are counts.
    weights = [w for w in mixed.weights if keras.backend.is_float_dtype(w.dtype)]
    assert all(weight.dtype == "float32" for weight in weights)
    np.testing.assert_allclose(
        tf.cast(outputs, "float32"), expected, rtol=0.03, atol=0.03
    )
    if not mixed.trainable_weights:
        return
    mixed.compile("sgd", "mse", run_eagerly=True)
    y = np.ones_like(expected)
    # The scale of the loss starts so high that the first steps may be left out.
    losses = [float(mixed.train_on_batch(x, y)) for _ in range(6)]
    assert losses[-1] < losses[0] < np.inf


@pytest.fixture(scope="module")
def on_two_replicas():
    """What `tests/replicas.py` found, in a TensorFlow that has two devices."""
    finished = subprocess.run(
        [sys.executable, "-m", "tests.replicas"],
        cwd=ROOT,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"},
        capture_output=True,
        text=True,
        check=True,
    )
    result = json.loads(finished.stdout)
    assert result["replicas"] == 2
    return result


@pytest.mark.long
@every_subject
def test_two_replicas(on_two_replicas, models, name):
    differences = on_two_replicas["found"][name]
    expected = ["forward"]
    if models[name].trainable_weights:
        expected += ["loss", "step", "apart"]
    assert list(differences) == expected, differences
    assert all(value < 1e-5 for value in differences.values()), differences
    assert differences.get("apart", 0.0) == 0.0


@pytest.mark.long
@pytest.mark.parametrize("in_memory", [True, False])
def test_two_replicas_see_the_batches_of_one(on_two_replicas, in_memory):
    labels = on_two_replicas["labels"][0 if in_memory else 1]
    first, second = labels["alone"]
    assert [len(batch) for batch in first] == [100, 100, 100, 30]
    assert first != second
    assert labels["outside"] == labels["inside"] == labels["alone"]
