"""sequential-toy in plain Keras: three named layers, built by their first call."""

import keras
import numpy as np

# These seeds give the weights that the recipe has with seed 0.
seeds = (np.random.SeedSequence(0).generate_state(6) % 2**31).tolist()


def dense(units, activation, name, seed):
    kernel = keras.initializers.GlorotUniform(seed)
    return keras.layers.Dense(units, activation, kernel_initializer=kernel, name=name)


model = keras.Sequential(
    [
        dense(2, "relu", "layer1", seeds[0]),
        dense(3, "relu", "layer2", seeds[2]),
        dense(4, None, "layer3", seeds[4]),
    ]
)
print(len(model.weights), "weights: the number of inputs is not known yet")
outputs = model(np.ones((1, 4), "float32"))
print(len(model.weights), "weights, after a call on ones of shape (1, 4)")
model.summary()
