"""Whatever the options, an `MLP` computes what it should, and survives being saved."""

import tempfile

import keras
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from keras_mlp.layers import MLP
from tests.keras_version import KERAS
from tests.layers.composed import composed

# Few widths, so that layers are often as wide as their inputs.
widths = st.integers(1, 4)
activations = st.sampled_from(["relu", "selu", "tanh", None])
penalties = st.sampled_from([None, "l1", "l2"])
OF_LAYERS = {
    "use_bias": st.booleans(),
    "kernel_initializer": st.sampled_from([None, "he_normal", "orthogonal"]),
    "bias_initializer": st.sampled_from(["zeros", "normal"]),
    "kernel_regularizer": penalties,
    "bias_regularizer": penalties,
    "activity_regularizer": penalties,
    "kernel_constraint": st.sampled_from([None, "max_norm"]),
    "bias_constraint": st.sampled_from([None, "non_neg"]),
}
OF_HIDDEN_LAYERS = {
    "activation": activations,
    "dropout": st.sampled_from([0.0, 0.25]),
    "normalization": st.sampled_from(
        [None, "batch", "layer", "rms", keras.layers.UnitNormalization]
    ),
    "residual": st.sampled_from([False, True, "project"]),
    "gate": st.sampled_from([None, "glu", "swiglu", "geglu"]),
}


@st.composite
def blocks(draw):
    """The arguments of an `MLP`: some options, of one value or one for each layer."""
    units = draw(st.lists(widths, max_size=3))
    options = {}
    for strategies, count in (
        (OF_LAYERS, len(units)),
        (OF_HIDDEN_LAYERS, max(len(units) - 1, 0)),
    ):
        for name, values in strategies.items():
            if draw(st.booleans()):
                each = st.lists(values, min_size=count, max_size=count)
                options[name] = draw(st.one_of(values, each))
    options["final_activation"] = draw(activations)
    options["use_final_bias"] = draw(st.sampled_from([None, False, True]))
    return {"units": units, "seed": draw(st.integers(0, 9)), **options}


shapes = st.lists(widths, min_size=1, max_size=2).map(tuple)


@pytest.mark.long
@settings(max_examples=25, deadline=None)
@given(arguments=blocks(), shape=shapes)
def test_equals_stock_keras_and_itself_after_reload(arguments, shape):
    mlp = MLP(**arguments)
    assert mlp.compute_output_shape((None, *shape)) == (
        *(None, *shape)[:-1],
        *[*shape, *arguments["units"]][-1:],
    )
    model = keras.Sequential([keras.Input(shape), mlp])
    x = np.random.default_rng(0).normal(size=(5, *shape)).astype("float32")
    options = {name: value for name, value in arguments.items() if name != "units"}
    expected = composed(mlp, shape, **options)(x, training=True)
    outputs = model(x, training=True)
    np.testing.assert_allclose(outputs, expected, rtol=1e-5, atol=1e-6)

    loaded = saved_and_loaded(model)
    [again] = loaded.layers
    assert again.get_config() == mlp.get_config()
    np.testing.assert_array_equal(loaded(x), model(x))


@settings(max_examples=15, deadline=None)
@given(
    arguments=blocks(),
    input_size=widths,
    policy=st.sampled_from(["float64", "mixed_bfloat16", "mixed_float16"]),
)
def test_every_part_has_the_dtype_policy_after_reload(arguments, input_size, policy):
    # Before Keras 3.14 the factor of a penalty is float32, and does not go with outputs
    # of another dtype.
    assume(KERAS >= (3, 14) or not arguments.get("activity_regularizer"))
    mlp = MLP(dtype=policy, **arguments)
    model = keras.Sequential([keras.Input((input_size,)), mlp])
    policy = keras.DTypePolicy(policy)
    outputs = model(np.ones((2, input_size), "float32"))
    assert keras.backend.standardize_dtype(outputs.dtype) == policy.compute_dtype
    for block in (mlp, saved_and_loaded(model).layers[0]):
        assert all(layer.dtype_policy == policy for layer in block.layers)
        assert all(weight.dtype == policy.variable_dtype for weight in block.weights)


@settings(max_examples=15, deadline=None)
@given(arguments=blocks(), input_size=widths, tied=st.booleans())
def test_mirrored_twice_has_the_first_shape(arguments, input_size, tied):
    mlp = MLP(**arguments)
    mlp.build((None, input_size))
    mirrored = mlp.reverse(tied=tied)
    output_size = mlp.compute_output_shape((None, input_size))[-1]
    mirrored.build((None, output_size))
    assert mirrored(np.ones((2, output_size))).shape == (2, input_size)
    again = mirrored.reverse()
    assert again.units == mlp.units
    kept = again.get_config()
    for name, value in mlp.get_config().items():
        if name not in ("name", "seed", "kernel_initializer", "bias_initializer"):
            assert name == "shared_key" or kept[name] == value


def saved_and_loaded(model):
    with tempfile.TemporaryDirectory() as directory:
        model.save(f"{directory}/model.keras")
        return keras.saving.load_model(f"{directory}/model.keras")
