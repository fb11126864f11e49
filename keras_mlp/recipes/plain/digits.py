"""digits in plain Keras: 784-256-128-10, on the 5,000 images of this package."""

from importlib.resources import files

import keras
import numpy as np
import tensorflow as tf
import tensorflow_datasets as tfds

epochs, batch_size = 20, 64
builder = tfds.builder_from_directory(files("keras_mlp") / "data/mnist_5k/1.0.0")
parts = ["train[:90%]", "train[90%:]", "test"]
splits = builder.as_dataset(split=parts, batch_size=-1, as_supervised=True)
train, validation, test = ((tf.reshape(x, (-1, 784)) / 255, y) for x, y in splits)

# These seeds give the weights with which `keras-mlp train ... --seed 0` begins.
seeds = (np.random.SeedSequence(0).generate_state(6) % 2**31).tolist()
first, second, third = (keras.initializers.GlorotUniform(seed) for seed in seeds[::2])
hidden = [keras.layers.Dense(256, "relu", kernel_initializer=first)]
hidden += [keras.layers.Dense(128, "relu", kernel_initializer=second)]
model = keras.Sequential([*hidden, keras.layers.Dense(10, kernel_initializer=third)])
steps = epochs * -(-len(train[0]) // batch_size)
rate = keras.optimizers.schedules.CosineDecay(0.001, steps)  # It falls to zero.
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
model.compile(keras.optimizers.Adam(rate), loss, metrics=["accuracy"])

numbers = tf.range(len(train[0]), dtype=tf.int64)
shuffle = tf.random.experimental.stateless_shuffle
for epoch in range(epochs):
    # `fit` would shuffle by itself: this is the order of `keras-mlp train --seed 0`.
    order = shuffle(numbers, seed=(0, epoch), alg="philox")
    x, y = (tf.gather(part, order) for part in train)
    model.fit(x, y, batch_size, validation_data=validation, shuffle=False, verbose=2)
print("Test loss, test accuracy:", model.evaluate(*test, verbose=0))
