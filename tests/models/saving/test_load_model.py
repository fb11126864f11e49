"""Model files that are damaged or hostile: refused with one error that names them."""

import copy
import io
import json
import os
import zipfile

import h5py
import keras
import numpy as np
import pytest

import keras_mlp
from keras_mlp.models import ModelFileError, load_model

CONFIG, METADATA, WEIGHTS = "config.json", "metadata.json", "model.weights.h5"


@pytest.fixture(scope="module")
def model():
    model = keras_mlp.models.MLPClassifier(3, hidden_units=[8], seed=0)
    model.build((None, 5))
    model.compile("adam")
    model.optimizer.build(model.trainable_variables)
    return model


@pytest.fixture(scope="module")
def parts(model, tmp_path_factory):
    path = tmp_path_factory.mktemp("saved") / "model.keras"
    model.save(path)
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "model.keras"


def write(path, parts, compression=zipfile.ZIP_STORED):
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


def refused(path):
    """Returns what the error says of the file."""
    with pytest.raises(ModelFileError) as caught:
        load_model(path)
    message = str(caught.value)
    assert message.startswith(f"'{path}' must be a model that Keras has saved.")
    assert message.isprintable()
    assert len(message) < 900
    return message


@pytest.mark.parametrize("compile", [True, False])
def test_loads_what_keras_loads(model, parts, path, compile):
    write(path, parts)
    loaded = load_model(path, compile=compile)
    stock = keras.saving.load_model(path, compile=compile)
    assert loaded.compiled == stock.compiled == compile
    variables = [one.numpy() for one in stock.variables]
    assert len(loaded.variables) == len(variables)
    for mine, expected in zip(loaded.variables, variables, strict=True):
        np.testing.assert_array_equal(mine.numpy(), expected)


def tied():
    encoder = keras_mlp.layers.MLP([600, 600])
    encoder.build((None, 600))
    return keras_mlp.Sequential([keras.Input((600,)), encoder, encoder.reverse(True)])


def functional():
    inputs = keras.Input((4,), name="words")
    outputs = keras_mlp.layers.Dense(2, dtype="mixed_bfloat16")(inputs)
    return keras_mlp.Model(inputs, keras.layers.Dropout(0.5, seed=1)(outputs))


@pytest.mark.parametrize(
    "make",
    [
        tied,
        functional,
        lambda: keras_mlp.models.ConvAutoencoder(seed=0),
        lambda: keras_mlp.models.LinearRegression(2.0, 1.0),
        lambda: keras.Sequential(
            [keras.Input((6,)), keras.layers.Embedding(9, 4), keras.layers.LSTM(3)]
        ),
    ],
)
def test_loads_every_kind_of_model(make, path):
    model = make()
    if not model.built:
        model.build((None, 28, 28, 1))
    model.save(path)
    for mine, expected in zip(
        load_model(path).get_weights(), model.get_weights(), strict=True
    ):
        np.testing.assert_array_equal(mine, expected)


def test_no_file(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"absent\.keras'.*does not exist"):
        load_model(tmp_path / "absent.keras")


@pytest.mark.parametrize(
    "data", [b"", b"\x89PNG\r\n\x1a\n", b"\x80\x04\x95pickle", b"PK\x03\x04"]
)
def test_file_of_another_kind(path, data):
    path.write_bytes(data)
    assert "no zip archive" in refused(path)


