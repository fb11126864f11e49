"""An answer is a probability for each class.

The bars say how sure the network is of this image, and what else it would have thought
of.
"""

import keras_mlp
from keras_mlp import report

model = keras_mlp.models.MLPClassifier(10, [128], seed=0)
model.compile()
model.fit(keras_mlp.data.load("mnist_5k", batch_size=128, seed=0), epochs=8, verbose=0)

test = keras_mlp.data.load("mnist_5k", "test", batch_size=1000)
images, labels = next(test.as_numpy_iterator())
probabilities = model.predict_proba(images)
# The image of which it is least sure.
unsure = probabilities.max(axis=1).argmin()
assert probabilities[unsure].max() < 0.6

image, title = images[unsure].reshape(28, 28), f"This is a {labels[unsure]}"
report.plot_prediction(image, probabilities[unsure], "one_digit.png", title=title)
