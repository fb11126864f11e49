"""Models with any options: built, called, saved, loaded, the same bit for bit."""

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keras_mlp.models import MLPAutoencoder, MLPClassifier, MLPRegressor

X = np.random.default_rng(0).normal(2, 3, size=(6, 4)).astype("float32")

hidden_units = st.lists(st.integers(1, 5), max_size=3)
options = st.fixed_dictionaries(
    {},
    optional={
        "activation": st.sampled_from(["relu", "tanh", "selu", None]),
        "dropout": st.sampled_from([0.0, 0.3]),
        "normalization": st.sampled_from([None, "batch", "layer", "rms"]),
        "residual": st.sampled_from([False, True, "project"]),
        "gate": st.sampled_from([None, "glu", "swiglu", "geglu"]),
        "kernel_regularizer": st.sampled_from([None, "l2"]),
        "kernel_initializer": st.sampled_from([None, "he_normal"]),
        "dtype": st.sampled_from([None, "mixed_bfloat16"]),
        "seed": st.sampled_from([None, 0, 7]),
    },
)
heads = st.one_of(
    st.builds(
        lambda **arguments: (MLPClassifier, arguments),
        num_classes=st.integers(1, 4),
        final_activation=st.sampled_from([None, "sigmoid"]),
        preprocessing=st.sampled_from([None, keras.layers.Rescaling(0.5)]),
    ),
    st.builds(
        lambda **arguments: (MLPRegressor, arguments), num_outputs=st.integers(1, 3)
    ),
    st.builds(
        lambda **arguments: (MLPAutoencoder, arguments),
        tied=st.booleans(),
        code_activation=st.sampled_from([None, "tanh"]),
    ),
)


@pytest.mark.long
@settings(max_examples=25, deadline=None)
@given(head=heads, hidden_units=hidden_units, options=options, adapted=st.booleans())
def test_saved_and_loaded_bit_for_bit(
    tmp_path_factory, head, hidden_units, options, adapted
):
    cls, arguments = head
    if cls is MLPAutoencoder:
        hidden_units = [*hidden_units, 2]
    model = cls(hidden_units=hidden_units, **arguments, **options)
    if adapted and cls is MLPClassifier:
        model.adapt(X)
    if adapted and cls is MLPRegressor:
        model.adapt(X, X[:, : model.num_outputs])
    expected = model(X)
    assert expected.shape == model.compute_output_shape((6, 4))
    path = tmp_path_factory.mktemp("model") / "model.keras"
    model.save(path)
    loaded = keras.saving.load_model(path)
    assert type(loaded) is cls
    np.testing.assert_array_equal(loaded(X), expected)
    assert [w.shape for w in loaded.weights] == [w.shape for w in model.weights]
    # As a JSON file would hold it.
    again = cls.from_config(model.get_config())
    again.build((None, 4))
    again.set_weights(model.get_weights())
    np.testing.assert_array_equal(again(X), expected)
