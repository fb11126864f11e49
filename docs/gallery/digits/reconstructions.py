"""Sixteen numbers are enough to draw a digit again.

An autoencoder presses 784 pixels into 16 numbers and makes the image again from them.
Fine strokes are lost first.
"""

import keras_mlp
from keras_mlp import report

pixels = keras_mlp.data.load("mnist_5k", batch_size=64, seed=0)
model = keras_mlp.models.MLPAutoencoder([256, 16], seed=0)
model.compile()
model.fit(pixels.map(lambda image, _: (image, image)), epochs=12, verbose=0)

test = keras_mlp.data.load("mnist_5k", "test", batch_size=10)
images, _ = next(test.as_numpy_iterator())
again = model.predict(images, verbose=0)
assert ((again - images) ** 2).mean() < 0.03

report.plot_reconstructions(
    images.reshape(-1, 28, 28), again.reshape(-1, 28, 28), "reconstructions.png"
)
