"""Sixteen networks in one are better than most of them.

Each thin line is one member of the ensemble. All have learned from the same noisy
points, from other first weights. The thick line is their mean.
"""

import keras
import numpy as np
from matplotlib.figure import Figure

import keras_mlp

generator = np.random.default_rng(0)
x = generator.uniform(-3, 3, (80, 1)).astype("float32")
y = np.sin(2 * x) + generator.normal(0, 0.3, x.shape).astype("float32")
line = np.linspace(-3, 3, 300, dtype="float32")[:, None]
truth = np.sin(2 * line)[:, 0]

keras.utils.set_random_seed(0)
members = keras_mlp.Sequential(
    [
        keras_mlp.layers.MLP([32, 32], "relu", ensemble=16),
        keras_mlp.layers.EnsembleDense(1, 16),
    ]
)
members.compile(keras.optimizers.Adam(0.01), "mse")
members.fit(x, np.repeat(y[:, None, :], 16, axis=1), epochs=150, verbose=0)
curves = members.predict(line, verbose=0)[..., 0]
mean = curves.mean(axis=1)
errors = np.sqrt(np.mean((curves - truth[:, None]) ** 2, axis=0))
error = np.sqrt(np.mean((mean - truth) ** 2))
assert error < np.median(errors)

figure = Figure(figsize=(6.4, 3.6), layout="constrained")
axes = figure.subplots()
axes.plot(x, y, ".", color="0.6")
axes.plot(line, curves, color="#56B4E9", linewidth=0.6)
axes.plot(line, mean, color="#0072B2", linewidth=2.5, label=f"mean, error {error:.2f}")
axes.plot([], [], color="#56B4E9", label=f"members, error {np.median(errors):.2f}")
axes.legend(frameon=False, ncols=2)
figure.savefig("ensemble.png", dpi=120)