def test_what_is_no_file(parts, path):
    # Keras would load a directory that holds the same parts.
    path.mkdir()
    for name, data in parts.items():
        (path / name).write_bytes(data)
    assert "it is no file" in refused(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")
def test_does_not_wait_for_a_pipe(path):
    os.mkfifo(path)
    assert "it is no file" in refused(path)


def test_name_of_another_format(parts, tmp_path):
    write(tmp_path / "model.h5", parts)
    assert "does not end with '.keras'" in refused(tmp_path / "model.h5")


def test_every_cut_is_noticed(parts, path):
    write(path, parts)
    whole = path.read_bytes()
    for share in range(20):
        path.write_bytes(whole[: len(whole) * share // 20])
        refused(path)


def test_every_flipped_bit_is_noticed_or_harmless(model, parts, path):
    write(path, parts)
    whole = path.read_bytes()
    generator = np.random.default_rng(0)
    for place in generator.integers(0, len(whole), 60):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << generator.integers(8)
        path.write_bytes(damaged)
        try:
            loaded = load_model(path)
        except ModelFileError:
            continue
        # Such as one in the date of a part.
        for mine, expected in zip(
            loaded.get_weights(), model.get_weights(), strict=True
        ):
            np.testing.assert_array_equal(mine, expected)


def test_flipped_weight_is_named_as_such(parts, path):
    write(path, parts)
    data = bytearray(path.read_bytes())
    data[data.find(parts[WEIGHTS]) + len(parts[WEIGHTS]) // 2] ^= 1
    path.write_bytes(data)
    assert "Bad CRC-32 for file 'model.weights.h5'" in refused(path)


@pytest.mark.parametrize(
    "name", ["../outside", "/etc/outside", "assets/../../outside", "other.txt"]
)
def test_member_that_keras_does_not_write(parts, path, name):
    write(path, {**parts, name: b"x"})
    assert f"it holds '{name}', which Keras does not write" in refused(path)
    assert os.listdir(path.parent) == ["model.keras"]


@pytest.mark.parametrize("name", [CONFIG, WEIGHTS])
def test_member_that_is_missing(parts, path, name):
    write(path, {key: data for key, data in parts.items() if key != name})
    assert f"it holds no '{name}'" in refused(path)


def test_archive_bomb(parts, path):
    write(path, {**parts, CONFIG: b" " * 2**22}, zipfile.ZIP_DEFLATED)
    assert path.stat().st_size < 2**16
    assert "is compressed, which Keras does not do" in refused(path)


def test_member_that_claims_to_be_larger_than_the_file(parts, path):
    write(path, parts)
    data = bytearray(path.read_bytes())
    # The sizes in the archive's directory, which is what counts.
    place = data.rfind(b"PK\x01\x02")
    data[place + 20 : place + 28] = b"\x00\x00\x00\x70" * 2
    path.write_bytes(data)
    refused(path)


def test_member_that_is_there_twice(parts, path):
    write(path, parts)
    with (
        zipfile.ZipFile(path, "a") as archive,
        pytest.warns(UserWarning, match="Duplicate name"),
    ):
        archive.writestr(CONFIG, parts[CONFIG])
    assert f"it holds '{CONFIG}' twice" in refused(path)


def with_weights(parts, change):
    file = io.BytesIO(parts[WEIGHTS])
    with h5py.File(file, "a") as weights:
        change(weights)
    return {**parts, WEIGHTS: file.getvalue()}


def add_bomb(file):
    shape = (10**9,)
    file.create_dataset("bomb", shape, "f4", chunks=(10**6,), compression="gzip")


def add_external_link(file):
    file["link"] = h5py.ExternalLink("/etc/passwd", "/")


def add_soft_link(file):
    file["link"] = h5py.SoftLink("/")


def add_external_data(file):
    file.create_dataset("far", (4,), "f4", external=[("/etc/passwd", 0, 16)])


def add_objects(file):
    file.create_dataset("text", data=["a", "b"], dtype=h5py.string_dtype())


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (add_bomb, "claims 4,000,000,000 bytes and has 0"),
        (add_external_link, "hold a link"),
        (add_soft_link, "hold a link"),
        (add_external_data, "lies in another file"),
        (add_objects, "which is not of numbers"),
    ],
)
def test_hostile_weights(parts, path, change, expected):
    write(path, with_weights(parts, change))
    assert expected in refused(path)


def test_weights_that_hold_themselves_end(parts, path):
    def add_loop(file):
        file["loop"] = file["/"]

    write(path, with_weights(parts, add_loop))
    load_model(path)


def without_weights(file):
    for name in list(file):
        del file[name]


def test_weights_of_another_model(parts, path):
    write(path, with_weights(parts, without_weights))
    assert "0 variables" in refused(path)


def changed(parts, change):
    config = json.loads(parts[CONFIG])
    return {**parts, CONFIG: json.dumps(change(config))}


def set_in_config(**values):
    def change(config):
        config = copy.deepcopy(config)
        config["config"].update(values)
        return config

    return change


LAMBDA = {"class_name": "__lambda__", "config": {"value": ["", None, None]}}
SYSTEM = {
    "module": "os",
    "class_name": "system",
    "config": {"command": "touch pwned"},
    "registered_name": None,
}
FUNCTION = {
    "module": "os",
    "class_name": "function",
    "config": "system",
    "registered_name": "system",
}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param(lambda config: SYSTEM, "'system'", id="other module"),
        pytest.param(lambda config: FUNCTION, "'system'", id="function"),
        pytest.param(lambda config: LAMBDA, "lambda", id="lambda"),
        pytest.param(set_in_config(activation=SYSTEM), "", id="inside"),
        pytest.param(set_in_config(activation=LAMBDA), "lambda", id="lambda inside"),
        pytest.param(lambda config: [], "not that of a model", id="list"),
        pytest.param(lambda config: None, "not that of a model", id="null"),
        pytest.param(lambda config: {}, "not that of a model", id="nothing"),
        pytest.param(set_in_config(brand_new=1), "brand_new", id="later argument"),
        pytest.param(set_in_config(hidden_units="x"), "units", id="text"),
        pytest.param(
            set_in_config(hidden_units=[10**9, 10**9]), "bytes of weights", id="huge"
        ),
    ],
)
def test_hostile_configuration(parts, path, change, expected, monkeypatch):
    monkeypatch.chdir(path.parent)
    write(path, changed(parts, change))
    assert expected in refused(path)
    assert os.listdir() == ["model.keras"]
    # Nothing is left that the next model would stumble over.
    assert keras_mlp.layers.Dense(2)(np.ones((1, 3))).shape == (1, 2)


