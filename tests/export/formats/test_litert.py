import subprocess
import sys
import zipfile

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter

from keras_mlp import export

# Rounding the weights to 11 bits moves a probability more than 1e-5.
TOLERANCE = {"none": 1e-5, "float16": 5e-3}

STRANGER = """
import sys
for name in ("tensorflow", "keras", "keras_mlp"):
    sys.modules[name] = None
import numpy as np
from ai_edge_litert.interpreter import Interpreter
images = np.load(sys.argv[1])
for name in ("none", "float16", "int8"):
    runner = Interpreter(f"{sys.argv[2]}/{name}.tflite").get_signature_runner()
    for batch in (1, 7, 1000):
        np.savez(f"{name}-{batch}.npz", **runner(images=images[:batch]))
"""


@pytest.fixture(scope="module")
def answers(litert, trained, tmp_path_factory):
    """What LiteRT answers where there is no TensorFlow."""
    directory = tmp_path_factory.mktemp("answers")
    np.save(directory / "images.npy", trained.images)
    subprocess.run(
        [
            *(sys.executable, "-c", STRANGER),
            *(directory / "images.npy", litert["none"].parent),
        ],
        check=True,
        cwd=directory,
    )

    def read(quantize, batch):
        with np.load(directory / f"{quantize}-{batch}.npz") as found:
            return dict(found)

    return read


@pytest.mark.long
@pytest.mark.parametrize("quantize", ["none", "float16"])
def test_floats_answer_the_same_without_tensorflow(answers, trained, quantize, batch):
    found = answers(quantize, batch)
    assert found["probabilities"].dtype == "float32"
    np.testing.assert_allclose(
        found["probabilities"],
        trained.probabilities[:batch],
        rtol=0,
        atol=TOLERANCE[quantize],
    )
    assert found["class_index"].dtype == "int64"
    if quantize == "none":
        np.testing.assert_array_equal(
            found["class_index"], np.argmax(trained.outputs[:batch], axis=-1)
        )


@pytest.mark.parametrize("quantize", ["float16", "int8"])
def test_quantised_loses_at_most_half_a_point(answers, trained, quantize):
    found = answers(quantize, 1000)["probabilities"]
    lost = trained.accuracy(trained.probabilities) - trained.accuracy(found)
    assert lost <= 0.005
    # A batch does not change what an image is read as.
    for batch in (1, 7):
        np.testing.assert_allclose(
            answers(quantize, batch)["probabilities"], found[:batch], atol=1e-6
        )


def test_sizes(litert):
    size = {quantize: path.stat().st_size for quantize, path in litert.items()}
    assert size["int8"] <= 0.3 * size["none"]
    assert size["float16"] <= 0.55 * size["none"]


def test_int8_computes_with_integers(litert):
    details = Interpreter(str(litert["int8"])).get_tensor_details()
    kernels = [one for one in details if tuple(one["shape"]) == (256, 784)]
    assert [one["dtype"] for one in kernels] == [np.int8]


def test_class_names_are_inside(litert):
    for path in litert.values():
        with zipfile.ZipFile(path) as archive:
            assert archive.read("labels.txt").decode().splitlines() == list(
                "0123456789"
            )


@pytest.mark.long
def test_same_model_same_bytes(trained, litert, tmp_path):
    export.export_litert(trained.classifier, tmp_path / "again.tflite")
    assert (tmp_path / "again.tflite").read_bytes() == litert["none"].read_bytes()


def test_representative_images_may_be_a_list(trained, litert, tmp_path):
    export.export_litert(
        trained.classifier,
        tmp_path / "list.tflite",
        quantize="int8",
        representative_images=list(trained.representative_images),
    )
    assert (tmp_path / "list.tflite").read_bytes() == litert["int8"].read_bytes()


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"quantize": "int4"}, r"`quantize` must be one of .*Received: .*'int4'"),
        ({"quantize": "int8"}, r"`representative_images` must .*Received: None"),
        (
            {"quantize": "int8", "representative_images": []},
            r"`representative_images` must .*Received: none",
        ),
        (
            {"quantize": "int8", "representative_images": [[0.5]]},
            r"Received: float64 of shape \(1, 1\)",
        ),
        (
            {
                "quantize": "int8",
                "representative_images": np.zeros((3, 28, 28), "uint8"),
            },
            r"Received: uint8 of shape \(3, 28, 28\)",
        ),
        (
            {
                "quantize": "int8",
                "representative_images": np.zeros((3, 28, 28, 1), "float32"),
            },
            r"Received: float32 of shape",
        ),
    ],
)
def test_mistakes_are_named(trained, tmp_path, options, expected):
    with pytest.raises(ValueError, match=expected):
        export.export_litert(trained.classifier, tmp_path / "model.tflite", **options)
    assert list(tmp_path.iterdir()) == []
