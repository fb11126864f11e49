"""sequential-conv in plain Keras: a network grown with `add`, seen as it grows."""

import keras
import numpy as np

# These seeds give the weights that the recipe has with seed 0.
seeds = (np.random.SeedSequence(0).generate_state(2) % 2**31).tolist()
first, second = (keras.initializers.GlorotUniform(seed) for seed in seeds)

model = keras.Sequential()
model.add(keras.Input((250, 250, 3)))
model.add(
    keras.layers.Conv2D(32, 5, 2, activation="relu", kernel_initializer=first),
)
print("5 x 5, in strides of 2:", model.output_shape)
model.add(
    keras.layers.Conv2D(32, 3, activation="relu", kernel_initializer=second),
)
print("3 x 3:", model.output_shape)
model.add(keras.layers.MaxPooling2D(3))
print("The largest of each 3 x 3:", model.output_shape)
model.summary()
