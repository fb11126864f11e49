import io
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

import keras_mlp
from keras_mlp import export
from keras_mlp.data import ImagePreprocessing, read_image


@pytest.fixture(scope="module")
def served(saved_model):
    return tf.saved_model.load(saved_model)


def check_answers(answers, trained, count):
    answers = {name: np.asarray(value) for name, value in answers.items()}
    assert set(answers) == {"probabilities", "class_index", "class_name"}
    probabilities = answers["probabilities"]
    assert probabilities.dtype == "float32"
    np.testing.assert_allclose(
        probabilities, trained.probabilities[:count], rtol=0, atol=1e-5
    )
    expected = np.argmax(trained.outputs[:count], axis=-1)
    assert answers["class_index"].dtype == "int64"
    np.testing.assert_array_equal(answers["class_index"], expected)
    names = [
        name if isinstance(name, str) else name.decode()
        for name in answers["class_name"]
    ]
    assert names == [str(index) for index in expected]


def test_serve_images_takes_raw_images_with_and_without_channels(
    served, trained, batch
):
    images = trained.images[:batch]
    check_answers(served.serve_images(images), trained, batch)
    check_answers(served.serve_images(images[..., 0]), trained, batch)
    signature = served.signatures["serve_images"]
    check_answers(signature(images=tf.constant(images)), trained, batch)


def test_serve_is_what_plain_export_gives(served, trained, batch, tmp_path):
    trained.classifier.model.export(tmp_path / "plain", verbose=False)
    plain = tf.saved_model.load(tmp_path / "plain")
    inputs = trained.images[:batch].reshape(batch, 784).astype("float32") / 255
    outputs = served.serve(inputs).numpy()
    np.testing.assert_array_equal(outputs, plain.serve(inputs))
    np.testing.assert_allclose(outputs, trained.outputs[:batch], rtol=0, atol=1e-5)
    signatures = (served.signatures, plain.signatures)
    ours, stock = (one["serving_default"].structured_outputs for one in signatures)
    assert ours == stock


@pytest.mark.parametrize("shape", [(28, 28), (2, 14, 56), (2, 28, 28, 3), (2, 784)])
def test_serve_images_refuses_other_shapes(served, shape):
    with pytest.raises(tf.errors.InvalidArgumentError):
        served.serve_images(np.zeros(shape, "uint8"))


def test_serve_encoded_reads_files_as_read_image_does(served, trained, tmp_path):
    image = trained.images[0]
    # Three by two: the proportions change, and 56 / 3 is no whole number.
    large = np.kron(image[:, :, 0], np.ones((3, 2)))[..., None]
    rgb = np.repeat(large, 3, axis=-1)
    for name, pixels in {
        "same.png": image,
        "large.png": large,
        "large.jpg": large,
        "colour.png": rgb,
        "line.png": large[:1, :, :],
    }.items():
        keras.utils.save_img(tmp_path / name, pixels, scale=False)
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(image[:, :, 0]).rotate(90).save(tmp_path / "turned.png", exif=exif)
    ink = np.concatenate([np.zeros((28, 28, 3), "uint8"), image], axis=-1)
    Image.fromarray(ink, "RGBA").save(tmp_path / "transparent.png")
    paths = sorted(tmp_path.iterdir())
    assert len(paths) == 7
    answers = served.serve_encoded([path.read_bytes() for path in paths])
    with pytest.warns(UserWarning, match="transparent.*dark.*on white"):
        images = {path.name: read_image(path) for path in paths}
    np.testing.assert_array_equal(images["turned.png"], image)
    np.testing.assert_array_equal(images["transparent.png"], 255 - image)
    expected = served.serve_images(np.stack(list(images.values())))
    for name in expected:
        np.testing.assert_array_equal(answers[name], expected[name])
    [same] = served.serve_encoded([(tmp_path / "same.png").read_bytes()])["class_index"]
    assert same == np.argmax(trained.outputs[0])
    # No file at all, and one that is no image.
    assert served.serve_encoded(tf.constant([], tf.string))["class_name"].shape == 0
    gif = io.BytesIO()
    Image.fromarray(image[:, :, 0]).save(gif, "GIF")
    for other in (b"no image", b"", gif.getvalue()):
        with pytest.raises(tf.errors.InvalidArgumentError, match="no PNG or JPEG"):
            served.serve_encoded([other])


