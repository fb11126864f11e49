"""mnist-mlp-raw in plain TensorFlow: raw pixels, squared error, descent by hand."""

import numpy as np
import tensorflow as tf
import tensorflow_datasets as tfds
from tensorflow_datasets.core import hashing

epochs, batch_size, rate = 10, 128, 0.001
splits = tfds.load("mnist", split=["train", "test"], batch_size=-1, as_supervised=True)
(x, y), (x_test, y_test) = (
    (tf.reshape(tf.cast(x, "float32"), (-1, 784)), y) for x, y in splits
)
# TFDS keeps the images in an order of its own; this is the order of MNIST's files.
row = np.argsort(sorted(range(len(x)), key=hashing.Hasher("train").hash_key))
x, y = tf.gather(x, row), tf.one_hot(tf.gather(y, row), 10)

# These seeds give the weights with which `keras-mlp train ... --seed 0` begins.
normal = tf.random.stateless_truncated_normal
shapes = [(784, 256), (256,), (256, 128), (128,), (128, 10), (10,)]
weights = w1, b1, w2, b2, w3, b3 = [
    tf.Variable(normal(shape, (seed, 0), stddev=0.01 if len(shape) == 2 else 1.0))
    for shape, seed in zip(shapes, np.random.SeedSequence(0).generate_state(6) % 2**31)
]


def network(images):
    return tf.nn.relu(tf.nn.relu(images @ w1 + b1) @ w2 + b2) @ w3 + b3


for epoch in range(epochs):
    batches = tf.data.Dataset.from_tensor_slices((x, y)).batch(batch_size)
    for step, (images, labels) in enumerate(batches):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((labels - network(images)) ** 2)
        for weight, gradient in zip(weights, tape.gradient(loss, weights)):
            weight.assign_sub(rate * gradient)
        if step % 100 == 0:
            print(f"epoch {epoch} step {step} loss {loss:.4f}")
print("The first training image, a 5, is read as a", np.argmax(network(x[:1])))
print("Test accuracy:", np.mean(np.argmax(network(x_test), axis=1) == y_test))
