"""The layers, with any options, on any inputs."""

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from hypothesis import strategies

import keras_mlp
from torturing.model_cases import numpy_layers
from torturing.model_cases.documented import documented, refused_by_keras
from torturing.model_cases.numpy_layers import ACTIVATIONS, GATES
from torturing.model_cases.wrong_options import Wrong, wrong_options

# Relative precision of outputs, by the dtype that they are computed in.
# TensorFlow rounds a constant of GELU to float32, also in float64.
PRECISION = {"float64": 1e-6, "float32": 1e-4, "float16": 2e-2, "bfloat16": 1.5e-1}
HALVES = ("float16", "bfloat16")

POLICIES = (
    *(None, None, "float32", "float64"),
    *("float16", "bfloat16", "mixed_float16", "mixed_bfloat16"),
)
DTYPES = (
    *("float16", "bfloat16", "float32", "float64"),
    *("int8", "uint8", "int32", "int64", "bool"),
)

# Before Keras 3.14 the factor of a penalty is float32, and fails with other dtypes.
PENALTIES = [None] if keras.__version__ < "3.14" else [None, "l1"]
# Options that say nothing about what comes out of given weights.
SILENT: Mapping[str, Any] = {
    "kernel_initializer": strategies.sampled_from(["he_normal", "zeros", "orthogonal"]),
    "bias_initializer": strategies.sampled_from(["zeros", "normal"]),
    "kernel_regularizer": strategies.sampled_from([None, "l1", "l2"]),
    "bias_regularizer": strategies.sampled_from([None, "l2"]),
    "activity_regularizer": strategies.sampled_from(PENALTIES),
    "kernel_constraint": strategies.sampled_from([None, "max_norm"]),
    "bias_constraint": strategies.sampled_from([None, "non_neg"]),
}
# Those that do not blow up what goes through several of them.
TAME = [name for name in ACTIVATIONS if name != "exponential"]
HIDDEN: Mapping[str, Any] = {
    "activation": strategies.sampled_from([*TAME, "prelu"]),
    "dropout": strategies.sampled_from([0.0, 0.25, 0.9]),
    "normalization": strategies.sampled_from([None, None, "batch", "layer", "rms"]),
    "residual": strategies.sampled_from([False, True, "project"]),
    "gate": strategies.sampled_from([None, None, *GATES]),
}
MLP_OPTIONS = (*SILENT, *HIDDEN, "units", "use_bias", "use_final_bias", "seed")


@dataclasses.dataclass(frozen=True)
class LayerCase:
    """A layer and what it is called with.

    Args:
        kind: `"Dense"`, `"MLP"`, `"reversed"`, `"tied"` or `"dense_stack"`.
        units: Width of each layer.
        options: Other options.
        policy: Dtype policy.
        shape: Shape of the inputs.
        dtype: Dtype of the inputs.
        masked: Whether they have a mask.
        seed: Fixes weights and inputs.
        wrong: An option that is wrong, if there is one.
        other: Added to the shape for a second call, which is refused: an axis less or
            a width more.
    """

    kind: str
    units: tuple[int, ...]
    options: dict[str, Any]
    policy: str | None
    shape: tuple[int, ...]
    dtype: str
    masked: bool
    seed: int
    wrong: Wrong | None
    other: str | None


