"""A run that was stopped ends like one that was not, bit for bit.

The first run trains six epochs. The second one stops after three and is started again:
its later losses lie on those of the first, and all weights are equal.
"""

import numpy as np
from matplotlib.figure import Figure

import keras_mlp


def run(epochs, directory):
    """Trains, or goes on with what the directory holds."""
    train = keras_mlp.data.load("mnist_5k", batch_size=128, seed=0)
    model = keras_mlp.models.MLPClassifier(10, [128], dropout=0.2, seed=0)
    model.compile()
    resume = keras_mlp.callbacks.ExactResume(directory)
    history = model.fit(train, epochs=epochs, callbacks=[resume], verbose=0)
    return history.history["loss"], model.get_weights()


whole, weights = run(6, "whole")
first, _ = run(3, "stopped")
both, again = run(6, "stopped")
assert all(np.array_equal(*pair) for pair in zip(weights, again, strict=True))

figure = Figure(figsize=(6.4, 3.6), layout="constrained")
axes = figure.subplots()
axes.plot(range(1, 7), whole, color="0.75", linewidth=6, label="never stopped")
axes.plot(range(1, 4), first, "o-", color="#0072B2", label="stopped after 3 epochs")
axes.plot(range(4, 7), both[-3:], "s--", color="#D55E00", label="started again")
axes.set_xlabel("epoch")
axes.set_ylabel("training loss")
axes.legend(frameon=False)
figure.savefig("resuming.png", dpi=120)
