"""The other public functions and classes with options."""

import dataclasses
import functools
from collections.abc import Callable, Mapping
from typing import Any

import keras
import numpy as np
import tensorflow as tf
import tensorflow_datasets as tfds
from hypothesis import strategies

import keras_mlp
from keras_mlp.data.prepared import EMBEDDED_DIRECTORY
from torturing.model_cases.documented import documented
from torturing.model_cases.wrong_options import SEEDS, SIZES, SWITCHES, Wrong

sample, booleans = strategies.sampled_from, strategies.booleans
SPLIT = "test[:50]"


@dataclasses.dataclass(frozen=True)
class HelperCase:
    """A call of one of `HELPERS`.

    Args:
        kind: Which.
        options: What it is given.
        seed: Fixes what it is used on.
        wrong: An option that is wrong, if there is one.
    """

    kind: str
    options: dict[str, Any]
    seed: int
    wrong: Wrong | None


@dataclasses.dataclass(frozen=True)
class Helper:
    """A public function or class.

    Args:
        function: Itself.
        options: Strategies of its options.
        check: Uses what it returns, and compares with NumPy. Takes that, the options
            and a random generator.
        names: Those of its options that can be wrong.
    """

    function: Callable[..., Any]
    options: Mapping[str, Any]
    check: Callable[[Any, dict[str, Any], np.random.Generator], None]
    wrong: Mapping[str, tuple[Any, ...]]


@strategies.composite
def helper_cases(draw: Any) -> HelperCase:
    """Calls with options, of which at most one is wrong."""
    kind = draw(sample(list(HELPERS)))
    helper = HELPERS[kind]
    wrong = None
    if draw(strategies.integers(0, 2)) == 0:
        name = draw(sample(list(helper.wrong)))
        wrong = Wrong(name, draw(sample(helper.wrong[name])))
    options = {name: draw(values) for name, values in helper.options.items()}
    return HelperCase(kind, options, draw(strategies.integers(0, 2**16)), wrong)


def check_helper(case: HelperCase) -> str:
    """Calls it; compares what it does with NumPy, or reads the error."""
    helper = HELPERS[case.kind]
    options = dict(case.options)
    if case.wrong is not None:
        options[case.wrong.name] = case.wrong.value
    try:
        made = helper.function(**options)
    except Exception as error:
        if case.wrong is None:
            raise AssertionError(f"right options were refused: {error}") from error
        return documented(error, case.wrong.name)
    assert case.wrong is None, "a wrong option was taken without a word"
    helper.check(made, options, np.random.default_rng(case.seed))
    return "right"


def _check_line(line: Any, options: dict[str, Any], random: Any) -> None:
    # The noise does not depend on the line.
    kept = {name: options[name] for name in ("samples", "batch_size", "seed")}
    noise = keras_mlp.data.noisy_line(**kept, kernel=0.0, bias=0.0)
    count, size = options["samples"], options["batch_size"]
    batches, others = list(line), list(noise)
    assert [len(x) for x, _ in batches] == [
        min(size, count - begin) for begin in range(0, count, size)
    ]
    for (x, y), (same, rest) in zip(batches, others, strict=True):
        np.testing.assert_array_equal(x, same)
        expected = options["kernel"] * x.numpy().astype("float64")
        expected += options["bias"] + rest.numpy()
        np.testing.assert_allclose(y, expected, rtol=1e-5, atol=1e-4)


def _check_images(layer: Any, options: dict[str, Any], random: Any) -> None:
    sizes = random.integers(1, 6, random.integers(2, 4))
    images = random.integers(0, 256, (random.integers(0, 4), *sizes))
    images = images.astype(random.choice(["uint8", "int32", "float32", "float64"]))
    outputs = layer(images)
    expected = images.astype("float32")
    if options["scale"]:
        expected = expected / np.float32(255)
    shape = images.shape if images.ndim == 4 else (*images.shape, 1)
    if options["flatten"]:
        shape = (len(images), int(np.prod(shape[1:])))
    assert tuple(outputs.shape) == shape
    assert layer.compute_output_shape(images.shape) == shape
    if images.dtype.kind == "f":
        np.testing.assert_allclose(outputs, expected.reshape(shape), rtol=1e-6)
    else:
        np.testing.assert_array_equal(outputs, expected.reshape(shape))
    if len(images):
        other = [images[0, 0], images > 3, images[..., None, None]]
        wrong = other[random.integers(len(other))]
        try:
            layer(wrong)
        except Exception as error:
            documented(error, "uint8 images", "expected images")
        else:
            raise AssertionError(f"taken: {wrong.dtype} {wrong.shape}")


