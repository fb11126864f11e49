import os
import subprocess
import sys

import pytest


def import_with(backend):
    return subprocess.run(
        [sys.executable, "-c", "import keras_mlp"],
        env={**os.environ, "KERAS_BACKEND": backend},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("backend", ["numpy", "jax", "torch"])
def test_another_backend_is_one_clear_import_error(backend):
    result = import_with(backend)
    last = result.stderr.splitlines()[-1]
    assert result.returncode == 1
    assert last.startswith("ImportError: keras_mlp needs the TensorFlow backend")
    assert f"Received: backend={backend}" in last
    assert 'KERAS_BACKEND="tensorflow"' in last
