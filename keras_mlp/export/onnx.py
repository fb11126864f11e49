"""Classifiers as ONNX files."""

import json
import os
import warnings

import keras

from keras_mlp.export.checksum import UNSEALED, seal
from keras_mlp.export.comparison import check_answers
from keras_mlp.export.float32 import in_float32
from keras_mlp.export.image_classifier import ImageClassifier
from keras_mlp.export.target import new_target
from keras_mlp.extra import require_extra
from keras_mlp.models.onnx_operations import check_onnx, complete_tf2onnx


def export_onnx(
    classifier: ImageClassifier,
    path: str | os.PathLike[str],
    *,
    overwrite: bool = False,
) -> None:
    """Writes an ONNX file that reads raw images.

    It computes in float32, whatever the model does. Before it is moved to `path`, it
    is loaded, and its answers to a few images are compared with the model's.

    Its input is `images`, uint8 `[batch, height, width, channels]` with any batch
    size; its outputs are `probabilities`, float32 `[batch, classes]`, and
    `class_index`, int64 `[batch]`. The names of the classes are in its metadata, as
    a JSON list called `class_names`, and a checksum of the file, which
    `load_predictor` compares.

    Args:
        classifier: What to export.
        path: The file to write, which ends with `.onnx`.
        overwrite: Whether a file that is there may be replaced. Defaults to `False`.

    Raises:
        ImportError: If `onnx`, `tf2onnx` or `onnxruntime` is not installed.
        ValueError: If `path` does not end with `.onnx`, the model has an operation that
            cannot be put into ONNX, or the file answers otherwise than the model.
        FileExistsError: If `path` exists and may not be replaced.
        OSError: If it cannot be written; nothing is left of it.

    Example:

    ```python
    import json
    import onnxruntime
    import keras_mlp

    model = keras_mlp.models.MLPClassifier(10, hidden_units=[32], seed=0)
    model.build((None, 784))
    classifier = keras_mlp.export.ImageClassifier(
        model,
        keras_mlp.data.ImagePreprocessing(),
        class_names=[str(digit) for digit in range(10)],
        from_logits=True,
    )
    keras_mlp.export.export_onnx(classifier, "digits.onnx")

    session = onnxruntime.InferenceSession("digits.onnx")
    metadata = session.get_modelmeta().custom_metadata_map
    assert json.loads(metadata["class_names"])[3] == "3"
    ```
    """
    require_extra("Export to ONNX", "onnx", "tf2onnx", "onnxruntime")
    import onnx

    images = keras.InputSpec(
        shape=(None, *classifier.image_shape), dtype="uint8", name="images"
    )
    with new_target(path, suffix=".onnx", overwrite=overwrite) as temporary:
        complete_tf2onnx()
        network = in_float32(classifier.network)
        with warnings.catch_warnings():
            # Keras looks for `numpy.object`, which is no more, on behalf of tf2onnx.
            warnings.filterwarnings("ignore", ".*np.object", category=FutureWarning)
            network.export(
                str(temporary), format="onnx", verbose=False, input_signature=[images]
            )
        # tf2onnx only logs what it could not convert.
        check_onnx(temporary)
        exported = onnx.load(temporary)
        # tf2onnx numbers the sizes that it does not know.
        for value in (*exported.graph.input, *exported.graph.output):
            value.type.tensor_type.shape.dim[0].dim_param = "batch"
        names = exported.metadata_props.add()
        names.key, names.value = "class_names", json.dumps(classifier.class_names)
        checksum = exported.metadata_props.add()
        checksum.key, checksum.value = "checksum", UNSEALED
        onnx.save(exported, temporary)
        seal(temporary)
        check_answers(classifier, temporary)
