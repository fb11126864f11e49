"""Spectral normalization keeps a network from bending sharply.

Thirty noisy points of a gentle curve. A large network bends to reach each of them.
With `spectral_normalization` no hidden layer can stretch its inputs, so the curve stays
gentle.
"""

import keras
import numpy as np
from matplotlib.figure import Figure

import keras_mlp

generator = np.random.default_rng(0)
x = np.sort(generator.uniform(-3, 3, (30, 1))).astype("float32")
y = np.sin(x) + generator.normal(0, 0.3, x.shape).astype("float32")
line = np.linspace(-3, 3, 400, dtype="float32")[:, None]


def fitted(**options):
    """Returns the curve of a trained network."""
    keras.utils.set_random_seed(0)
    block = keras_mlp.layers.MLP([128, 128], "relu", **options)
    model = keras_mlp.Sequential([block, keras_mlp.layers.Dense(1)])
    model.compile(keras.optimizers.Adam(0.005), "mse")
    model.fit(x, y, epochs=500, batch_size=30, verbose=0)
    return model.predict(line, verbose=0)


curves = {"plain": fitted(), "normalized": fitted(spectral_normalization=True)}
steepest = {
    name: float(np.abs(np.diff(curve[:, 0]) / np.diff(line[:, 0])).max())
    for name, curve in curves.items()
}
assert steepest["normalized"] < 0.7 * steepest["plain"]

figure = Figure(figsize=(6.4, 3.6), layout="constrained")
axes = figure.subplots()
axes.plot(x, y, "o", color="0.4", label="examples")
for (name, curve), style in zip(curves.items(), ("--", "-"), strict=True):
    label = f"{name}, slope up to {steepest[name]:.1f}"
    axes.plot(line, curve, style, label=label)
axes.legend(frameon=False)
figure.savefig("spectral.png", dpi=120)