def _check_batch(function: Any, options: dict[str, Any], random: Any) -> None:
    images = random.integers(0, 256, (3, 2, 2, 1)).astype("uint8")
    labels = random.integers(0, 4, 3)
    x, y = function(tf.constant(images), tf.constant(labels))
    expected = images.astype("float32") / np.float32(255 if options["scale"] else 1)
    shape = (3, 4) if options["flatten"] else (3, 2, 2, 1)
    np.testing.assert_array_equal(x, expected.reshape(shape))
    classes = options["num_classes"]
    np.testing.assert_array_equal(y, labels if classes is None else np.eye(4)[labels])


def _optimizer(**options: Any) -> Any:
    clip = options.pop("clip")
    if clip is not None:
        options[clip] = 0.5
    decay = options.pop("decay")
    rate = options["learning_rate"]
    if decay and isinstance(rate, float) and 0 <= rate <= 1:
        options["learning_rate"] = keras.optimizers.schedules.ExponentialDecay(
            rate, 2, 0.5
        )
    return keras_mlp.optimizers.GradientDescent(**options)


def _check_descent(optimizer: Any, options: dict[str, Any], random: Any) -> None:
    shapes = [(3, 2), (2,), ()]
    values = [random.normal(size=shape) for shape in shapes]
    variables = [keras.Variable(value, dtype="float32") for value in values]
    for step in range(random.integers(1, 4)):
        gradients = [random.normal(size=shape) for shape in shapes]
        optimizer.apply([tf.constant(g, tf.float32) for g in gradients], variables)
        rate = options["learning_rate"] * (0.5 ** (step / 2) if options["decay"] else 1)
        norms = [np.sqrt((gradient**2).sum()) for gradient in gradients]
        if options["clip"] == "clipvalue":
            gradients = [np.clip(gradient, -0.5, 0.5) for gradient in gradients]
        elif options["clip"] is not None:
            if options["clip"] == "global_clipnorm":
                norms = [np.sqrt(sum(norm**2 for norm in norms))] * len(norms)
            gradients = [
                gradient * min(1, 0.5 / norm)
                for gradient, norm in zip(gradients, norms, strict=True)
            ]
        decay = 1 - rate * (options["weight_decay"] or 0)
        values = [
            value * decay - rate * gradient
            for value, gradient in zip(values, gradients, strict=True)
        ]
    for variable, value in zip(variables, values, strict=True):
        np.testing.assert_allclose(variable, value, rtol=1e-4, atol=1e-5)


def _check_batch_loss(metric: Any, options: dict[str, Any], random: Any) -> None:
    copy = type(metric).from_config(metric.get_config())
    for _ in range(2):
        count = random.integers(1, 5)
        y, p = random.normal(size=(2, count, 3))
        weights = random.uniform(size=count) if random.integers(2) else None
        copy.update_state(y, p, sample_weight=weights)
    each = ((y - p) ** 2).mean(axis=-1) * (1 if weights is None else weights)
    np.testing.assert_allclose(copy.result(), each.mean(), rtol=1e-5)


def _check_step_losses(callback: Any, options: dict[str, Any], random: Any) -> None:
    losses = random.normal(size=(2, 7))
    for epoch, row in enumerate(losses):
        callback.on_epoch_begin(epoch)
        for batch, loss in enumerate(row):
            callback.on_train_batch_end(batch, {"batch_loss": loss})
    assert callback.epochs == losses[:, :: options["every"]].tolist()


@functools.cache
def _raw() -> tuple[np.ndarray, np.ndarray]:
    """The embedded images and labels, as TFDS reads them."""
    builder = tfds.builder_from_directory(
        str(next(EMBEDDED_DIRECTORY.glob("**/1.0.0"), EMBEDDED_DIRECTORY))
    )
    pairs = list(tfds.as_numpy(builder.as_dataset(SPLIT, as_supervised=True)))
    return tuple(np.stack(part) for part in zip(*pairs, strict=True))


