"""What `import keras_mlp` does to the program that imports it: nothing."""

import importlib
import subprocess
import sys

import pytest

CODE = """
import os, random, signal, sys, warnings

import keras
import numpy as np
import tensorflow as tf

keras.utils.set_random_seed(0)


def state():
    numpy_name, numpy_words, *numpy_rest = np.random.get_state()
    return {
        "Python's generator": random.getstate(),
        "NumPy's generator": (numpy_name, numpy_words.tolist(), numpy_rest),
        "TensorFlow's": tf.random.get_global_generator().state.numpy().tolist(),
        "environment": dict(os.environ),
        "filters of warnings": list(warnings.filters),
        "SIGINT": signal.getsignal(signal.SIGINT),
        "policy": keras.config.dtype_policy().name,
    }


def packages():
    return {name.partition(".")[0] for name in sys.modules}


before, imported = state(), packages()
import keras_mlp
import keras_mlp.cli

after = state()
registered = set(keras.saving.get_custom_objects())
print([name for name in before if before[name] != after[name]])
print(sorted(packages() - imported - sys.stdlib_module_names))
[keras_mlp.data.load("mnist_5k")]
print("tensorflow_datasets" in sys.modules)

# Whatever a saved model may hold is known after `import keras_mlp`.
import importlib, pkgutil
for module in pkgutil.walk_packages(keras_mlp.__path__, "keras_mlp."):
    if ".plain." not in module.name and not module.name.endswith("__main__"):
        importlib.import_module(module.name)
print(sorted(set(keras.saving.get_custom_objects()) - registered), len(registered) > 40)
public = [name for name in dir(keras_mlp) if not name.startswith("__")]
print(set(public) ^ set(keras_mlp.__all__))
"""


def test_it_draws_nothing_and_imports_no_package_of_data():
    result = subprocess.run(
        [sys.executable, "-c", CODE], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines() == [
        "[]",
        "['keras_mlp']",
        "True",
        "[] True",
        "{'__version__'}",
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("keras_mlp:initializers", "keras_mlp.layers:initializers"),
        ("keras_mlp.recipes:carry_out", "keras_mlp.recipes:train"),
        ("keras_mlp.commands.local_workers:run", "keras_mlp.local_workers:run"),
    ],
)
def test_old_places_still_work_and_say_where_a_name_is(old, new):
    def named(place):
        module, _, name = place.partition(":")
        return getattr(importlib.import_module(module), name)

    # A module warns when it is imported.
    sys.modules.pop("keras_mlp.commands.local_workers", None)
    with pytest.warns(DeprecationWarning, match=r"is now `keras_mlp\."):
        found = named(old)
    assert found is named(new)
