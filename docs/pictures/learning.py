"""Draws `learning.gif`: two hidden layers learn to tell two spirals apart.

python docs/pictures/learning.py
"""

import io

import keras
import numpy as np
from matplotlib.figure import Figure
from PIL import Image

import keras_mlp

EPOCHS = (0, 1, 2, 4, 6, 8, 11, 14, 18, 22, 27, 33, 40, 50, 62, 76, 92, 110)

generator = np.random.default_rng(0)
turn = np.tile(np.linspace(0.5, 3 * np.pi, 200), 2)
y = np.repeat([0, 1], 200)
x = np.stack([np.cos(turn + np.pi * y), np.sin(turn + np.pi * y)], axis=1)
x = (x * turn[:, None] / 5 + generator.normal(0, 0.06, (400, 2))).astype("float32")
side = np.linspace(-2.1, 2.1, 140, dtype="float32")
plane = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)

keras.utils.set_random_seed(0)
model = keras_mlp.models.MLPClassifier(2, [32, 32], seed=0)
model.compile(keras.optimizers.Adam(0.01), metrics=["accuracy"])

losses, frames = [], []
for last, epoch in zip((0, *EPOCHS), EPOCHS, strict=False):
    if epoch:
        history = model.fit(
            x, y, epochs=epoch, initial_epoch=last, batch_size=32, verbose=0
        )
        losses += history.history["loss"]
    ground = model.predict_proba(plane)[:, 1].reshape(140, 140)
    right = np.mean(model.predict_classes(x) == y)
    figure = Figure(figsize=(7.2, 3.4), layout="constrained")
    left, axes = figure.subplots(1, 2, width_ratios=(1, 1.1))
    # Paler than the points upon it.
    left.imshow(
        ground,
        extent=(-2.1, 2.1, -2.1, 2.1),
        origin="lower",
        cmap="RdBu",
        vmin=-0.6,
        vmax=1.6,
    )
    for label, marker, color in ((0, "o", "#8B0000"), (1, "s", "#00008B")):
        left.plot(*x[y == label].T, marker, color=color, markersize=2.5)
    left.set_axis_off()
    axes.plot(range(1, len(losses) + 1), losses, color="#0072B2")
    axes.set(xlim=(0, EPOCHS[-1]), ylim=(0, 0.75), xlabel="epoch", ylabel="loss")
    axes.set_title(f"epoch {epoch}: {right:.0%} right", loc="left", fontweight="bold")
    axes.spines[["top", "right"]].set_visible(False)
    picture = io.BytesIO()
    figure.savefig(picture, dpi=100)
    frames.append(Image.open(picture).convert("RGB").quantize(48))
assert right > 0.97

times = [350] * (len(frames) - 1) + [3000]
frames[0].save(
    "learning.gif", save_all=True, append_images=frames[1:], duration=times, loop=0
)