STRANGER = """
import sys
sys.modules["keras"] = None
sys.modules["keras_mlp"] = None
import numpy as np
import tensorflow as tf
served = tf.saved_model.load(sys.argv[1])
images = np.load(sys.argv[2])
for batch in (1, 7, 1000):
    answers = served.serve_images(images[:batch])
    arrays = {name: value.numpy() for name, value in answers.items()}
    arrays["class_name"] = arrays["class_name"].astype("S")
    np.savez(f"{batch}.npz", **arrays)
    signature = served.signatures["serve_images"]
    again = signature(images=tf.constant(images[:batch, :, :, 0]))
    assert np.array_equal(again["class_index"], answers["class_index"])
    encoded = [tf.io.encode_png(image) for image in images[:batch]]
    again = served.serve_encoded(tf.stack(encoded))
    assert np.array_equal(again["class_index"], answers["class_index"])
loaded = [name for name in sys.modules if name.split(".")[0] in ("keras", "keras_mlp")]
assert loaded == ["keras", "keras_mlp"], loaded
"""


def test_runs_with_tensorflow_alone(saved_model, trained, tmp_path):
    np.save(tmp_path / "images.npy", trained.images)
    subprocess.run(
        [sys.executable, "-c", STRANGER, saved_model, tmp_path / "images.npy"],
        check=True,
        cwd=tmp_path,
    )
    for batch in (1, 7, 1000):
        with np.load(tmp_path / f"{batch}.npz") as answers:
            check_answers(dict(answers), trained, batch)


# Each is a process of its own: TensorFlow starts slowly.
@pytest.mark.long
@pytest.mark.parametrize(
    "batch", [7, *(pytest.param(batch, marks=pytest.mark.long) for batch in (1, 1000))]
)
def test_runs_through_saved_model_cli(saved_model, trained, batch, tmp_path):
    np.save(tmp_path / "images.npy", trained.images[:batch])
    # It lies beside the interpreter, which need not be on the path.
    command = Path(sys.executable).with_name("saved_model_cli")
    subprocess.run(
        [
            *(command, "run", "--dir", saved_model, "--tag_set", "serve"),
            *("--signature_def", "serve_images", "--outdir", tmp_path),
            *("--inputs", f"images={tmp_path / 'images.npy'}"),
        ],
        check=True,
    )
    names = ("probabilities", "class_index", "class_name")
    answers = {
        name: np.load(tmp_path / f"{name}.npy", allow_pickle=True) for name in names
    }
    check_answers(answers, trained, batch)


def test_signatures_are_those_that_a_server_offers(served):
    assert set(served.signatures) == {
        *("serve", "serving_default", "serve_images", "serve_encoded")
    }
    inputs = {
        name: signature.structured_input_signature[1]
        for name, signature in served.signatures.items()
    }
    assert inputs["serve_images"] == {
        "images": tf.TensorSpec(None, tf.uint8, name="images")
    }
    assert inputs["serve_encoded"] == {
        "encoded": tf.TensorSpec((None,), tf.string, name="encoded")
    }


def test_runs_as_a_layer(saved_model, trained, batch):
    layer = keras.layers.TFSMLayer(saved_model, call_endpoint="serve_images")
    check_answers(layer(trained.images[:batch]), trained, batch)
    inputs = keras.Input((28, 28, 1), dtype="uint8")
    model = keras.Model(inputs, layer(inputs)["probabilities"])
    np.testing.assert_allclose(
        model.predict(trained.images[:batch], verbose=0),
        trained.probabilities[:batch],
        rtol=0,
        atol=1e-5,
    )


@pytest.mark.long
def test_other_images_and_outputs_that_are_probabilities(tmp_path):
    model = keras.Sequential(
        [
            keras.Input((8, 6, 3)),
            keras.layers.Flatten(),
            keras.layers.Dense(2, activation="softmax"),
        ]
    )
    classifier = export.ImageClassifier(
        model,
        ImagePreprocessing(flatten=False, scale=False),
        class_names=["Trouser", "T-shirt/top æøå"],
        image_shape=(8, 6, 3),
    )
    export.export_saved_model(classifier, tmp_path / "clothes")
    served = tf.saved_model.load(tmp_path / "clothes")
    images = np.random.default_rng(0).integers(0, 256, (5, 8, 6, 3), "uint8")
    answers = served.serve_images(images)
    expected = model.predict(images.astype("float32"), verbose=0)
    np.testing.assert_allclose(answers["probabilities"], expected, rtol=0, atol=1e-5)
    names = [name.decode() for name in answers["class_name"].numpy()]
    assert names == [classifier.class_names[row.argmax()] for row in expected]
    with pytest.raises(tf.errors.InvalidArgumentError):
        served.serve_images(images[..., 0])


def test_exporting_leaves_the_model_as_it_was(trained, tmp_path):
    model = keras_mlp.models.MLPClassifier(10, [8], seed=0)
    model.build((None, 784))
    config = model.get_config()
    classifier = export.ImageClassifier(model, ImagePreprocessing(), "0123456789")
    export.export_saved_model(classifier, tmp_path / "digits")
    assert model.get_config() == config
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    inputs = np.ones((2, 784), "float32")
    np.testing.assert_array_equal(
        loaded.predict(inputs, verbose=0), model.predict(inputs, verbose=0)
    )
