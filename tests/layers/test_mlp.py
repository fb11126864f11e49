import copy
import pickle

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras.src.testing import TestCase

import keras_mlp
from keras_mlp.layers import MLP, dense_stack

X = np.random.default_rng(0).normal(size=(7, 6)).astype("float32")


def built(units=(5, 4, 3), input_shape=(None, 6), **options):
    mlp = MLP(units, **options)
    mlp.build(input_shape)
    return mlp


def names(mlp):
    return [layer.name for layer in mlp.layers]


def of_class(mlp, name):
    return [layer for layer in mlp.layers if type(layer).__name__ == name]


# Keras' own test feeds `fit` from a generator.
@pytest.mark.filterwarnings("ignore:`shuffle=True` was passed:UserWarning")
class TestMLPIsALayer(TestCase):
    def test_two_dimensions(self):
        self.run_layer_test(
            MLP,
            init_kwargs={
                "units": [4, 4, 2],
                "dropout": 0.2,
                "normalization": "batch",
                "residual": True,
                "kernel_regularizer": "l2",
                "activity_regularizer": "l1",
            },
            input_shape=(3, 4),
            expected_output_shape=(3, 2),
            expected_num_trainable_weights=10,
            expected_num_non_trainable_weights=4,
            expected_num_seed_generators=2,
            expected_num_losses=6,
            supports_masking=True,
        )

    def test_three_dimensions(self):
        self.run_layer_test(
            MLP,
            init_kwargs={
                "units": (5, 3),
                "gate": "swiglu",
                "residual": "project",
                "normalization": keras.layers.LayerNormalization(epsilon=0.1),
                "final_activation": "tanh",
                "kernel_constraint": "max_norm",
            },
            input_shape=(2, 3, 4),
            expected_output_shape=(2, 3, 3),
            expected_num_trainable_weights=9,
            expected_num_non_trainable_weights=0,
            expected_num_losses=0,
            supports_masking=True,
        )

    def test_identity_of_sparse_and_other_inputs(self):
        for input_shape in ((3, 4), (2, 3, 4)):
            self.run_layer_test(
                MLP,
                init_kwargs={"units": []},
                input_shape=input_shape,
                expected_output_shape=input_shape,
                expected_num_trainable_weights=0,
                run_training_check=False,
            )

    @pytest.mark.long
    def test_sparse_inputs(self):
        self.run_layer_test(
            MLP,
            init_kwargs={"units": [4, 2], "residual": "project"},
            input_shape=(2, 3),
            input_sparse=True,
            expected_output_shape=(2, 2),
            expected_num_trainable_weights=5,
            supports_masking=True,
        )


# What is inside.


def test_layers_by_index_and_by_name_in_the_documented_order():
    mlp = MLP(
        [6, 5, 3], dropout=0.1, normalization="layer", gate=[None, "glu"], residual=True
    )
    assert names(mlp) == [
        *("dense_0", "normalization_0", "activation_0", "dropout_0"),
        *("dense_1", "normalization_1", "gate_1", "dropout_1"),
        "dense_2",
    ]
    assert MLP.normalization_order[:3] == ("dense", "normalization", "activation")
    assert mlp.get_layer("gate_1") is mlp.get_layer(index=6) is mlp.layers[6]
    assert mlp.get_layer(index=-1) is mlp.get_layer(name="dense_2")


@pytest.mark.parametrize(
    "which", [{}, {"name": "dense_0", "index": 0}, {"name": "dense_9"}, {"index": 3}]
)
def test_a_layer_that_is_not_there(which):
    with pytest.raises(ValueError, match=r"(?s)Received: name=.*index="):
        built().get_layer(**which)


def test_inputs_are_projected_only_where_widths_differ():
    mlp = MLP([6, 4, 3], residual="project")
    mlp.build((None, 6))
    assert names(mlp) == ["dense_0", "dense_1", "projection_1", "dense_2"]
    assert mlp.get_layer("projection_1").bias is None
    assert "projection_0" in names(built([6, 3], (None, 5), residual="project"))


@pytest.mark.parametrize(
    ("units", "expected"),
    [
        (4, [4]),
        (np.int64(4), [4]),
        (np.array(4), [4]),
        ((5, 4), [5, 4]),
        (np.array([5, 4]), [5, 4]),
        (range(2, 4), [2, 3]),
    ],
)
def test_units_is_one_integer_or_several(units, expected):
    assert list(MLP(units).units) == expected
    assert {type(size) for size in MLP(units).units} == {int}


