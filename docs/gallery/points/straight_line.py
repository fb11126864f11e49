"""One layer can only draw straight lines.

Two spirals lie inside each other. A network without hidden units cuts the plane in two
halves, and is little better than a coin.
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

model = keras_mlp.models.MLPClassifier(2, [], seed=0)
model.compile(keras.optimizers.Adam(0.05), metrics=["accuracy"])
model.fit(x, y, epochs=40, batch_size=32, verbose=0)
accuracy = model.evaluate(x, y, return_dict=True, verbose=0)["accuracy"]
assert accuracy < 0.8

title = f"No hidden layer: {accuracy:.0%} right"
report.plot_boundary(model, x, y, "straight_line.png", title=title)
