"""Each digit wakes other units.

A row for each of ten images, a column for each unit. Bright units have found something;
with `relu` many of them stay at zero.
"""

import numpy as np

import keras_mlp
from keras_mlp import report

model = keras_mlp.models.MLPClassifier(10, [64, 32], seed=0)
model.compile()
model.fit(keras_mlp.data.load("mnist_5k", batch_size=128, seed=0), epochs=8, verbose=0)

test = keras_mlp.data.load("mnist_5k", "test", batch_size=1000)
images, labels = next(test.as_numpy_iterator())
# One image of each digit, in order.
ten = images[[np.flatnonzero(labels == digit)[0] for digit in range(10)]]
assert ten.shape == (10, 784)

report.plot_activations(model, ten, "activations.png")
