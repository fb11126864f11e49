"""The models and builders, with any options: predictions and evaluations."""

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np
from hypothesis import strategies

import keras_mlp
from torturing.model_cases import numpy_layers
from torturing.model_cases.documented import documented
from torturing.model_cases.layers import (
    HIDDEN,
    SILENT,
    TAME,
    draw_weights,
    mlp_layers,
    weights_of,
)
from torturing.model_cases.numpy_layers import ACTIVATIONS, sigmoid, softmax
from torturing.model_cases.wrong_options import Wrong, wrong_options

builders, models = keras_mlp.builders, keras_mlp.models

MAKERS: Mapping[str, Any] = {
    "sequential_mlp": builders.sequential_mlp,
    "functional_mlp": builders.functional_mlp,
    "MLPClassifier": models.MLPClassifier,
    "MLPRegressor": models.MLPRegressor,
    "MLPAutoencoder": models.MLPAutoencoder,
    "LinearRegression": models.LinearRegression,
    "ConvAutoencoder": models.ConvAutoencoder,
    "conv_autoencoder": builders.conv_autoencoder,
    "sequential_conv": builders.sequential_conv,
}
IMAGE = (28, 28, 1)

_BUILT = ("activation", "final_activation", "seed", "kernel_initializer")
_BLOCK = (*SILENT, *HIDDEN, "use_bias", "use_final_bias", "seed", "hidden_units")
_MLP = (*_BLOCK, "final_activation", "preprocessing", "standardize")
OPTIONS: Mapping[str, tuple[str, ...]] = {
    "sequential_mlp": (*_BUILT, "bias_initializer", "input_shape", "units"),
    "functional_mlp": (
        *(*_BUILT, "bias_initializer", "input_shape", "hidden_units"),
        "num_classes",
    ),
    "MLPClassifier": (*_MLP, "num_classes", "class_names"),
    "MLPRegressor": (*_MLP, "num_outputs"),
    "MLPAutoencoder": (*_BLOCK, "final_activation", "tied", "code_activation"),
    "LinearRegression": ("initial_kernel", "initial_bias"),
    "ConvAutoencoder": ("seed",),
    "conv_autoencoder": ("seed", "composed"),
    "sequential_conv": ("seed", "input_shape"),
}


@dataclasses.dataclass(frozen=True)
class ModelCase:
    """A model and what it is given.

    Args:
        kind: One of `MAKERS`.
        arguments: What it is made with.
        shape: Shape of an example.
        count: Number of examples.
        batch_size: Examples in a batch.
        eager: Whether its steps run eagerly.
        weighted: Whether the examples have weights.
        adapted: Whether it is adapted to the data.
        seed: Fixes weights and examples.
        wrong: An option that is wrong, if there is one.
    """

    kind: str
    arguments: dict[str, Any]
    shape: tuple[int, ...]
    count: int
    batch_size: int
    eager: bool
    weighted: bool
    adapted: bool
    seed: int
    wrong: Wrong | None


@strategies.composite
def model_cases(draw: Any) -> ModelCase:
    """Models with options, of which at most one is wrong, and examples."""
    sample, booleans = strategies.sampled_from, strategies.booleans
    sizes = strategies.integers(1, 4)
    # The last four are large, or have no options.
    names = list(MAKERS)
    kind = draw(sample([*names[:5], *names]))
    hidden_units = draw(strategies.lists(sizes, max_size=2))
    shape = tuple(draw(strategies.lists(sizes, min_size=1, max_size=2)))
    arguments: dict[str, Any] = {"seed": draw(sample([None, 0, 5]))}
    per_layer = 0
    if kind in ("sequential_mlp", "functional_mlp"):
        arguments["activation"] = draw(sample(TAME))
        arguments["final_activation"] = draw(sample(TAME))
        arguments["input_shape"] = shape
        if kind == "sequential_mlp":
            arguments["units"] = [*hidden_units, draw(sizes)]
            if draw(booleans()):
                del arguments["input_shape"]
        else:
            arguments |= {"hidden_units": hidden_units, "num_classes": draw(sizes)}
    elif kind.startswith("MLP"):
        arguments["hidden_units"] = hidden_units
        per_layer = len(hidden_units) + 1
        for name, values in {**HIDDEN, **SILENT}.items():
            # Penalties would be part of the loss.
            if "regularizer" not in name and draw(booleans()):
                value = draw(values)
                arguments[name] = "relu" if value == "prelu" else value
        arguments["final_activation"] = draw(sample(TAME))
        if kind == "MLPClassifier":
            classes = arguments["num_classes"] = draw(sizes)
            probable = "sigmoid" if classes == 1 else "softmax"
            arguments["final_activation"] = draw(sample([None, probable]))
            if draw(booleans()):
                arguments["class_names"] = list("abcd"[: max(2, classes)])
        elif kind == "MLPRegressor":
            arguments["num_outputs"] = draw(sizes)
        else:
            arguments["hidden_units"] = [*hidden_units, draw(sizes)]
            arguments["tied"] = draw(booleans())
            arguments["code_activation"] = draw(sample(TAME))
            per_layer = len(hidden_units) + 1
    elif kind == "LinearRegression":
        numbers = strategies.floats(-5, 5, width=32)
        arguments = {"initial_kernel": draw(numbers), "initial_bias": draw(numbers)}
    elif kind == "sequential_conv":
        pixels = strategies.integers(13, 20)
        shape = arguments["input_shape"] = (draw(pixels), draw(pixels), draw(sizes))
    else:
        shape = IMAGE
        if kind == "conv_autoencoder":
            arguments["composed"] = draw(booleans())
    wrong = None
    if draw(strategies.integers(0, 2)) == 0:
        wrong = draw(wrong_options(OPTIONS[kind], per_layer))
    return ModelCase(
        kind=kind,
        arguments=arguments,
        shape=shape,
        count=draw(strategies.integers(1, 3 if len(shape) == 3 else 12)),
        batch_size=draw(strategies.integers(1, 13)),
        eager=draw(booleans()),
        weighted=draw(booleans()),
        adapted=draw(booleans()),
        seed=draw(strategies.integers(0, 2**16)),
        wrong=wrong,
    )