def test_no_layer_is_the_identity():
    identity = MLP([], dropout=0.5, normalization="batch")
    assert identity(X, training=True).shape == X.shape
    np.testing.assert_array_equal(identity(X), X)
    assert identity.compute_output_shape((None, 2, 6)) == (None, 2, 6)
    assert identity.count_flops((None, 6)) == 0
    assert identity.weights == identity.layers == []


def test_neither_dropout_nor_normalization_after_the_last_layer():
    assert names(built([4], dropout=0.5, normalization="batch")) == ["dense_0"]


# Weights.


def test_seed_fixes_the_weights_and_they_are_those_of_dense_stack():
    mlp, again, other = built(seed=3), built(seed=3), built(seed=4)
    stack = keras.Sequential([keras.Input((6,)), *dense_stack([5, 4, 3], seed=3)])
    for one, two, stacked in zip(
        mlp.get_weights(), again.get_weights(), stack.get_weights(), strict=True
    ):
        np.testing.assert_array_equal(one, two)
        np.testing.assert_array_equal(one, stacked)
    assert not np.array_equal(mlp.weights[0], other.weights[0])


INITIALIZERS = [
    "he_normal",
    keras.initializers.RandomNormal(),
    keras.initializers.RandomNormal(seed=1),
    keras.initializers.RandomNormal(seed=keras.random.SeedGenerator(1)),
    [keras.initializers.RandomNormal(seed=seed) for seed in range(4)],
]


@pytest.mark.parametrize("seed", [None, 0])
@pytest.mark.parametrize("initializer", INITIALIZERS, ids=range(5))
def test_no_two_weights_start_equal(initializer, seed):
    mlp = built(
        [6] * 4,
        kernel_initializer=initializer,
        bias_initializer=initializer if initializer != "he_normal" else "normal",
        gate="glu",
        seed=seed,
    )
    values = {weight.numpy().tobytes() for weight in mlp.weights}
    assert len(values) == len(mlp.weights) == 14


def test_an_initializer_with_a_seed_is_kept_by_the_first_layer():
    initializer = keras.initializers.GlorotUniform(seed=7)
    stock = keras.layers.Dense(6, kernel_initializer=initializer)
    stock.build((None, 6))
    mlp = built([6, 6], kernel_initializer=initializer)
    np.testing.assert_array_equal(mlp.layers[0].kernel, stock.kernel)
    assert not np.array_equal(mlp.layers[1].kernel, stock.kernel)


def test_selu_brings_its_initializer_and_its_dropout():
    mlp = MLP([6, 6, 6, 3], activation=["selu", "relu", "selu"], dropout=0.1)
    assert [type(layer).__name__ for layer in mlp.layers[1::2]] == [
        *("AlphaDropout", "Dropout", "AlphaDropout")
    ]
    assert [type(layer.kernel_initializer).__name__ for layer in mlp.layers[0::2]] == [
        "LecunNormal",
        "GlorotUniform",
        "LecunNormal",
        "GlorotUniform",
    ]
    given = MLP([6, 3], activation="selu", kernel_initializer="he_normal")
    assert type(given.layers[0].kernel_initializer).__name__ == "HeNormal"
    gated = MLP([6, 3], activation="selu", gate="glu", dropout=0.1)
    assert of_class(gated, "Dropout")


def test_nothing_is_shared_between_layers():
    regularizer = keras.regularizers.L2(0.1)
    constraint = keras.constraints.MaxNorm(2)
    mlp = built(kernel_regularizer=regularizer, bias_constraint=constraint, gate="glu")
    for name in ("kernel_regularizer", "bias_constraint", "kernel_initializer"):
        parts = [getattr(layer, name) for layer in of_class(mlp, "Dense")]
        assert len({id(part) for part in parts}) == 5


@pytest.mark.parametrize("trainable", [False, True])
def test_trainable_reaches_the_layers_inside(trainable):
    mlp = built(normalization="batch", trainable=trainable)
    before = mlp.get_layer("normalization_0").moving_mean.numpy()
    mlp(X, training=True)
    after = mlp.get_layer("normalization_0").moving_mean.numpy()
    assert len(mlp.trainable_weights) == (10 if trainable else 0)
    assert np.array_equal(before, after) == (not trainable)


# Normalization and activation, made by the caller.


