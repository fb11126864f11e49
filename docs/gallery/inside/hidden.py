"""The last hidden layer has sorted the digits.

Each point is a test image, in the two directions in which the hidden values vary most.
The layer after it only has to draw lines between the clouds.
"""

import keras

import keras_mlp
from keras_mlp import report

keras.utils.set_random_seed(0)
layers = [
    keras_mlp.layers.Dense(128, activation="relu"),
    keras_mlp.layers.Dense(32, activation="relu"),
]
model = keras_mlp.Sequential([*layers, keras_mlp.layers.Dense(10)])
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
model.compile("adam", loss, metrics=["accuracy"])
model.fit(keras_mlp.data.load("mnist_5k", batch_size=128, seed=0), epochs=8, verbose=0)

test = keras_mlp.data.load("mnist_5k", "test", batch_size=1000)
images, labels = next(test.as_numpy_iterator())
hidden = keras.Sequential(layers).predict(images, verbose=0)
assert hidden.shape == (1000, 32)

report.plot_hidden(hidden, labels, "hidden.png")
