"""fashion-best in plain Keras: batch normalization, dropout and a little noise."""

import keras
import numpy as np
import tensorflow as tf
import tensorflow_datasets as tfds
from keras import layers

epochs, batch_size = 30, 256
splits = tfds.load(
    "fashion_mnist", split=["train", "test"], batch_size=-1, as_supervised=True
)
train, test = ((tf.reshape(x, (-1, 784)) / 255, y) for x, y in splits)

# These seeds give the weights with which `keras-mlp train ... --seed 0` begins.
seeds = (np.random.SeedSequence(0).generate_state(20) % 2**31).tolist()
he_normal = keras.initializers.HeNormal
model = keras.Sequential([layers.GaussianNoise(0.1, seed=0)])
for number, units in enumerate((1024, 1024, 1024)):
    model.add(layers.Dense(units, kernel_initializer=he_normal(seeds[2 * number])))
    model.add(layers.BatchNormalization())
    model.add(layers.Activation("relu"))
    model.add(layers.Dropout(0.3, seed=seeds[11 + 4 * number]))
model.add(layers.Dense(10, kernel_initializer=he_normal(seeds[6])))
steps = epochs * -(-len(train[0]) // batch_size)
rate = keras.optimizers.schedules.CosineDecay(0.002, steps)  # It falls to zero.
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
model.compile(keras.optimizers.Adam(rate), loss, metrics=["accuracy"])

numbers = tf.range(len(train[0]), dtype=tf.int64)
shuffle = tf.random.experimental.stateless_shuffle
for epoch in range(epochs):
    # `fit` would shuffle by itself: this is the order of `keras-mlp train --seed 0`.
    order = shuffle(numbers, seed=(0, epoch), alg="philox")
    x, y = (tf.gather(part, order) for part in train)
    model.fit(x, y, batch_size, shuffle=False, verbose=2)
print("Test loss, test accuracy:", model.evaluate(*test, verbose=0))
