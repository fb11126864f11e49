"""naive-dense in plain TensorFlow: Dense and Sequential, written out."""

import numpy as np
import tensorflow as tf
import tensorflow_datasets as tfds
from tensorflow_datasets.core import hashing

epochs, batch_size, rate = 10, 128, 0.001
splits = tfds.load("mnist", split=["train", "test"], batch_size=-1, as_supervised=True)
(x, y), (x_test, y_test) = ((tf.reshape(x, (-1, 784)) / 255, y) for x, y in splits)
# TFDS keeps the images in an order of its own; this is the order of MNIST's files.
row = np.argsort(sorted(range(len(x)), key=hashing.Hasher("train").hash_key))
x, y = tf.gather(x, row), tf.gather(y, row)


class NaiveDense:
    def __init__(self, inputs, outputs, activation, seed):
        kernel = tf.random.stateless_uniform((inputs, outputs), (seed, 0), 0.0, 0.1)
        self.weights = [tf.Variable(kernel), tf.Variable(tf.zeros(outputs))]
        self.activation = activation

    def __call__(self, inputs):
        return self.activation(inputs @ self.weights[0] + self.weights[1])


class NaiveSequential:
    def __init__(self, *layers):
        self.layers = layers
        self.weights = [weight for layer in layers for weight in layer.weights]

    def __call__(self, inputs):
        for layer in self.layers:
            inputs = layer(inputs)
        return inputs


# These seeds give the weights with which `keras-mlp train ... --seed 0` begins.
hidden = NaiveDense(784, 512, tf.nn.relu, seed=821328062)
model = NaiveSequential(hidden, NaiveDense(512, 10, tf.nn.softmax, seed=745650761))
for epoch in range(epochs):
    batches = tf.data.Dataset.from_tensor_slices((x, y)).batch(batch_size)
    for step, (images, labels) in enumerate(batches):
        with tf.GradientTape() as tape:
            error = tf.keras.losses.sparse_categorical_crossentropy
            loss = tf.reduce_mean(error(labels, model(images)))
        for weight, gradient in zip(model.weights, tape.gradient(loss, model.weights)):
            weight.assign_sub(rate * gradient)
        if step % 100 == 0:
            print(f"epoch {epoch}, loss at batch {step}: {loss:.4f}")
print("Test accuracy:", np.mean(np.argmax(model(x_test), axis=1) == y_test))
