"""What each unit of the first layer looks for.

Red pixels speak for a unit, blue ones against it. Some find strokes, others the hole of
a zero; a penalty on the weights keeps noise out of the pictures.
"""

import keras

import keras_mlp
from keras_mlp import report

penalty = keras.regularizers.L2(1e-3)
model = keras_mlp.models.MLPClassifier(10, [24], kernel_regularizer=penalty, seed=0)
model.compile()
model.fit(keras_mlp.data.load("mnist_5k", batch_size=64, seed=0), epochs=8, verbose=0)
test = keras_mlp.data.load("mnist_5k", "test", batch_size=1000)
assert model.evaluate(test, return_dict=True, verbose=0)["accuracy"] > 0.88

report.plot_weights(model, "weights.png")
