"""480 images are learned by heart.

Every training image is right in the end, and the validation loss rises again: what the
network still learns holds for these images only. More examples help most.
"""

import keras_mlp
from keras_mlp import report

few = keras_mlp.data.load("mnist_5k", batch_size=32, seed=0).take(15)
test = keras_mlp.data.load("mnist_5k", "test", batch_size=1000)

model = keras_mlp.models.MLPClassifier(10, [256, 128], seed=0)
model.compile()
history = model.fit(few, validation_data=test, epochs=40, verbose=0).history
assert history["accuracy"][-1] > history["val_accuracy"][-1] + 0.08
assert history["val_loss"][-1] > 1.1 * min(history["val_loss"])

report.plot_history(history, "overfitting.png")
