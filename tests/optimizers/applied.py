"""What optimizers make of two weights."""

import keras
import numpy as np


def gradients(count=6):
    """Yields gradients of a kernel and a bias."""
    random = np.random.default_rng(1)
    for _ in range(count):
        yield [random.normal(size=shape).astype("float32") for shape in ((3, 2), (2,))]


def starts():
    """Returns the values of the kernel and the bias before the first step."""
    random = np.random.default_rng(0)
    return [random.normal(size=shape).astype("float32") for shape in ((3, 2), (2,))]


def steps(optimizer, count=6):
    """Returns the kernel and the bias after so many steps."""
    weights = [
        keras.Variable(start, name=name)
        for start, name in zip(starts(), ("kernel", "bias"), strict=True)
    ]
    for step in gradients(count):
        optimizer.apply([keras.ops.convert_to_tensor(part) for part in step], weights)
    return [weight.numpy() for weight in weights]
