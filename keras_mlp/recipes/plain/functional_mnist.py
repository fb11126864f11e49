"""functional-mnist in plain Keras: a graph, cross-entropy on logits, RMSprop."""

import keras
import numpy as np
import tensorflow as tf
import tensorflow_datasets as tfds

epochs, batch_size = 2, 64
parts = ["train[:80%]", "train[80%:]", "test"]
splits = tfds.load("mnist", split=parts, batch_size=-1, as_supervised=True)
train, validation, test = ((tf.reshape(x, (-1, 784)) / 255, y) for x, y in splits)

# These seeds give the weights with which `keras-mlp train ... --seed 0` begins.
seeds = (np.random.SeedSequence(0).generate_state(6) % 2**31).tolist()
first, second, third = (keras.initializers.GlorotUniform(seed) for seed in seeds[::2])
inputs = keras.Input((784,))
hidden = keras.layers.Dense(64, "relu", kernel_initializer=first)(inputs)
hidden = keras.layers.Dense(64, "relu", kernel_initializer=second)(hidden)
outputs = keras.layers.Dense(10, kernel_initializer=third)(hidden)
model = keras.Model(inputs, outputs, name="mnist_model")
model.summary()
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
model.compile(keras.optimizers.RMSprop(), loss, metrics=["accuracy"])

numbers = tf.range(len(train[0]), dtype=tf.int64)
shuffle = tf.random.experimental.stateless_shuffle
for epoch in range(epochs):
    # `fit` would shuffle by itself: this is the order of `keras-mlp train --seed 0`.
    order = shuffle(numbers, seed=(0, epoch), alg="philox")
    x, y = (tf.gather(part, order) for part in train)
    model.fit(x, y, batch_size, validation_data=validation, shuffle=False, verbose=2)
print("Test loss, test accuracy:", model.evaluate(*test, verbose=0))
