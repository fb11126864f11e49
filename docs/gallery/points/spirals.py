"""Two hidden layers wind themselves around a spiral.

The same 400 points, two hidden layers of 32 units, a few seconds of training: nearly
every point is on its side of the boundary.
"""

import keras
import numpy as np

import keras_mlp
from keras_mlp import report

generator = np.random.default_rng(0)
turn = np.tile(np.linspace(0.5, 3 * np.pi, 200), 2)
y = np.repeat([0, 1], 200)
x = np.stack([np.cos(turn + np.pi * y), np.sin(turn + np.pi * y)], axis=1)
x = (x * turn[:, None] / 5 + generator.normal(0, 0.06, (400, 2))).astype("float32")

model = keras_mlp.models.MLPClassifier(2, [32, 32], seed=0)
model.compile(keras.optimizers.Adam(0.01), metrics=["accuracy"])
model.fit(x, y, epochs=150, batch_size=32, verbose=0)
accuracy = model.evaluate(x, y, return_dict=True, verbose=0)["accuracy"]
assert accuracy > 0.97

title = f"Two hidden layers of 32: {accuracy:.0%} right"
report.plot_boundary(model, x, y, "spirals.png", title=title)
