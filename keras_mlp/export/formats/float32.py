"""Networks that compute in other floats, for runtimes that have float32 only."""

from typing import Any

import keras
import numpy as np
import tensorflow as tf

from keras_mlp.keras_internals import convert_variables_to_constants_v2

_OTHERS = (tf.float16, tf.bfloat16, tf.float64)
_OTHER_NUMBERS = {dtype.as_datatype_enum for dtype in _OTHERS}
_FLOAT32 = tf.float32.as_datatype_enum


class _Graph(keras.layers.Layer):
    """A TensorFlow graph as a layer."""

    def __init__(self, graph: Any, images: str, outputs: dict[str, str]) -> None:
        super().__init__(name="network", dtype="float32")
        self.graph, self.images, self.outputs = graph, images, outputs

    def call(self, images: Any) -> dict[str, Any]:
        found = tf.graph_util.import_graph_def(
            self.graph,
            {self.images: images},
            return_elements=list(self.outputs.values()),
            name="",
        )
        return dict(zip(self.outputs, found, strict=True))


def in_float32(network: keras.Model) -> keras.Model:
    """Returns a network that computes in float32 what another one does in any floats.

    Neither LiteRT's built-in operations nor ONNX Runtime's, as tf2onnx uses them, know
    all others. Weights in half precision keep their values; those in float64 are
    rounded.

    Args:
        network: From one input to a dictionary of outputs: an `ImageClassifier`'s.

    Returns:
        The network itself if it knows no other floats; otherwise one without variables,
        which runs inside a graph only, as `export` and `predict` call it.

    Example:

    ```python
    import keras
    import numpy as np
    from keras_mlp.export.formats.float32 import in_float32

    images = keras.Input((4,), name="images")
    layer = keras.layers.Dense(2, dtype="mixed_float16")
    network = keras.Model(images, {"answers": layer(images)})
    outputs = in_float32(network).predict(np.ones((3, 4)), verbose=0)
    assert outputs["answers"].dtype == "float32"
    ```
    """
    [images] = network.inputs
    signature = tf.TensorSpec((None, *images.shape[1:]), images.dtype, name="images")
    function = tf.function(lambda inputs: network(inputs, training=False))
    frozen = convert_variables_to_constants_v2(
        function.get_concrete_function(signature)
    )
    graph = frozen.graph.as_graph_def()
    if not _rewritten(graph):
        return network
    # TensorFlow sorts outputs by their names.
    names = [tensor.name for tensor in frozen.outputs]
    outputs = dict(zip(sorted(network.output), names, strict=True))
    again = keras.Input(images.shape[1:], dtype=images.dtype, name="images")
    layer = _Graph(graph, frozen.inputs[0].name, outputs)
    return keras.Model(again, layer(again), name=network.name)


def _rewritten(graph: Any) -> bool:
    """Makes all floats of a graph float32; returns whether there were others."""
    nodes = [*graph.node]
    for function in graph.library.function:
        nodes += function.node_def
        for argument in (*function.signature.input_arg, *function.signature.output_arg):
            if argument.type in _OTHER_NUMBERS:
                argument.type = _FLOAT32
    return any([_rewritten_value(v) for node in nodes for v in node.attr.values()])


def _rewritten_value(value: Any) -> bool:
    if value.HasField("tensor") and value.tensor.dtype in _OTHER_NUMBERS:
        array = tf.make_ndarray(value.tensor).astype(np.float32)
        value.tensor.CopyFrom(tf.make_tensor_proto(array))
        return True
    if value.type in _OTHER_NUMBERS:
        value.type = _FLOAT32
        return True
    others = [number in _OTHER_NUMBERS for number in value.list.type]
    if any(others):
        value.list.type[:] = [
            _FLOAT32 if number in _OTHER_NUMBERS else number
            for number in value.list.type
        ]
    return any(others)