def check_model(case: ModelCase) -> str:
    """Makes the model, predicts and evaluates; compares with NumPy."""
    arguments = dict(case.arguments)
    if case.wrong is not None:
        value = case.wrong.value
        if case.wrong.name == "units":
            value = [2, 0 if isinstance(value, tuple) else value]
        arguments[case.wrong.name] = value
    try:
        model = MAKERS[case.kind](**arguments)
        if case.kind == "conv_autoencoder":
            model = model.autoencoder
    except Exception as error:
        if case.wrong is None:
            raise AssertionError(f"right options were refused: {error}") from error
        return documented(error, case.wrong.name)
    assert case.wrong is None, "a wrong option was taken without a word"
    random = np.random.default_rng(case.seed)
    x = random.normal(2, 1.5, (case.count, *case.shape)).astype("float32")
    y = _targets(case, random)
    if case.adapted and case.kind == "MLPClassifier":
        model.adapt(x)
    elif case.adapted and case.kind == "MLPRegressor":
        model.adapt(x, y)
    if not model.built:
        model.build((None, *case.shape))
    parts = [getattr(model, name, None) for name in ("mlp", "encoder", "decoder")]
    if case.kind.startswith("MLP"):
        draw_weights([part for part in parts if part is not None], random)
    elif case.kind.endswith("_mlp"):
        draw_weights([model], random)
    expected, moments = _outputs(case, model, x, y)
    options = {"run_eagerly": case.eager}
    if case.kind.startswith("MLP"):
        model.compile("sgd", **options)
    else:
        model.compile("sgd", "mse", metrics=["mae"], **options)
    outputs = model.predict(x, batch_size=case.batch_size, verbose=0)
    scale = max(1.0, np.abs(expected).max())
    close = {"rtol": 1e-4, "atol": 2e-5 * scale}
    np.testing.assert_allclose(outputs, expected, **close)
    if case.kind == "sequential_conv":
        return "right"
    weights = None
    if case.weighted:
        weights = random.choice(
            [0.0, 1.0, 2.5], (case.count, *[1] * (len(case.shape) - 1))
        )
    logs = model.evaluate(
        x, y, case.batch_size, verbose=0, sample_weight=weights, return_dict=True
    )
    loss, metric = _evaluation(case, y, expected, weights, moments)
    close = {"rtol": 2e-4, "atol": 5e-5 * scale**2}
    np.testing.assert_allclose(logs["loss"], loss, **close)
    if metric is not None:
        [found] = (logs[name] for name in logs if name != "loss")
        np.testing.assert_allclose(found, metric, **close)
    if case.kind == "MLPClassifier":
        _check_answers(case, model, x, expected)
    return "right"


def _targets(case: ModelCase, random: np.random.Generator) -> np.ndarray:
    arguments, count = case.arguments, case.count
    axes = (count, *case.shape[:-1])
    if case.kind == "MLPClassifier":
        classes = arguments["num_classes"]
        labels = random.integers(0, max(2, classes), axes)
        return labels[..., None] if classes == 1 else labels
    width = case.shape[-1]
    if case.kind.endswith("_mlp"):
        width = arguments.get("num_classes") or arguments["units"][-1]
    width = arguments.get("num_outputs", width)
    y = random.normal(3, 2, (*axes, width))
    if case.kind == "MLPRegressor" and width == 1 and case.weighted:
        return y[..., 0]
    return y


