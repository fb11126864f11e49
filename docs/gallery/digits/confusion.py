"""Which digit is taken for which.

The shade counts the mistakes alone: a few pairs of digits that look alike, such as four
and nine, make most of them.
"""

import numpy as np

import keras_mlp
from keras_mlp import report

model = keras_mlp.models.MLPClassifier(10, [128], seed=0)
model.compile()
model.fit(keras_mlp.data.load("mnist_5k", batch_size=128, seed=0), epochs=8, verbose=0)

test = keras_mlp.data.load("mnist_5k", "test", batch_size=1000)
images, labels = next(test.as_numpy_iterator())
probabilities = model.predict_proba(images)
assert np.mean(probabilities.argmax(axis=1) == labels) > 0.9

report.plot_confusion(labels, probabilities, "confusion.png")
