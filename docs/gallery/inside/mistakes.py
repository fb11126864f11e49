"""The mistakes it is surest of.

Look at these before you change the network: some are hard to read for people, too, and
a few may have the wrong label.
"""

import keras_mlp
from keras_mlp import report

model = keras_mlp.models.MLPClassifier(10, [128], seed=0)
model.compile()
model.fit(keras_mlp.data.load("mnist_5k", batch_size=128, seed=0), epochs=8, verbose=0)

test = keras_mlp.data.load("mnist_5k", "test", batch_size=1000)
images, labels = next(test.as_numpy_iterator())
assert (model.predict_classes(images) != labels).sum() > 24

report.plot_mistakes(model, images, labels, "mistakes.png", image_shape=(28, 28))
