"""From the outputs of a classifier to its answers."""

from typing import Any

import keras
import tensorflow as tf


class Answers(keras.layers.Layer):
    """Turns a network's outputs into probabilities and the index of the class.

    Args:
        from_logits: Whether the outputs are logits.
    """

    def __init__(self, from_logits: bool) -> None:
        # Whatever the network computes in, the answers are float32.
        super().__init__(name="answers", dtype="float32")
        self.from_logits = from_logits

    def call(self, outputs: Any) -> dict[str, Any]:
        """Returns `probabilities` and `class_index`."""
        if outputs.shape[-1] == 1:
            # The output is the second of two classes; the softmax of a logit beside
            # a zero is the logistic function.
            first = tf.zeros_like(outputs) if self.from_logits else 1 - outputs
            outputs = tf.concat([first, outputs], axis=-1)
        # TensorFlow's `argmax`: that of `keras.ops` takes care of negative zeros with
        # an operation that LiteRT's interpreter lacks.
        return {
            "probabilities": tf.nn.softmax(outputs) if self.from_logits else outputs,
            "class_index": tf.argmax(outputs, axis=-1, output_type=tf.int64),
        }