def _moments(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Returns mean and deviation of each feature, 1 for constant ones."""
    rows = values.reshape(-1, values.shape[-1])
    mean, deviation = rows.mean(axis=0), rows.std(axis=0)
    constant = deviation <= np.abs(mean) * np.finfo("float32").eps
    return mean, np.where(constant, 1.0, deviation)


def _outputs(
    case: ModelCase, model: Any, x: np.ndarray, y: np.ndarray
) -> tuple[np.ndarray, Any]:
    """Returns what the model must predict, and the moments of its targets."""
    x, arguments, moments = x.astype("float64"), case.arguments, None
    if case.kind.endswith("_mlp"):
        names = [arguments["activation"]] * (len(model.layers))
        names[-1] = arguments["final_activation"]
        layers = [layer for layer in model.layers if layer.weights]
        for layer, name in zip(layers, names[-len(layers) :], strict=True):
            x = ACTIVATIONS[name](numpy_layers.dense(x, weights_of(layer)))
        return x, None
    if case.kind == "LinearRegression":
        kernel, bias = (np.float32(value) for value in arguments.values())
        return kernel * x + bias, None
    weights = [weight.astype("float64") for weight in model.get_weights()]
    if case.kind == "sequential_conv":
        x = numpy_layers.convolution(x, *weights[:2], stride=2)
        return numpy_layers.max_pooling(
            numpy_layers.convolution(x, *weights[2:]), 3
        ), None
    if case.kind in ("conv_autoencoder", "ConvAutoencoder"):
        code = numpy_layers.conv_encoder(x, weights[:8])
        return numpy_layers.conv_decoder(code, weights[8:]), None
    if case.kind == "MLPAutoencoder":
        first = {layer.name: weights_of(layer) for layer in model.encoder.layers}
        second = {layer.name: weights_of(layer) for layer in model.decoder.layers}
        units = arguments["hidden_units"]
        code = {**arguments, "final_activation": arguments["code_activation"]}
        x = numpy_layers.mlp(x, mlp_layers(units, code), first)
        tied = first if arguments["tied"] else None
        return numpy_layers.mlp(x, mlp_layers(units, arguments), second, tied), None
    if case.adapted:
        mean, deviation = _moments(x)
        x = (x - mean) / deviation
    inside = {layer.name: weights_of(layer) for layer in model.mlp.layers}
    units = [*arguments["hidden_units"], None]
    x = numpy_layers.mlp(x, mlp_layers(units, arguments), inside)
    if case.adapted and case.kind == "MLPRegressor":
        moments = _moments(y.reshape(x.shape))
        x = x * moments[1] + moments[0]
    return x, moments


def _evaluation(
    case: ModelCase, y: np.ndarray, outputs: np.ndarray, weights: Any, moments: Any
) -> tuple[float, float | None]:
    """Returns loss and metric."""
    if case.kind == "MLPClassifier":
        logits = case.arguments["final_activation"] is None
        if outputs.shape[-1] == 1:
            p = sigmoid(outputs) if logits else outputs
            p = np.concatenate([1 - p, p], axis=-1)
        else:
            p = softmax(outputs) if logits else outputs
        labels = y.reshape(p.shape[:-1])
        right = np.take_along_axis(p, labels[..., None], axis=-1)[..., 0]
        # Keras goes back to the logits that probabilities were made of.
        each = -np.log(right)
        values = p.argmax(axis=-1) == labels
    else:
        y = y.reshape(outputs.shape)
        shift = 1.0 if moments is None else moments[1]
        each = (((y - outputs) / shift) ** 2).mean(axis=-1)
        values = np.abs(y - outputs).mean(axis=-1)
    loss = (each if weights is None else each * weights).mean()
    if case.kind == "MLPAutoencoder":
        return float(loss), None
    return float(loss), float(values.mean())


def _check_answers(case: ModelCase, model: Any, x: np.ndarray, outputs: Any) -> None:
    """Compares probabilities and classes."""
    proba = model.predict_proba(x, batch_size=case.batch_size, verbose=0)
    logits = case.arguments["final_activation"] is None
    if outputs.shape[-1] == 1:
        second = sigmoid(outputs) if logits else outputs
        expected = np.concatenate([1 - second, second], axis=-1)
    else:
        expected = softmax(outputs) if logits else outputs
    np.testing.assert_allclose(proba, expected, rtol=1e-3, atol=1e-5)
    classes = model.predict_classes(x, batch_size=case.batch_size, verbose=0)
    names = case.arguments.get("class_names")
    numbers = proba.argmax(axis=-1)
    np.testing.assert_array_equal(
        classes, numbers if names is None else np.array(names)[numbers]
    )
