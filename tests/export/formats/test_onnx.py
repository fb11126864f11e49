import json
import sys

import numpy as np
import onnxruntime
import pytest

from keras_mlp import export


@pytest.fixture(scope="module")
def session(onnx):
    return onnxruntime.InferenceSession(onnx)


def test_answers_the_same_in_onnx_runtime(session, trained, batch):
    names = ["probabilities", "class_index"]
    found = session.run(names, {"images": trained.images[:batch]})
    probabilities, class_index = found
    assert probabilities.dtype == "float32"
    np.testing.assert_allclose(
        probabilities, trained.probabilities[:batch], rtol=0, atol=1e-5
    )
    assert class_index.dtype == "int64"
    np.testing.assert_array_equal(
        class_index, np.argmax(trained.outputs[:batch], axis=-1)
    )


def test_inputs_outputs_and_class_names_are_named(session):
    [images] = session.get_inputs()
    assert (images.name, images.type) == ("images", "tensor(uint8)")
    assert images.shape == ["batch", 28, 28, 1]
    shapes = {output.name: output.shape for output in session.get_outputs()}
    assert shapes == {"probabilities": ["batch", 10], "class_index": ["batch"]}
    metadata = session.get_modelmeta().custom_metadata_map
    assert json.loads(metadata["class_names"]) == list("0123456789")


@pytest.mark.parametrize("package", ["onnx", "tf2onnx"])
def test_missing_extra_is_named(trained, tmp_path, monkeypatch, package):
    monkeypatch.setitem(sys.modules, package, None)
    expected = rf"ONNX needs {package}: pip install 'keras-mlp\[export\]'"
    with pytest.raises(ImportError, match=expected):
        export.export_onnx(trained.classifier, tmp_path / "model.onnx")
    assert list(tmp_path.iterdir()) == []