def test_a_callable_makes_a_normalization_for_each_hidden_layer():
    made = []

    def normalization():
        made.append(keras.layers.GroupNormalization(groups=1, epsilon=0.5))
        return made[-1]

    mlp = MLP([5, 4, 3], normalization=normalization, dtype="mixed_bfloat16")
    assert [mlp.get_layer(f"normalization_{i}") for i in (0, 1)] == made
    assert [layer.compute_dtype for layer in made] == ["bfloat16"] * 2
    again = MLP.from_config(mlp.get_config())
    assert again.get_layer("normalization_1").epsilon == 0.5
    assert again.get_config() == mlp.get_config()
    assert len(made) == 2


def test_a_layer_is_copied_and_keeps_a_dtype_of_its_own():
    given = keras.layers.LayerNormalization(epsilon=0.5, dtype="float64")
    mlp = built(normalization=given, dtype="mixed_bfloat16")
    copies = of_class(mlp, "LayerNormalization")
    assert given not in copies
    assert len({id(layer) for layer in copies}) == 2
    for layer in copies + of_class(
        MLP.from_config(mlp.get_config()), "LayerNormalization"
    ):
        assert (layer.epsilon, layer.compute_dtype) == (0.5, "float64")


def test_a_normalization_that_is_shared_is_refused():
    shared = keras.layers.LayerNormalization()
    with pytest.raises(ValueError, match="must make a new layer each time"):
        MLP([4, 4, 2], normalization=lambda: shared)
    shared.build((None, 4))
    with pytest.raises(ValueError, match="makes a new layer"):
        MLP([4, 2], normalization=lambda: shared)


def test_each_layer_has_its_own_copy_of_an_activation_that_is_a_layer():
    given = keras.layers.PReLU(alpha_initializer="ones")
    mlp = MLP([5, 5, 3], activation=given, final_activation=given, dtype="float64")
    mlp.build((None, 6))
    copies = of_class(mlp, "PReLU")
    assert len({id(layer.alpha) for layer in copies}) == 3
    assert all(layer.alpha.dtype == "float64" for layer in copies)
    assert not given.built
    again = MLP.from_config(mlp.get_config())
    again.build((None, 6))
    again.set_weights(mlp.get_weights())
    np.testing.assert_array_equal(again(X), mlp(X))
    # With a slope of one it is the identity.
    outputs = X.astype("float64")
    for layer in of_class(mlp, "Dense"):
        outputs = outputs @ layer.kernel.numpy()
    np.testing.assert_allclose(mlp(X), outputs)


# What goes through.


def test_softmax_keeps_its_logits_for_the_loss():
    mlp = MLP([4, 3], final_activation="softmax", kernel_initializer="ones")
    # Without them cross-entropy on probabilities would clip at 1e-7.
    assert mlp(np.full((1, 2), 100.0, "float32"))._keras_logits.shape == (1, 3)


@pytest.mark.parametrize("options", [{}, {"residual": "project", "gate": "glu"}])
def test_mask_is_passed_on(options):
    tokens = keras.ops.convert_to_tensor([[1, 2, 0], [3, 0, 0]])
    embedded = keras.layers.Embedding(5, 4, mask_zero=True)(tokens)
    for units in ([4, 2], []):
        np.testing.assert_array_equal(
            MLP(units, **options)(embedded)._keras_mask, tokens != 0
        )


def test_batch_normalization_leaves_out_what_is_masked():
    mask = np.array([[True, False], [True, True]])
    x = np.array([[[1.0], [99.0]], [[2.0], [3.0]]], "float32")
    mlp = built(
        [1, 1, 1],
        (None, 2, 1),
        normalization="batch",
        residual=True,
        kernel_initializer="ones",
        activation=None,
    )
    mlp(x, training=True, mask=mask)
    # After the addition of the first residual too.
    for index, expected in enumerate((2.0, 2.0)):
        mean = mlp.get_layer(f"normalization_{index}").moving_mean
        np.testing.assert_allclose(mean, [0.01 * expected], rtol=1e-4)


