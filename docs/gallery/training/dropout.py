"""Dropout: worse on what it has seen, better on what it has not.

480 images, with and without `dropout=0.5`. The curve of the validation loss is what
counts.
"""

from matplotlib.figure import Figure

import keras_mlp

few = keras_mlp.data.load("mnist_5k", batch_size=32, seed=0).take(15)
test = keras_mlp.data.load("mnist_5k", "test", batch_size=1000)

figure = Figure(figsize=(6.4, 3.6), layout="constrained")
axes = figure.subplots()
last = {}
for dropout, color in ((0.0, "#D55E00"), (0.5, "#0072B2")):
    model = keras_mlp.models.MLPClassifier(10, [256, 128], dropout=dropout, seed=0)
    model.compile()
    history = model.fit(few, validation_data=test, epochs=40, verbose=0).history
    last[dropout] = history["val_loss"][-1]
    axes.plot(history["loss"], "--", color=color)
    axes.plot(history["val_loss"], color=color, label=f"dropout={dropout}")
assert last[0.5] < last[0.0]

axes.set_title("dashed: training, solid: validation", loc="left")
axes.set_xlabel("epoch")
axes.set_ylabel("loss")
axes.legend(frameon=False)
figure.savefig("dropout.png", dpi=120)
