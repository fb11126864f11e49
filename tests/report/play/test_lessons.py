"""The two lessons compute what Keras computes."""

import json

import keras
import numpy as np
import pytest
import tensorflow as tf

import keras_mlp

EXAMPLES = [((1, 0.5), 1), ((-0.5, 1), -1), ((0.8, -1), 0.5), ((-1, -0.6), 0)]


@pytest.fixture
def lesson(browser, digits_page):
    def open_view(name):
        browser.open(digits_page, fragment=f"#{name}")
        return browser

    return open_view


def by_tape(model, x, y):
    """Every number of one step, under the names of the page, by TensorFlow."""
    hidden, output = model.layers
    with tf.GradientTape(persistent=True) as tape:
        z1 = x @ hidden.kernel + hidden.bias
        tape.watch(z1)
        h = hidden.activation(z1)
        tape.watch(h)
        prediction = h @ output.kernel + output.bias
        tape.watch(prediction)
        loss = tf.reduce_mean((prediction - y) ** 2)
    wanted = {"z1": z1, "h": h, "prediction": prediction, "loss": loss}
    of = {"W1": hidden.kernel, "b1": hidden.bias, "W2": output.kernel}
    of |= {"b2": output.bias, "h": h, "z1": z1, "Prediction": prediction}
    for name, of_what in of.items():
        value = getattr(of_what, "value", of_what)
        wanted[f"d{name}"] = tape.gradient(loss, value)
    wanted["slope"] = tape.gradient(h, z1)
    wanted["products1"] = tf.transpose(x) * hidden.kernel
    wanted["products2"] = tf.transpose(h) * output.kernel
    return {name: np.squeeze(value) for name, value in wanted.items()}


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
def test_every_number_of_a_step_is_train_steps(activation, lesson):
    browser = lesson("step")
    browser.evaluate(
        f"kerasMlp.step.settings.activation = {activation!r}; kerasMlp.step.reset()"
    )
    first = browser.evaluate("kerasMlp.step.now()")
    model = keras_mlp.Sequential(
        [
            keras.Input((2,)),
            keras_mlp.layers.Dense(3, activation=activation),
            keras_mlp.layers.Dense(1),
        ]
    )
    model.compile(keras_mlp.optimizers.GradientDescent(0.1), "mean_squared_error")
    weights = [np.array(first[name]) for name in ("W1", "b1", "W2")]
    model.set_weights([*weights[:2], weights[2][:, None], np.array([first["b2"]])])
    for number in range(6):
        (x, y) = EXAMPLES[number % 4]
        x, y = tf.constant([x], tf.float32), tf.constant([[y]], tf.float32)
        found = browser.evaluate("kerasMlp.step.now()")
        for name, value in by_tape(model, x, y).items():
            np.testing.assert_allclose(found[name], value, atol=1e-5, err_msg=name)
        model.train_on_batch(x, y)
        for name, weight in zip(("W1", "b1", "W2", "b2"), model.weights, strict=True):
            np.testing.assert_allclose(
                found["after"][name], np.squeeze(weight), atol=1e-5
            )
        browser.evaluate("kerasMlp.step.run()")


def test_the_lines_of_a_step_run_it(lesson):
    browser = lesson("step")
    marked = "document.querySelectorAll('[aria-current=step]').length"
    title = "document.querySelector('#panel-step h3').textContent"
    begun = browser.evaluate(title)
    after = browser.evaluate("kerasMlp.step.now().after")
    lines = browser.evaluate("document.querySelectorAll('.code li').length")
    for _ in range(lines):
        assert browser.evaluate(title) == begun
        assert browser.evaluate(marked) == 1
        browser.evaluate(
            "[...document.querySelectorAll('button')]"
            ".find(x => x.textContent === 'Next line').click()"
        )
    assert browser.evaluate(title) != begun
    assert browser.evaluate("kerasMlp.step.now().W1") == after["W1"]


OPTIONS = {
    "plain": {"activation": "relu"},
    "batch": {"activation": "tanh", "normalization": "batch"},
    "layer": {"activation": "gelu", "normalization": "layer"},
    "rms": {"activation": "silu", "normalization": "rms"},
    "gate": {"gate": "swiglu", "normalization": "layer"},
    "residual": {"activation": "sigmoid", "residual": True},
    "project": {"activation": "elu", "residual": "project", "gate": "geglu"},
}
DEFAULTS = {"activation": "relu", "dropout": 0, "normalization": None}
DEFAULTS |= {"residual": False, "gate": None}


