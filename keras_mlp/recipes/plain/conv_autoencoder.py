"""conv-autoencoder in plain Keras: from an image to 16 numbers, and back."""

import keras
import numpy as np
import tensorflow as tf
import tensorflow_datasets as tfds
from keras import layers

epochs, batch_size = 1, 128
splits = tfds.load("mnist", split=["train", "test"], batch_size=-1, as_supervised=True)
train, test = (images / 255 for images, labels in splits)

# These seeds give the weights with which `keras-mlp train ... --seed 0` begins.
seeds = iter((np.random.SeedSequence(0).generate_state(8) % 2**31).tolist())


def conv(filters, layer=layers.Conv2D):
    kernel = keras.initializers.GlorotUniform(next(seeds))
    return layer(filters, 3, activation="relu", kernel_initializer=kernel)


def back(filters):
    return conv(filters, layers.Conv2DTranspose)


pool, largest = layers.MaxPooling2D(3), layers.GlobalMaxPooling2D()
grid, zoom = layers.Reshape((4, 4, 1)), layers.UpSampling2D(3)
encoder = keras.Sequential([conv(16), conv(32), pool, conv(32), conv(16), largest])
decoder = keras.Sequential([grid, back(16), back(32), zoom, back(16), back(1)])
image = keras.Input((28, 28, 1))
model = keras.Model(image, decoder(encoder(image)))
steps = epochs * -(-len(train) // batch_size)
rate = keras.optimizers.schedules.CosineDecay(0.002, steps)  # It falls to zero.
model.compile(keras.optimizers.Adam(rate), "mean_squared_error")
print("Test error before the training:", model.evaluate(test, test, verbose=0))

numbers = tf.range(len(train), dtype=tf.int64)
shuffle = tf.random.experimental.stateless_shuffle
for epoch in range(epochs):
    # `fit` would shuffle by itself: this is the order of `keras-mlp train --seed 0`.
    x = tf.gather(train, shuffle(numbers, seed=(0, epoch), alg="philox"))
    model.fit(x, x, batch_size, shuffle=False, verbose=2)
print("Test error after it:", model.evaluate(test, test, verbose=0))
