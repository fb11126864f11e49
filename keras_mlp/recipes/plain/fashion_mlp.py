"""fashion-mlp in plain TensorFlow: all 60,000 images in one batch, fifty times."""

import numpy as np
import tensorflow as tf
import tensorflow_datasets as tfds
from tensorflow_datasets.core import hashing

epochs, rate = 50, 0.01
x, y = tfds.load("fashion_mnist", split="train", batch_size=-1, as_supervised=True)
# TFDS keeps the images in an order of its own; this is the order of the source's files.
row = np.argsort(sorted(range(len(x)), key=hashing.Hasher("train").hash_key))
x = tf.reshape(tf.gather(x, row), (-1, 784)) / 255
y = tf.one_hot(tf.gather(y, row), 10)

# These seeds give the weights with which `keras-mlp train ... --seed 0` begins.
seeds = np.random.SeedSequence(0).generate_state(4) % 2**31
normal = tf.random.stateless_truncated_normal
w1 = tf.Variable(normal((784, 128), (seeds[0], 0), stddev=0.1))
b1 = tf.Variable(tf.zeros(128))
w2 = tf.Variable(normal((128, 10), (seeds[2], 0), stddev=0.1))
b2 = tf.Variable(tf.zeros(10))
weights = [w1, b1, w2, b2]

for epoch in range(epochs):
    with tf.GradientTape() as tape:
        outputs = tf.nn.relu(x @ w1 + b1) @ w2 + b2
        loss = tf.reduce_mean((y - outputs) ** 2)
    gradients = tape.gradient(loss, weights)
    # The source's second way, with the same result, is `apply_gradients` of
    # `optimizer = keras.optimizers.SGD(rate)`.
    for weight, gradient in zip(weights, gradients):
        weight.assign_sub(rate * gradient)
    print(f"iteration {epoch} loss {loss:.4f}")
