"""A run that was stopped ends like one that was not, bit for bit.

The first run trains six epochs. The second one breaks down after three and is started
again: its losses lie on those of the first, and all weights are equal.
"""

import contextlib

import keras
import numpy as np
from matplotlib.figure import Figure

import keras_mlp


class BreakDown(keras.callbacks.Callback):
    """Ends the program as an error would."""

    def on_epoch_begin(self, epoch, logs=None):
        """Is called by `fit`."""
        if epoch == 3:
            raise RuntimeError("out of order")


def run(directory, *callbacks):
    """Trains six epochs, or goes on with what the directory holds."""
    train = keras_mlp.data.load("mnist_5k", batch_size=128, seed=0)
    model = keras_mlp.models.MLPClassifier(10, [128], dropout=0.2, seed=0)
    model.compile()
    resume = keras_mlp.callbacks.ExactResume(directory)
    history = model.fit(train, epochs=6, callbacks=[resume, *callbacks], verbose=0)
    return history.history["loss"], model.get_weights()


whole, weights = run("whole")
with contextlib.suppress(RuntimeError):
    run("stopped", BreakDown())
again, weights_again = run("stopped")
assert again == whole
assert all(np.array_equal(*both) for both in zip(weights, weights_again, strict=True))

figure = Figure(figsize=(6.4, 3.6), layout="constrained")
axes = figure.subplots()
axes.plot(range(1, 7), whole, color="0.75", linewidth=6, label="never stopped")
axes.plot(range(1, 4), again[:3], "o-", color="#0072B2", label="stopped after 3 epochs")
axes.plot(range(4, 7), again[3:], "s--", color="#D55E00", label="started again")
axes.set_xlabel("epoch")
axes.set_ylabel("training loss")
axes.legend(frameon=False)
figure.savefig("resuming.png", dpi=120)
