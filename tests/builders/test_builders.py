import keras
import numpy as np
import pytest

from keras_mlp import builders
from keras_mlp.models import ConvAutoencoder


def test_sequential_mlp_is_the_documented_toy():
    model = builders.sequential_mlp()
    assert [layer.name for layer in model.layers] == ["layer1", "layer2", "layer3"]
    outputs = model(np.ones((1, 4), "float32"))
    assert outputs.shape == (1, 4)
    assert len(model.weights) == 6
    assert [layer.count_params() for layer in model.layers] == [10, 9, 16]
    lines = []
    model.summary(print_fn=lines.append)
    assert "Total params: 35" in "\n".join(lines)


def test_sequential_conv_is_the_documented_stack():
    model = builders.sequential_conv()
    assert [layer.output.shape for layer in model.layers] == [
        (None, 123, 123, 32),
        (None, 121, 121, 32),
        (None, 40, 40, 32),
    ]
    assert model.count_params() == (5 * 5 * 3 + 1) * 32 + (3 * 3 * 32 + 1) * 32


def test_functional_mlp_is_the_documented_classifier():
    model = builders.functional_mlp()
    assert model.name == "mnist_model"
    assert model.input_shape == (None, 784)
    assert model.output_shape == (None, 10)
    counts = [layer.count_params() for layer in model.layers]
    assert counts == [0, 50_240, 4_160, 650]
    assert model.count_params() == 55_050


ENCODER = [
    ("encoder_1", "Conv2D", (26, 26, 16)),
    ("encoder_2", "Conv2D", (24, 24, 32)),
    ("encoder_3", "MaxPooling2D", (8, 8, 32)),
    ("encoder_4", "Conv2D", (6, 6, 32)),
    ("encoder_5", "Conv2D", (4, 4, 16)),
    ("encoder_out", "GlobalMaxPooling2D", (16,)),
]
DECODER = [
    ("decoder_5", "Reshape", (4, 4, 1)),
    ("decoder_4", "Conv2DTranspose", (6, 6, 16)),
    ("decoder_3", "Conv2DTranspose", (8, 8, 32)),
    ("decoder_2", "UpSampling2D", (24, 24, 32)),
    ("decoder_1", "Conv2DTranspose", (26, 26, 16)),
    ("decoder_out", "Conv2DTranspose", (28, 28, 1)),
]


def described(layers):
    return [
        (layer.name, type(layer).__name__, layer.output.shape[1:])
        for layer in layers
        if not isinstance(layer, keras.layers.InputLayer)
    ]


@pytest.mark.parametrize("composed", [False, True])
def test_conv_autoencoder_has_the_documented_layers(composed):
    autoencoder, encoder, decoder = builders.conv_autoencoder(composed=composed)
    assert described(encoder.layers) == ENCODER
    assert described(decoder.layers) == DECODER
    assert encoder.layers[0].name == "original_img"
    assert decoder.layers[0].name == "encoded_img"
    assert autoencoder.count_params() == encoder.count_params() + decoder.count_params()
    if not composed:
        assert [layer.name for layer in autoencoder.layers] == [
            "original_img",
            *(name for name, _, _ in ENCODER + DECODER),
        ]


def subclassed():
    model = ConvAutoencoder(seed=0)
    return model, model.encoder, model.decoder


WAYS = {
    "chain": lambda: builders.conv_autoencoder(seed=0),
    "composed": lambda: builders.conv_autoencoder(composed=True, seed=0),
    "subclassed": subclassed,
}


def trained(way):
    autoencoder, encoder, decoder = WAYS[way]()
    before = encoder.get_weights()
    images = np.random.default_rng(0).uniform(size=(4, 28, 28, 1)).astype("float32")
    # For two steps a program of so many layers takes longer to make than to run.
    autoencoder.compile(optimizer="adam", loss="mse", run_eagerly=True)
    history = autoencoder.fit(images, images, batch_size=2, shuffle=False, verbose=0)
    assert not np.array_equal(encoder.get_weights()[0], before[0])
    np.testing.assert_allclose(
        decoder(encoder(images)),
        autoencoder(images),
        rtol=1e-5,
        atol=1e-6,
    )
    return history.history["loss"], encoder(images)


def test_all_ways_of_the_autoencoder_train_alike_and_train_their_halves():
    losses, codes = trained("subclassed")
    for way in ("chain", "composed"):
        other_losses, other_codes = trained(way)
        np.testing.assert_array_equal(other_losses, losses)
        np.testing.assert_array_equal(other_codes, codes)


@pytest.mark.long_after(1)
@pytest.mark.parametrize("way", WAYS)
def test_autoencoder_and_its_halves_are_saved_and_exported(way, tmp_path):
    images = np.random.default_rng(1).uniform(size=(3, 28, 28, 1)).astype("float32")
    models = WAYS[way]()
    inputs = [images, images, models[1](images)]
    for number, (model, x) in enumerate(zip(models, inputs, strict=True)):
        expected = model(x)
        path = tmp_path / f"{number}.keras"
        model.save(path)
        loaded = keras.saving.load_model(path)
        assert type(loaded) is type(model)
        np.testing.assert_array_equal(loaded(x), expected)
        model.export(tmp_path / str(number), verbose=False)
        served = keras.layers.TFSMLayer(tmp_path / str(number), call_endpoint="serve")
        np.testing.assert_allclose(served(x), expected, rtol=1e-5, atol=1e-6)
