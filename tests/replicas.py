"""Runs every subject of `tests.conformance` on two replicas and prints what differs.

And what two replicas see of a data set, beside what one device sees.

TensorFlow has to be told of the two devices before it starts: hence a program.
"""

import json
import sys

import keras
import numpy as np
import tensorflow as tf

from keras_mlp.data import load
from tests.conformance import SUBJECTS


def compare(subject, strategy):
    """Returns the greatest differences between one device and two replicas."""
    alone = subject.model()
    with strategy.scope():
        model = subject.model()
        model.set_weights(alone.get_weights())
        model.compile(keras.optimizers.SGD(0.1), "mse")
    alone.compile(keras.optimizers.SGD(0.1), "mse", run_eagerly=True)
    x = subject.examples()
    expected = alone(x).numpy()
    outputs = replicated(strategy, model, x)
    differences = {"forward": difference([outputs], [expected])}
    if alone.trainable_weights:
        y = np.ones_like(expected)
        loss = alone.train_on_batch(x, y)
        step = tf.function(lambda data: strategy.run(model.train_step, args=(data,)))
        step(distributed(strategy, (x, y)))
        differences["loss"] = abs(loss - model.get_metrics_result()["loss"])
        differences["step"] = difference(model.get_weights(), alone.get_weights())
        copies = [strategy.experimental_local_results(w.value) for w in model.weights]
        differences["apart"] = difference(*zip(*copies, strict=True))
    return {name: float(value) for name, value in differences.items()}


def replicated(strategy, model, x):
    """Returns the model's outputs on a batch of which each replica gets a part."""
    outputs = strategy.run(model, args=(distributed(strategy, x),))
    return np.concatenate(strategy.experimental_local_results(outputs))


def distributed(strategy, batch):
    """Returns a batch of which each replica gets a part."""
    size = len(keras.tree.flatten(batch)[0])
    data = tf.data.Dataset.from_tensors(batch).unbatch().batch(size)
    return next(iter(strategy.experimental_distribute_dataset(data)))


def difference(arrays, others):
    return max(
        np.abs(np.asarray(one) - np.asarray(other)).max()
        for one, other in zip(arrays, others, strict=True)
    )


def labels_of(strategy, in_memory):
    """Returns the labels of two epochs: each batch, on one device and on both.

    The data set is loaded outside of the strategy and inside, and counts its epochs.
    """

    def loaded():
        return load("mnist_5k", "train[:330]", 100, seed=1, in_memory=in_memory)

    labels = {"alone": [[y.numpy() for _, y in epoch] for epoch in [loaded()] * 2]}
    with strategy.scope():
        inside = loaded()
    for where, dataset in {"outside": loaded(), "inside": inside}.items():
        distributed = strategy.experimental_distribute_dataset(dataset)
        labels[where] = [
            [
                np.concatenate(strategy.experimental_local_results(y))
                for _, y in distributed
            ]
            for _ in range(2)
        ]
        assert dataset.epoch.numpy() == 2
    return {
        where: [[batch.tolist() for batch in epoch] for epoch in epochs]
        for where, epochs in labels.items()
    }


def main():
    [device] = tf.config.list_physical_devices("CPU")
    tf.config.set_logical_device_configuration(
        device, [tf.config.LogicalDeviceConfiguration()] * 2
    )
    strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
    found = {}
    for name, subject in SUBJECTS.items():
        try:
            found[name] = compare(subject, strategy)
        except Exception as error:
            found[name] = {"error": f"{type(error).__name__}: {error}"}
    result = {
        "replicas": strategy.num_replicas_in_sync,
        "found": found,
        "labels": [labels_of(strategy, in_memory) for in_memory in (True, False)],
    }
    json.dump(result, sys.stdout)


if __name__ == "__main__":
    main()
