"""The loop of the tutorials: a tape for each batch, nothing compiled."""

import keras
import tensorflow as tf

from benchmarking import examples
from benchmarking.contestants import stock_keras
from benchmarking.turns import Turns
from benchmarking.workload import LEARNING_RATE, Workload


def train(workload: Workload, turns: Turns) -> None:
    """Trains a stock model, operation by operation."""
    model = stock_keras.network(workload)
    optimizer = keras.optimizers.SGD(LEARNING_RATE)
    dataset = tf.data.Dataset.from_tensor_slices(examples.arrays(workload))
    dataset = dataset.batch(workload.batch_size)
    cross_entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    while turns.begin():
        for images, labels in dataset:
            with tf.GradientTape() as tape:
                outputs = model(images, training=True)
                loss = (
                    tf.reduce_mean(tf.square(outputs - labels))
                    if workload.squared_error
                    else cross_entropy(labels, outputs)
                )
            gradients = tape.gradient(loss, model.trainable_variables)
            optimizer.apply_gradients(
                zip(gradients, model.trainable_variables, strict=True)
            )
        turns.end()