def _check_loaded(data: Any, options: dict[str, Any], random: Any) -> None:
    images, labels = _raw()
    count, size = len(labels), options["batch_size"]
    if options["shuffle"]:
        order = tf.random.experimental.stateless_shuffle(
            tf.range(count, dtype="int64"), (options["seed"], 0), alg="philox"
        ).numpy()
        images, labels = images[order], labels[order]
    x = images.astype("float32") / np.float32(255 if options["scale"] else 1)
    x = x.reshape(count, -1) if options["flatten"] else x
    y = np.eye(10)[labels] if options["one_hot"] else labels
    stop = count // size * size if options["drop_remainder"] else count
    expected = [slice(i, min(i + size, stop)) for i in range(0, stop, size)]
    batches = list(data.as_numpy_iterator())
    assert len(batches) == len(expected) == len(data)
    for (one, other), part in zip(batches, expected, strict=True):
        np.testing.assert_array_equal(one, x[part])
        np.testing.assert_array_equal(other, y[part])


_FLOATS = strategies.floats(-5, 5, width=32)

HELPERS = {
    "noisy_line": Helper(
        keras_mlp.data.noisy_line,
        {
            "samples": strategies.integers(1, 40),
            "batch_size": strategies.integers(1, 50),
            "kernel": _FLOATS,
            "bias": _FLOATS,
            "seed": strategies.integers(0, 2**31),
        },
        _check_line,
        {
            "samples": SIZES,
            "batch_size": SIZES,
            "kernel": (float("nan"), "3", None),
            "bias": (float("inf"), "", (1.0,)),
            "seed": SEEDS,
        },
    ),
    "ImagePreprocessing": Helper(
        keras_mlp.data.ImagePreprocessing,
        {"flatten": booleans(), "scale": booleans()},
        _check_images,
        {"flatten": SWITCHES, "scale": SWITCHES},
    ),
    "BatchPreprocessing": Helper(
        keras_mlp.data.BatchPreprocessing,
        {"flatten": booleans(), "scale": booleans(), "num_classes": sample([None, 4])},
        _check_batch,
        {
            "flatten": SWITCHES,
            "scale": SWITCHES,
            "num_classes": tuple(size for size in SIZES if size is not None),
        },
    ),
    "GradientDescent": Helper(
        _optimizer,
        {
            "learning_rate": strategies.floats(0, 1, width=32),
            "clip": sample([None, "clipnorm", "clipvalue", "global_clipnorm"]),
            "weight_decay": sample([None, 0.1]),
            "decay": booleans(),
        },
        _check_descent,
        {"learning_rate": (float("nan"), float("inf"), -0.1, "0.1", None, (0.1,))},
    ),
    "BatchLoss": Helper(
        keras_mlp.metrics.BatchLoss,
        {"loss": strategies.builds(keras.losses.MeanSquaredError)},
        _check_batch_loss,
        {"loss": ("mse", None, 3, keras.losses.mean_squared_error)},
    ),
    "StepLosses": Helper(
        keras_mlp.callbacks.StepLosses,
        {"every": strategies.integers(1, 9)},
        _check_step_losses,
        {"every": SIZES, "show": SWITCHES},
    ),
    "load": Helper(
        functools.partial(keras_mlp.data.load, "mnist_5k", SPLIT),
        {
            "batch_size": strategies.integers(1, 50),
            "seed": strategies.integers(0, 2**40),
            **dict.fromkeys(
                ("flatten", "scale", "one_hot", "shuffle", "drop_remainder"),
                booleans(),
            ),
        },
        _check_loaded,
        {
            "batch_size": SIZES,
            "seed": SEEDS,
            "image_size": (28, (28,), (28, 0), (28.5, 28), "28", (28, 28, 1)),
            "split": ("nonsense", "test[:0]", "test[", "", "val", 3),
            **dict.fromkeys(
                (
                    *("flatten", "scale", "one_hot", "shuffle", "drop_remainder"),
                    *("source_order", "in_memory"),
                ),
                SWITCHES,
            ),
        },
    ),
}
