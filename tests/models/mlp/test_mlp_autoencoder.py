import keras
import numpy as np
import pytest

import keras_mlp
from keras_mlp.models import MLPAutoencoder

X = np.random.default_rng(0).normal(size=(12, 6)).astype("float32")


def built(**options):
    model = MLPAutoencoder(**{"hidden_units": [5, 3], "seed": 0, **options})
    model.build((None, 6))
    return model


@pytest.mark.parametrize("tied", [False, True])
def test_equals_the_network_written_in_numpy(tied):
    model = built(tied=tied, final_activation="sigmoid", code_activation="tanh")
    model.set_weights([weight + 0.1 for weight in model.get_weights()])
    encoder = {layer.name: layer for layer in model.encoder.layers}
    decoder = {layer.name: layer for layer in model.decoder.layers}
    kernels = [encoder["dense_0"].kernel, encoder["dense_1"].kernel]
    kernels += (
        [np.transpose(kernels[1]), np.transpose(kernels[0])]
        if tied
        else [decoder["dense_0"].kernel, decoder["dense_1"].kernel]
    )
    halves = [encoder, encoder, decoder, decoder]
    biases = [half[f"dense_{i % 2}"].bias for i, half in enumerate(halves)]
    hidden = np.maximum(X @ kernels[0] + biases[0], 0)
    code = np.tanh(hidden @ kernels[1] + biases[1])
    hidden = np.maximum(code @ kernels[2] + biases[2], 0)
    expected = 1 / (1 + np.exp(-(hidden @ kernels[3] + biases[3])))
    np.testing.assert_allclose(model.encoder(X), code, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(model(X), expected, rtol=1e-4)
    np.testing.assert_allclose(model.decoder(code), expected, rtol=1e-4)


def test_tied_halves_share_their_kernels():
    # 6-5-3-5-6: kernels of 6 x 5 and 5 x 3, biases of 5, 3, 5 and 6.
    assert built(tied=True).count_params() == 30 + 15 + 19
    assert built().count_params() == 2 * (30 + 15) + 19


def test_trains_and_is_loaded_as_it_was(tmp_path):
    model = built(tied=True, normalization="layer", dropout=0.1)
    model.compile(keras.optimizers.Adam(0.01))
    losses = model.fit(X, X, epochs=5, verbose=0).history["loss"]
    assert losses[-1] < losses[0]
    assert model.evaluate(X, X, verbose=0) == pytest.approx(
        ((model.predict(X, verbose=0) - X) ** 2).mean(), rel=1e-5
    )
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded(X), model(X))
    assert loaded.count_params() == model.count_params()
    assert loaded.get_config() == model.get_config()
    # Still tied: the decoder follows the encoder.
    loaded.fit(X, X, verbose=0)
    pair = [loaded.encoder.get_layer("dense_1"), loaded.decoder.get_layer("dense_0")]
    assert pair[0].kernel is pair[1].kernel


def test_seed_fixes_the_weights_and_both_halves_differ():
    model = built(hidden_units=[6], seed=3)
    again = built(hidden_units=[6], seed=3)
    for one, two in zip(model.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_array_equal(one, two)
    kernels = [weight for weight in model.get_weights() if weight.ndim == 2]
    assert not np.array_equal(kernels[0], kernels[1])
    assert not np.array_equal(kernels[0], kernels[1].T)


def test_halves_stand_alone():
    model = MLPAutoencoder([4, 2])
    assert model.decoder is None
    assert model(np.zeros((3, 5, 7))).shape == (3, 5, 7)
    assert isinstance(model.encoder, keras_mlp.layers.MLP)
    assert model.encoder.units == [4, 2]
    assert model.decoder.units == [4, 7]
    assert model.decoder.final_activation is keras.activations.linear


def test_bad_arguments_are_refused():
    with pytest.raises(ValueError, match="must hold the size of the code"):
        MLPAutoencoder([])
    with pytest.raises(ValueError, match="`hidden_units` must be a positive integer"):
        MLPAutoencoder([4, 0])
    with pytest.raises(ValueError, match="`tied` must be True or False"):
        MLPAutoencoder([4], tied="yes")
