"""A periodic embedding follows what a plain network smooths away.

Both networks see 400 points of a fast wave, for as many steps. Sines and cosines of the
input, whose frequencies are learned, let the second one follow it.
"""

import keras
import numpy as np
from matplotlib.figure import Figure

import keras_mlp

x = np.linspace(-1, 1, 400, dtype="float32")[:, None]
y = np.sin(25 * x) * (1 - x**2)


def fitted(*first):
    """Returns what a network gives that begins with these layers."""
    keras.utils.set_random_seed(0)
    hidden = [keras_mlp.layers.Dense(64, activation="relu") for _ in range(2)]
    model = keras_mlp.Sequential([*first, *hidden, keras_mlp.layers.Dense(1)])
    model.compile(keras.optimizers.Adam(0.003), "mse")
    model.fit(x, y, epochs=60, batch_size=32, verbose=0)
    return model.predict(x, verbose=0)


plain = fitted()
embedding = keras_mlp.layers.PeriodicEmbedding(16, frequency_scale=1.0)
periodic = fitted(embedding, keras.layers.Flatten())
errors = [float(np.sqrt(np.mean((line - y) ** 2))) for line in (plain, periodic)]
assert errors[1] < errors[0] / 3

figure = Figure(figsize=(6.4, 3.6), layout="constrained")
axes = figure.subplots()
axes.plot(x, y, color="0.75", linewidth=5, label="the wave")
axes.plot(x, plain, "--", color="#D55E00", label=f"plain, error {errors[0]:.2f}")
axes.plot(x, periodic, color="#0072B2", label=f"periodic, error {errors[1]:.2f}")
axes.legend(loc="lower right", frameon=False)
figure.savefig("periodic.png", dpi=120)