@pytest.mark.parametrize("text", [b"[" * 100_000, b"\x80\x04\x95", b'{"a":', b""])
def test_configuration_that_is_no_json(parts, path, text):
    write(path, {**parts, CONFIG: text})
    refused(path)


def test_lambda_layer(path):
    twice = keras.layers.Lambda(lambda inputs: inputs * 2)
    keras.Sequential([keras.Input((3,)), twice]).save(path)
    assert "Python lambda" in refused(path)


def test_later_version_of_keras(parts, path):
    unknown = json.loads(parts[CONFIG])
    unknown.update(class_name="Later", registered_name="keras_mlp>Later")
    later = {"keras_version": "99.1.0", "date_saved": ""}
    write(path, {**parts, CONFIG: json.dumps(unknown), METADATA: json.dumps(later)})
    assert "Keras 99.1.0 has saved it" in refused(path)
    # One that can be loaded is.
    write(path, {**parts, METADATA: json.dumps(later)})
    load_model(path)


def each_layer():
    encoder = keras_mlp.layers.MLP([4, 2])
    encoder.build((None, 8))
    return [
        keras_mlp.layers.Dense(3),
        encoder,
        encoder.reverse(tied=True),
        keras_mlp.models.MLPClassifier(3, hidden_units=[4]),
        keras_mlp.models.MLPRegressor(1, hidden_units=[4]),
        keras_mlp.models.MLPAutoencoder(hidden_units=[4, 2]),
        keras_mlp.models.LinearRegression(),
        keras_mlp.models.ConvAutoencoder(),
        keras_mlp.data.ImagePreprocessing(),
        keras_mlp.optimizers.GradientDescent(0.1),
        keras_mlp.models.inputs.standardization.Standardization(),
        keras_mlp.layers.tied_dense.TiedDense(3),
        keras_mlp.metrics.BatchLoss(keras.losses.MeanSquaredError()),
    ]


@pytest.mark.parametrize("one", each_layer(), ids=lambda one: type(one).__name__)
def test_no_class_ignores_what_it_does_not_know(one):
    config = {**one.get_config(), "brand_new": 1}
    with pytest.raises((ValueError, TypeError), match="brand_new"):
        type(one).from_config(config)
