"""mnist-mlp in plain TensorFlow: scaled pixels, squared error, descent by hand."""

import numpy as np
import tensorflow as tf
import tensorflow_datasets as tfds
from tensorflow_datasets.core import hashing

epochs, batch_size, rate = 10, 128, 0.001
splits = tfds.load("mnist", split=["train", "test"], batch_size=-1, as_supervised=True)
(x, y), (x_test, y_test) = ((tf.reshape(x, (-1, 784)) / 255, y) for x, y in splits)
# TFDS keeps the images in an order of its own; this is the order of MNIST's files.
row = np.argsort(sorted(range(len(x)), key=hashing.Hasher("train").hash_key))
x, y = tf.gather(x, row), tf.one_hot(tf.gather(y, row), 10)

# These seeds give the weights with which `keras-mlp train ... --seed 0` begins.
seeds = np.random.SeedSequence(0).generate_state(6) % 2**31
normal = tf.random.stateless_truncated_normal
w1 = tf.Variable(normal((784, 256), (seeds[0], 0), stddev=0.1))
w2 = tf.Variable(normal((256, 128), (seeds[2], 0), stddev=0.1))
w3 = tf.Variable(normal((128, 10), (seeds[4], 0), stddev=0.1))
b1, b2, b3 = (tf.Variable(tf.zeros(units)) for units in (256, 128, 10))
weights = [w1, b1, w2, b2, w3, b3]


def network(images):
    hidden = tf.nn.relu(images @ w1 + b1)
    return tf.nn.relu(hidden @ w2 + b2) @ w3 + b3


for epoch in range(epochs):
    batches = tf.data.Dataset.from_tensor_slices((x, y)).batch(batch_size)
    for step, (images, labels) in enumerate(batches):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((labels - network(images)) ** 2)
        for weight, gradient in zip(weights, tape.gradient(loss, weights)):
            weight.assign_sub(rate * gradient)
        if step % 100 == 0:
            print(f"epoch {epoch} step {step} loss {loss:.4f}")
print("Test accuracy:", np.mean(np.argmax(network(x_test), axis=1) == y_test))
