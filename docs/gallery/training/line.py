"""Gradient descent finds a line.

Slope and intercept start at 0 and walk, epoch by epoch, to those that the noisy points
were made from: 3 and 2.
"""

import keras

import keras_mlp
from keras_mlp import report

points = keras_mlp.data.noisy_line(200, batch_size=50, seed=0)
model = keras_mlp.models.LinearRegression()
model.compile(keras_mlp.optimizers.GradientDescent(0.05), "mse")
kernels, biases = [], []


class Watch(keras.callbacks.Callback):
    """Notes both numbers after each epoch."""

    def on_epoch_end(self, epoch, logs=None):
        """Is called by `fit`."""
        kernel, bias = self.model.get_weights()
        kernels.append(float(kernel.squeeze()))
        biases.append(float(bias.squeeze()))


losses = model.fit(points, epochs=25, callbacks=[Watch()], verbose=0).history["loss"]
assert abs(kernels[-1] - 3) < 0.3
assert abs(biases[-1] - 2) < 0.3

report.plot_parameters(kernels, biases, "line.png", losses=losses)