@pytest.mark.parametrize("name", OPTIONS)
def test_the_page_trains_as_keras_does(name, lesson):
    browser = lesson("boundary")
    options = {**DEFAULTS, **OPTIONS[name]}
    optimizer = "adam" if name in ("plain", "gate") else "sgd"
    model = keras_mlp.Sequential(
        [
            keras.Input((2,)),
            keras_mlp.layers.MLP(
                [5, 5, 3, 1],
                kernel_regularizer=keras.regularizers.L2(0.001),
                seed=0,
                **options,
            ),
        ]
    )
    [block] = model.layers
    random = np.random.default_rng(0)
    x = random.normal(size=(12, 2)).astype("float32")
    y = np.arange(12) % 2
    weights = [weight.numpy().ravel().tolist() for weight in block.trainable_weights]
    found = browser.evaluate(
        f"""(() => {{
        const {{ Perceptron, matrix, randomNumbers }} = kerasMlp.boundary;
        const net = new Perceptron(
          2, [5, 5, 3, 1], {json.dumps(options)}, randomNumbers(1));
        {json.dumps(weights)}.forEach((w, i) => net.weights[i].data.set(w));
        const x = matrix(12, 2);
        x.data.set({x.ravel().tolist()});
        const training = {{ optimizer: "{optimizer}", rate: 0.05, l2: 0.001 }};
        const losses = Array.from({{ length: 5 }}, () =>
          net.trainStep(x, {y.tolist()}, training));
        return [losses, Array.from(net.results(x).at(-1).data), net.weights.length];
        }})()"""
    )
    assert found[2] == len(weights)
    model.compile(
        {"adam": keras.optimizers.Adam, "sgd": keras.optimizers.SGD}[optimizer](0.05),
        keras.losses.BinaryCrossentropy(from_logits=True),
    )
    losses = [float(model.train_on_batch(x, y[:, None])) for _ in range(5)]
    np.testing.assert_allclose(found[0], losses, atol=1e-5)
    np.testing.assert_allclose(
        found[1], np.ravel(model.predict(x, verbose=0)), atol=1e-4
    )


@pytest.mark.parametrize(
    "points",
    [
        pytest.param("circles", marks=pytest.mark.long),
        pytest.param("moons", marks=pytest.mark.long),
        pytest.param("squares", marks=pytest.mark.long),
        "spirals",
    ],
)
def test_the_code_that_it_gives_runs(points, lesson, capsys):
    browser = lesson("boundary")
    code = browser.evaluate(
        "kerasMlp.boundary.kerasCode({ ...kerasMlp.boundary.state, points: "
        f"'{points}', training: {{ optimizer: 'adam', rate: 0.03, l2: 0.0001 }}, "
        "options: { ...kerasMlp.boundary.state.options, normalization: 'layer', "
        "residual: true, dropout: 0.1 } })"
    )
    names = {}
    exec(code.replace("epochs=100", "epochs=1"), names)
    assert names["model"].layers[0].normalization == "layer"
    # The points lie as in the page.
    found = browser.evaluate(
        f"(() => {{ const p = kerasMlp.boundary.makePoints('{points}', 0, 1, 2000);"
        " return [Array.from(p.inputs.data), p.labels]; })()"
    )
    inputs, labels = np.reshape(found[0], (-1, 2)), np.array(found[1])
    for label in (0, 1):
        ours, theirs = inputs[labels == label], names["x"][names["labels"] == label]
        np.testing.assert_allclose(ours.mean(0), theirs.mean(0), atol=0.25)
        np.testing.assert_allclose(ours.std(0), theirs.std(0), atol=0.15)


def test_training_finds_the_boundary(lesson):
    browser = lesson("boundary")
    browser.evaluate(
        "(() => { const one = [...document.querySelectorAll('button')]"
        ".find(x => x.textContent === 'One epoch');"
        " for (let i = 0; i < 60; i += 1) one.click(); })()"
    )
    tally = browser.evaluate(
        "document.querySelector('#panel-boundary .verdict').textContent"
    )
    share = float(tally.split("right ")[1].split(" %")[0])
    assert "After 60 epochs" in tally
    assert share > 95
