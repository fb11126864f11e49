"""TabM computes what its authors' package does, on the arrays of tests/reference."""

from pathlib import Path

import keras
import numpy as np
import pytest

from keras_mlp import models
from keras_mlp.data import CategoryColumn, NumberColumn, TabularPreprocessing
from keras_mlp.layers import PiecewiseLinearEmbedding
from keras_mlp.models.tabm.quantiles.quantile_transform import QuantileTransform

REFERENCE = Path(__file__).parents[2] / "reference"
CASES = {
    "tabm_classifier": ("tabm", True, False),
    "tabm_regressor_embedded": ("tabm", False, True),
    "tabm_mini_classifier_embedded": ("mini", True, True),
    "tabm_mini_regressor": ("mini", False, False),
}
# Of torch's names of variables, and of those that Keras has in another order.
NAMES = {
    "dense_0/input_scale": "backbone.blocks.0.0.r",
    "embedding/kernel": "num_module.linear.weight",
    "embedding/slope": "num_module.linear0.weight",
    "embedding/bias": "num_module.linear0.bias",
}


def close(found, expected):
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5)


def torch_name(path, variant, layers):
    """The authors' name of a variable."""
    *_, layer, weight = path.split("/")
    if layer == "embedding":
        return NAMES[f"{layer}/{weight}"]
    number = int(layer.removeprefix("dense_"))
    if number == layers:
        return f"output.{'weight' if weight == 'kernel' else weight}"
    if variant == "mini" and weight == "input_scale":
        return "backbone.affine.weight"
    names = {"kernel": "weight", "input_scale": "r", "output_scale": "s"}
    return f"backbone.blocks.{number}.0.{names.get(weight, weight)}"


def table(arrays):
    columns = {f"n{i}": values for i, values in enumerate(arrays["numbers"].T)}
    categories = arrays["categories"].astype("int64").astype(str)
    return columns | {f"c{i}": values for i, values in enumerate(categories.T)}


def columns(arrays):
    """Columns whose one-hot inputs are those of tabm, without what it has not."""
    numbers = NumberColumn(scaling="none", indicator=False)
    sizes = arrays["categories"].max(axis=0).astype(int) + 1
    return TabularPreprocessing(
        {f"n{i}": numbers for i in range(3)}
        | {
            f"c{i}": CategoryColumn(
                vocabulary=[str(code) for code in range(size)], encoding="one_hot"
            )
            for i, size in enumerate(sizes)
        }
    )


@pytest.fixture(scope="module", params=CASES)
def case(request):
    """The arrays of a case, and the model that is to compute them."""
    variant, is_classifier, is_embedded = CASES[request.param]
    arrays = dict(np.load(REFERENCE / f"{request.param}.npz"))
    layers = 2 if is_embedded else 3
    embedding = None
    if is_embedded:
        edges = [arrays[f"bins/{i}"].tolist() for i in range(3)]
        embedding = PiecewiseLinearEmbedding(4, bins=5, edges=edges, name="embedding")
    options = {
        "variant": variant,
        "ensemble_size": 4,
        "hidden_units": [8] * layers,
        "dropout": 0.0,
        "scaling": "none",
        "embedding": embedding,
        "preprocessing": columns(arrays),
    }
    if is_classifier:
        model = models.TabMClassifier(3, **options)
    else:
        model = models.TabMRegressor(1, **options)
    model(table(arrays))
    return arrays, model, variant, layers


def set_weights(case, group="weights"):
    for variable, value in zip(trained(case), expected(case, group), strict=True):
        variable.assign(value)


def trained(case):
    return case[1].trainable_variables


def places_of_inputs(case):
    """Where tabm's inputs are among ours, which say what is missing or unknown too."""
    arrays, model, _, _ = case
    numbers = 3 * model.table_inputs.number_width
    sizes = arrays["categories"].max(axis=0).astype(int) + 1
    places, start = [*range(numbers)], numbers
    for size in sizes:
        places += range(start + 2, start + 2 + size)
        start += 2 + size
    return places, start


def expected(case, group):
    """The arrays of a group, in the order and the layout of our variables."""
    arrays, _, variant, layers = case
    found = []
    for variable in trained(case):
        name = torch_name(variable.path, variant, layers)
        value = arrays[f"{group}/{name}"]
        if ".0.weight" in name and "backbone.blocks" in name:
            value = value.T
        found.append(value)
    return [
        spread(case, variable, value)
        for variable, value in zip(trained(case), found, strict=True)
    ]


def spread(case, variable, value):
    """Gives inputs that tabm has not the weight zero, or the factor of ours."""
    places, width = places_of_inputs(case)
    if "dense_0/kernel" in variable.path:
        full = np.zeros((width, value.shape[1]), "float32")
        full[places] = value
        return full
    if "dense_0/input_scale" in variable.path:
        full = np.zeros((len(value), width), "float32")
        full[:, places] = value
        return full
    return value


def test_forward(case):
    arrays, model, _, _ = case
    set_weights(case)
    outputs = model(table(arrays))
    if isinstance(model, models.TabMClassifier):
        outputs = keras.ops.softmax(outputs)
    close(outputs, arrays["predictions"])


@pytest.mark.long_after(3)
@pytest.mark.parametrize("clip", ["", "clipped/"])
def test_two_steps(case, clip):
    arrays, model, _, _ = case
    set_weights(case)
    model.compile(run_eagerly=True)
    assert (model.optimizer.weight_decay, model.optimizer.epsilon) == (3e-4, 1e-8)
    assert model.optimizer.global_clipnorm == 1.0
    model.optimizer.global_clipnorm = 0.05 if clip else None
    x, y = table(arrays), arrays["targets"]
    for step in (1, 2):
        # Keras adds it to the root of the second moment before, torch after that is
        # corrected for its start at zero. Only gradients below 1e-5 tell.
        model.optimizer.epsilon = 1e-8 * np.sqrt(1 - 0.999**step)
        loss = model.train_on_batch(x, y, return_dict=True)["loss"]
        if step == 1:
            close(loss, arrays["loss"])
        pairs = zip(trained(case), expected(case, f"{clip}step{step}"), strict=True)
        for variable, value in pairs:
            close(variable, value)


def test_quantile_transform():
    arrays = np.load(REFERENCE / "quantile_transform.npz")
    layer = QuantileTransform()
    layer.adapt(arrays["adapted"])
    close(layer(arrays["numbers"]), arrays["example/transformed"])


@pytest.mark.parametrize("version", ["A", "B"])
@pytest.mark.parametrize("activation", [None, "relu"])
def test_piecewise_linear_embedding(version, activation):
    arrays = np.load(REFERENCE / "piecewise_linear.npz")
    layer = PiecewiseLinearEmbedding(4, 6, version, activation)
    layer.adapt(arrays["adapted"])
    for feature, edges in enumerate(layer.edges):
        close(edges, arrays[f"bins/{feature}"])
    group = version if activation is None else f"{version}-{activation}"
    layer.build(arrays["numbers"].shape)
    names = {"kernel": "linear.weight", "bias": "linear.bias"}
    if version == "B":
        names |= {"slope": "linear0.weight", "bias": "linear0.bias"}
    for variable in layer.trainable_variables:
        variable.assign(arrays[f"{group}/weights/{names[variable.name]}"])
    close(layer(arrays["numbers"]), arrays[f"{group}/outputs"])