@strategies.composite
def layer_cases(draw: Any) -> LayerCase:
    """Layers with options, of which at most one is wrong, and inputs."""
    sample, booleans = strategies.sampled_from, strategies.booleans
    sizes = strategies.integers(1, 4)
    kind = draw(
        sample(["Dense", "MLP", "MLP", "MLP", "reversed", "tied", "dense_stack"])
    )
    policy = draw(sample(POLICIES))
    units = tuple(draw(strategies.lists(sizes, min_size=1, max_size=3)))
    if kind == "Dense":
        units = units[:1]
    elif kind == "MLP" and draw(strategies.integers(0, 9)) == 0:
        units = ()
    options = {
        name: draw(values) for name, values in SILENT.items() if draw(booleans())
    }
    if keras.DTypePolicy(policy or "float32").variable_dtype == "bfloat16":
        # TensorFlow has no orthogonal matrices of these.
        options.pop("kernel_initializer", None)
    options["final_activation"] = draw(sample(TAME))
    if kind == "Dense":
        del options["final_activation"]
        options["activation"] = draw(sample(list(ACTIVATIONS)))
        options["use_bias"] = draw(booleans())
        names: tuple[str, ...] = ("units", "activation", "use_bias", *SILENT)
    elif kind == "dense_stack":
        initializers = ("kernel_initializer", "bias_initializer")
        options = {
            k: v for k, v in options.items() if k in (*initializers, "final_activation")
        }
        options["activation"] = draw(sample(TAME))
        options["seed"] = draw(sample([None, 0, 2**40]))
        names = ("units", "activation", "final_activation", "seed", *initializers)
    else:
        hidden = max(len(units) - 1, 0)
        for name, values in HIDDEN.items():
            each = strategies.lists(values, min_size=hidden, max_size=hidden)
            if draw(booleans()):
                options[name] = draw(strategies.one_of(values, each))
        options["use_bias"] = draw(
            strategies.one_of(
                booleans(),
                strategies.lists(booleans(), min_size=len(units), max_size=len(units)),
            )
        )
        options["use_final_bias"] = draw(sample([None, False, True]))
        options["seed"] = draw(sample([None, 0, 7]))
        names = (*MLP_OPTIONS, "final_activation")
        if keras.DTypePolicy(policy or "float32").compute_dtype in HALVES:
            # They divide by what may be next to nothing but rounding.
            options["normalization"] = draw(sample([None, "batch"]))
    if kind == "MLP" and units and draw(booleans()):
        shape: tuple[int, ...] = (draw(strategies.integers(0, 5)), units[0])
    else:
        inner = draw(strategies.lists(sizes, min_size=1, max_size=3))
        shape = (draw(strategies.integers(0, 5)), *inner)
    wrong = None
    if draw(strategies.integers(0, 2)) == 0:
        count = len(units) if kind in ("MLP", "reversed", "tied") else 0
        wrong = draw(wrong_options(names, count))
    return LayerCase(
        kind=kind,
        units=units,
        options=options,
        policy=policy,
        shape=shape,
        dtype=draw(sample(DTYPES)),
        masked=len(shape) == 3 and draw(booleans()),
        seed=draw(strategies.integers(0, 2**16)),
        wrong=wrong,
        other=draw(sample([None, None, "axis", "width"])) if units else None,
    )


def check_layer(case: LayerCase) -> str:
    """Makes the layer and calls it; compares with NumPy, or reads the error."""
    try:
        blocks = _made(case)
    except Exception as error:
        if case.wrong is None:
            raise AssertionError(f"right options were refused: {error}") from error
        return documented(error, case.wrong.name)
    assert case.wrong is None, "a wrong option was taken without a word"
    return check_blocks(case, blocks)


def check_blocks(case: LayerCase, blocks: list[keras.layers.Layer]) -> str:
    """Calls layers, one after the other, and compares what comes with NumPy."""
    random = np.random.default_rng(case.seed)
    x = random.normal(size=case.shape) if case.shape[0] else np.zeros(case.shape)
    x = tf.cast(tf.constant(x), case.dtype)
    if case.dtype.startswith(("int", "uint")):
        x = tf.cast(tf.constant(random.integers(0, 3, case.shape)), case.dtype)
    shape = case.shape
    for block in blocks:
        if not block.built:
            block.build((None, *shape[1:]))
        unknown = block.compute_output_shape((None, *shape[1:]))
        shape = tuple(block.compute_output_shape(shape))
        assert unknown == (None, *shape[1:])
    draw_weights(blocks, random)
    outputs: Any = x
    mask = tf.constant(random.integers(0, 2, case.shape[:2]) > 0)
    for block in blocks:
        if case.masked and hasattr(block, "layers"):
            outputs = block(outputs, mask=mask)
            assert outputs._keras_mask is mask
        else:
            outputs = block(outputs)
    assert tuple(outputs.shape) == shape
    if not case.units:
        _same(outputs, tf.cast(x, outputs.dtype))
        return "right"
    compute_dtype = keras.DTypePolicy(case.policy or "float32").compute_dtype
    assert keras.backend.standardize_dtype(outputs.dtype) == compute_dtype
    expected = _expected(case, blocks, _as_float64(x))
    precision = PRECISION[compute_dtype]
    if "float16" in case.dtype:
        # The inputs themselves are what they are; they are not rounded further.
        precision = max(precision, 1e-4)
    scale = max(1.0, np.abs(expected).max(initial=0.0))
    np.testing.assert_allclose(
        _as_float64(outputs), expected, rtol=precision, atol=precision * scale
    )
    if case.kind not in ("reversed", "tied"):
        _check_copies(blocks, x, outputs)
    if case.other is not None:
        return _check_refused(case, blocks[0])
    return "right"


