"""What the machine can do at most: matrix products and nothing else."""

import numpy as np

from benchmarking import examples
from benchmarking.turns import Turns
from benchmarking.workload import MATRIX_SIDE, Workload


def train(workload: Workload, turns: Turns) -> None:
    """Takes the products of an epoch of training, in NumPy.

    Forward, one for each layer; backward, one for the gradient of each kernel, and one
    for that of the inputs of each layer but the first.
    """
    images, _ = examples.arrays(workload)
    generator = np.random.default_rng(0)

    def normal(*shape: int) -> np.ndarray:
        return generator.normal(size=shape).astype("float32")

    kernels = [normal(*shape) for shape in workload.products]
    gradients = [np.empty_like(kernel) for kernel in kernels]
    # Values do not matter to a product, so each layer has its own from the beginning.
    inputs = [normal(workload.batch_size, inputs) for inputs, _ in workload.products]
    outputs = [normal(workload.batch_size, out) for _, out in workload.products]
    input_gradients = [np.empty_like(x) for x in inputs]
    while turns.begin():
        for batch in workload.batches():
            rows = batch.stop - batch.start
            inputs[0] = images[batch]
            for x, w, y in zip(inputs, kernels, outputs, strict=True):
                np.matmul(x[:rows], w, out=y[:rows])
            for layer in reversed(range(len(kernels))):
                x, y = inputs[layer][:rows], outputs[layer][:rows]
                np.matmul(x.T, y, out=gradients[layer])
                if layer:
                    np.matmul(y, kernels[layer].T, out=input_gradients[layer][:rows])
        turns.end()


def large_numpy(workload: Workload, turns: Turns) -> None:
    """Takes one product of two large matrices, in NumPy."""
    left, right = _large()
    result = np.empty_like(left)
    while turns.begin():
        np.matmul(left, right, out=result)
        turns.end()


def large_tensorflow(workload: Workload, turns: Turns) -> None:
    """Takes one product of two large matrices, in TensorFlow."""
    import tensorflow as tf

    left, right = map(tf.constant, _large())
    while turns.begin():
        tf.matmul(left, right).numpy()
        turns.end()


def _large() -> list[np.ndarray]:
    generator = np.random.default_rng(0)
    shape = (MATRIX_SIDE, MATRIX_SIDE)
    return [generator.normal(size=shape).astype("float32") for _ in range(2)]