def test_time_distributed_equals_the_last_axis():
    mlp = MLP([5, 3], residual="project", normalization="layer", dropout=0.2)
    x = X.reshape(7, 3, 2)
    by_time = keras.layers.TimeDistributed(mlp)(x)
    # On TensorFlow 2.20 the products differ in their last bits.
    np.testing.assert_allclose(by_time, mlp(x), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize(
    "policy", ["float64", "mixed_bfloat16", "mixed_float16", "bfloat16"]
)
def test_dtype_policy_of_every_layer(policy):
    mlp = MLP(
        [6, 5, 3],
        dtype=policy,
        normalization="rms",
        gate=["glu", None],
        residual="project",
        dropout=0.1,
        activity_regularizer="l2",
    )
    outputs = mlp(X)
    assert {layer.dtype_policy.name for layer in mlp.layers} == {policy}
    assert keras.backend.standardize_dtype(outputs.dtype) == mlp.compute_dtype
    assert {weight.dtype for weight in mlp.weights} == {mlp.variable_dtype}


# Inside models.


class Subclassed(keras_mlp.Model):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.mlp = MLP(units, dropout=0.1, normalization="layer", gate="glu", seed=0)

    def build(self, input_shape):
        self.mlp.build(input_shape)

    def call(self, inputs, training=False):
        return self.mlp(inputs, training=training)

    def get_config(self):
        return {**super().get_config(), "units": list(self.units)}


def subclassed():
    model = Subclassed([5, 3])
    model.build((None, 6))
    return model


def sequential():
    return keras.Sequential([keras.Input((6,)), built([5, 3], dropout=0.1, seed=0)])


def functional():
    inputs = keras.Input((6,))
    hidden = MLP([6, 6], residual=True, final_activation="relu", seed=0)(inputs)
    outputs = MLP(3, seed=1)(keras.layers.add([inputs, hidden]))
    return keras_mlp.Model(inputs, outputs)


@pytest.mark.long_after(1)
@pytest.mark.parametrize("make", [sequential, functional, subclassed])
def test_trains_and_reloads_inside_every_kind_of_model(make, tmp_path):
    model = make()
    model.compile(keras.optimizers.Adam(0.01), "mse", run_eagerly=True)
    first = model.test_on_batch(X, X[:, :3])
    for _ in range(20):
        model.train_on_batch(X, X[:, :3])
    assert model.test_on_batch(X, X[:, :3]) < 0.9 * first
    model.save(tmp_path / "model.keras")
    with keras.saving.custom_object_scope({"Subclassed": Subclassed}):
        loaded = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded(X), model(X))


@pytest.mark.parametrize("make", [sequential, functional])
def test_clone_has_the_same_layers_with_weights_of_its_own(make):
    model = make()
    clone = keras.models.clone_model(model)
    assert clone.count_params() == model.count_params()
    assert not {id(w) for w in clone.weights} & {id(w) for w in model.weights}
    clone.set_weights(model.get_weights())
    np.testing.assert_array_equal(clone(X), model(X))


@pytest.mark.parametrize(
    "copied",
    [copy.copy, copy.deepcopy, lambda layer: pickle.loads(pickle.dumps(layer))],
)
def test_a_block_alone_is_copied(copied):
    mlp = built(normalization="batch", residual="project", gate="geglu")
    again = copied(mlp)
    assert again is not mlp
    np.testing.assert_array_equal(again(X), mlp(X))


def test_summary_shows_the_layers_when_expanded():
    for model in (sequential(), functional()):
        for expanded in (False, True):
            lines = []
            model.summary(expand_nested=expanded, print_fn=lines.append, line_length=90)
            assert ("dense_0 (Dense)" in "".join(lines)) == expanded


# Counting.


@pytest.mark.parametrize(
    ("options", "input_shape", "expected"),
    [
        ({}, (None, 784), 784 * 256 + 256 * 128 + 128 * 10),
        ({}, (784,), 784 * 256 + 256 * 128 + 128 * 10),
        ({"use_bias": False, "normalization": "batch"}, (32, 784), 234_752),
        ({}, (None, 5, 784), 5 * 234_752),
        ({"gate": "glu"}, (1, 784), 2 * 784 * 256 + 2 * 256 * 128 + 128 * 10),
        ({"residual": True}, (1, 784), 234_752),
        ({"residual": "project"}, (1, 784), 2 * 784 * 256 + 2 * 256 * 128 + 1280),
        ({"residual": "project"}, (1, 256), 256 * 256 + 2 * 256 * 128 + 1280),
    ],
)
def test_multiply_adds_counted_by_hand(options, input_shape, expected):
    mlp = MLP([256, 128, 10], **options)
    assert mlp.count_flops(input_shape) == expected
    mlp.build((None, input_shape[-1]))
    assert mlp.count_flops(input_shape) == expected