def _made(case: LayerCase) -> list[keras.layers.Layer]:
    options = dict(case.options)
    units: Any = list(case.units)
    if case.wrong is not None and case.wrong.name == "units":
        units = case.wrong.value
        if case.kind != "Dense" and not isinstance(units, (str, tuple)):
            # One of the sizes.
            units = [3, units]
        elif isinstance(units, tuple):
            units = 0 if case.kind != "dense_stack" else [0]
    elif case.kind == "Dense":
        [units] = units
    if case.wrong is not None and case.wrong.name != "units":
        options[case.wrong.name] = case.wrong.value
    options["dtype"] = case.policy
    if case.kind == "Dense":
        return [keras_mlp.layers.Dense(units, **options)]
    if case.kind == "dense_stack":
        return keras_mlp.layers.dense_stack(units, **options)
    activation = options.get("activation")
    if activation == "prelu":
        options["activation"] = keras.layers.PReLU()
    elif isinstance(activation, list):
        options["activation"] = [
            keras.layers.PReLU() if name == "prelu" else name for name in activation
        ]
    block = keras_mlp.layers.MLP(units, **options)
    if case.kind == "MLP":
        return [block]
    block.build((None, *case.shape[1:]))
    return [block, block.reverse(tied=case.kind == "tied")]


def draw_weights(blocks: list[keras.layers.Layer], random: np.random.Generator) -> None:
    """Gives layers weights that are of a reasonable size and not the initial ones."""
    for block in blocks:
        for weight in block.weights:
            if "variance" in weight.path:
                values = random.uniform(0.5, 2, weight.shape)
            elif "kernel" in weight.path:
                values = random.normal(size=weight.shape) / weight.shape[0] ** 0.5
            else:
                values = random.normal(size=weight.shape) / 2
            weight.assign(values)


def _as_float64(tensor: Any) -> np.ndarray:
    return tf.cast(tensor, tf.float64).numpy()


def weights_of(layer: keras.layers.Layer) -> dict[str, np.ndarray]:
    """Returns the weights of a layer by their names, in float64."""
    return {
        weight.path.rpartition("/")[2]: _as_float64(weight.value)
        for weight in layer.weights
    }


def mlp_layers(units: Any, options: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Returns the options of each layer of an `MLP`, as `numpy_layers.mlp` takes them.

    Args:
        units: Width of each layer.
        options: What the `MLP` was given.
    """
    hidden = len(units) - 1
    names = ("activation", "normalization", "gate", "residual")
    layers = [{name: None for name in names} for _ in units]
    for name in names:
        value = options.get(name, "relu" if name == "activation" else None)
        each = value if isinstance(value, list) else [value] * hidden
        for layer, value in zip(layers, each, strict=False):
            layer[name] = value
    layers[-1].update(dict.fromkeys(names[1:]))
    layers[-1]["activation"] = options.get("final_activation")
    return layers


def _expected(case: LayerCase, blocks: list[Any], x: np.ndarray) -> np.ndarray:
    if case.kind in ("Dense", "dense_stack"):
        for i, block in enumerate(blocks):
            last = i == len(blocks) - 1 and case.kind == "dense_stack"
            activation = case.options["final_activation" if last else "activation"]
            x = ACTIVATIONS[activation](numpy_layers.dense(x, weights_of(block)))
        return x
    first = {layer.name: weights_of(layer) for layer in blocks[0].layers}
    outputs = numpy_layers.mlp(x, mlp_layers(case.units, case.options), first)
    if case.kind == "MLP":
        return outputs
    mirrored = {
        name: value[::-1] if isinstance(value, list) else value
        for name, value in case.options.items()
    }
    second = {layer.name: weights_of(layer) for layer in blocks[1].layers}
    return numpy_layers.mlp(
        outputs,
        mlp_layers(case.units, mirrored),
        second,
        first if case.kind == "tied" else None,
    )


def _check_copies(blocks: list[keras.layers.Layer], x: Any, expected: Any) -> None:
    """Makes each layer again, of its configuration as a file holds it."""
    outputs = x
    for block in blocks:
        text = json.dumps(keras.saving.serialize_keras_object(block))
        copy = keras.saving.deserialize_keras_object(json.loads(text))
        if not copy.built:
            copy.build((None, *outputs.shape[1:]))
        copy.set_weights(block.get_weights())
        outputs = copy(outputs)
        assert copy.get_config() == block.get_config()
    _same(outputs, expected)


def _check_refused(case: LayerCase, layer: keras.layers.Layer) -> str:
    """Calls the layer with inputs that it was not built for."""
    shape = case.shape[-1:] if case.other == "axis" else (*case.shape[:-1], 9)
    try:
        layer(tf.zeros(shape))
    except Exception as error:
        return refused_by_keras(error)
    raise AssertionError(f"inputs of the shape {shape} were taken without a word")


def _same(one: Any, other: Any) -> None:
    np.testing.assert_array_equal(_as_float64(one), _as_float64(other))
