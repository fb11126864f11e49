"""Networks as ONNX files."""

import json
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import tensorflow as tf

from keras_mlp.export.formats.checksum import UNSEALED, seal
from keras_mlp.models.saving.onnx_operations import check_onnx, complete_tf2onnx


def write_onnx(
    network: keras.Model,
    path: Path,
    signature: list[Any],
    class_names: Sequence[str] | None,
) -> None:
    """Writes a network as an ONNX file, with names of classes and a checksum.

    Args:
        network: The network.
        path: The file to write.
        signature: What it is called with, as for `keras.Model.export`.
        class_names: Name of each class, if there are classes.

    Raises:
        ValueError: If it has an operation that cannot be put into ONNX.
    """
    import onnx

    complete_tf2onnx()
    # TensorFlow notes a table that was made outside of a graph as `None`, and then
    # warns of it whenever a graph is converted.
    initializers = tf.compat.v1.get_collection_ref("table_initializer")
    initializers[:] = [one for one in initializers if one is not None]
    with warnings.catch_warnings():
        # Keras looks for `numpy.object`, which is no more, on behalf of tf2onnx.
        warnings.filterwarnings("ignore", ".*np.object", category=FutureWarning)
        network.export(
            str(path), format="onnx", verbose=False, input_signature=signature
        )
    # tf2onnx only logs what it could not convert.
    check_onnx(path)
    exported = onnx.load(path)
    # tf2onnx numbers the sizes that it does not know.
    for value in (*exported.graph.input, *exported.graph.output):
        value.type.tensor_type.shape.dim[0].dim_param = "batch"
    if class_names is not None:
        names = exported.metadata_props.add()
        names.key, names.value = "class_names", json.dumps(class_names)
    checksum = exported.metadata_props.add()
    checksum.key, checksum.value = "checksum", UNSEALED
    onnx.save(exported, path)
    seal(path)