def test_multiply_adds_are_half_of_what_tensorflow_counts():
    mlp = built([8, 5, 3], (None, 4, 6), gate="swiglu", residual="project")
    kernels = [layer.kernel for layer in of_class(mlp, "Dense")]
    products = tf.function(lambda x: [x[..., : k.shape[0]] @ k for k in kernels])
    graph = products.get_concrete_function(tf.TensorSpec((1, 4, 8))).graph
    counted = tf.compat.v1.profiler.profile(
        graph, options=tf.compat.v1.profiler.ProfileOptionBuilder.float_operation()
    ).total_float_ops
    assert counted == 2 * mlp.count_flops((None, 4, 6))


@pytest.mark.parametrize("input_shape", [(None, None), (None, None, 6), ()])
def test_a_size_that_is_not_known_cannot_be_counted(input_shape):
    with pytest.raises(ValueError, match=r"`input_shape` must give.*Received"):
        MLP(3).count_flops(input_shape)


# What is refused.


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"units": [5, 0]}, "`units` must be a positive integer"),
        ({"units": "64"}, "`units` must be a positive integer"),
        ({"units": None}, "`units` must be a positive integer"),
        ({"units": 2.5}, "`units` must be a positive integer"),
        ({"dropout": 1.0}, "`dropout` must be a number from 0"),
        ({"dropout": [0.1, -0.1]}, "`dropout` must be"),
        ({"dropout": "much"}, "`dropout` must be"),
        ({"residual": "always"}, "`residual` must be one of False, True, 'project'"),
        ({"residual": 1}, "`residual` must be one of"),
        ({"gate": "relu"}, "`gate` must be one of None, 'glu'"),
        ({"normalization": "group"}, "`normalization` must be one of 'batch'"),
        ({"normalization": 1}, "`normalization` must be `None`, one of"),
        ({"normalization": dict}, "`normalization` must be"),
        ({"seed": -1}, "`seed` must be an integer of at least 0"),
        ({"seed": 0.5}, "`seed` must be"),
    ],
)
def test_options_out_of_range(options, message):
    with pytest.raises(ValueError, match=f"(?s){message}.*Received"):
        MLP(**{"units": [5, 4, 3], **options})


OF_LAYERS = {
    "use_bias": True,
    "kernel_initializer": "zeros",
    "bias_initializer": "zeros",
    "kernel_regularizer": "l2",
    "bias_regularizer": "l2",
    "activity_regularizer": "l2",
    "kernel_constraint": "non_neg",
    "bias_constraint": "non_neg",
}
OF_HIDDEN_LAYERS = {
    "activation": "relu",
    "dropout": 0.1,
    "normalization": "layer",
    "residual": True,
    "gate": "glu",
}


@pytest.mark.parametrize(
    ("name", "value", "count", "layers"),
    [
        *((name, value, 3, "3 layers") for name, value in OF_LAYERS.items()),
        *((name, value, 2, "2 hidden") for name, value in OF_HIDDEN_LAYERS.items()),
    ],
)
def test_lists_of_options_have_the_right_length(name, value, count, layers):
    MLP([5, 4, 3], **{name: [value] * count})
    for wrong in (count - 1, count + 1):
        with pytest.raises(ValueError, match=f"`{name}`.*{layers}.*length {wrong}"):
            MLP([5, 4, 3], **{name: [value] * wrong})


def test_unknown_width_is_named():
    with pytest.raises(ValueError, match=r"dense_0.*last axis.*Received.*keras\.Input"):
        MLP([3]).build((None, None))


def test_other_width_than_built_is_refused():
    with pytest.raises(ValueError, match="expected axis -1 of input shape"):
        built()(np.ones((2, 5), "float32"))


def test_is_registered_under_the_package():
    assert keras.saving.get_registered_name(MLP) == "keras_mlp>MLP"
    assert keras_mlp.layers.MLP is MLP


@pytest.mark.parametrize("residual", [True, "project"])
@pytest.mark.parametrize("dtype", ["float32", "int32"])
def test_residuals_of_empty_batches_and_whole_numbers(residual, dtype):
    block = MLP([4, 3], residual=residual)
    for shape in ((0, 4), (1, 4), (0, 2, 4), (2, 0, 4)):
        assert block(np.ones(shape, dtype)).shape == (*shape[:-1], 3)
    expected = keras.ops.relu(block.get_layer("dense_0")(np.ones((2, 4)))) + 1
    outputs = block(np.ones((2, 4), dtype))
    np.testing.assert_allclose(outputs, block.get_layer("dense_1")(expected))


def test_a_normalization_that_is_none_is_refused_without_hidden_layers():
    with pytest.raises(ValueError, match="`normalization` must be one of"):
        MLP([3], normalization="bach")
