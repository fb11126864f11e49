"""Ten epochs read handwritten digits.

The loss falls for training and validation images alike; where the second one stops
falling, more epochs bring nothing.
"""

import keras_mlp
from keras_mlp import report

train = keras_mlp.data.load("mnist_5k", "train[:90%]", batch_size=128, seed=0)
validation = keras_mlp.data.load("mnist_5k", "train[90%:]", batch_size=400)

model = keras_mlp.models.MLPClassifier(10, [256, 128], seed=0)
model.compile()
history = model.fit(train, validation_data=validation, epochs=10, verbose=0).history
assert history["val_accuracy"][-1] > 0.92

report.plot_history(history, "learning_curve.png")
