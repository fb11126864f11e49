"""Classifiers as ONNX files."""

import os

import keras

from keras_mlp.export.comparison import check_answers
from keras_mlp.export.formats.float32 import in_float32
from keras_mlp.export.formats.onnx_conversion import write_onnx
from keras_mlp.export.image_classifier import ImageClassifier
from keras_mlp.export.tables.coded_table import (
    check_codes,
    coded_network,
    new_coded_table,
)
from keras_mlp.export.tables.tabular_model import TabularModel
from keras_mlp.export.target import new_target
from keras_mlp.requirements import require_extra


def export_onnx(
    classifier: ImageClassifier | TabularModel,
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
        classifier: What to export. A `TabularModel` takes codes, as its docstring says.
        path: The file to write, which ends with `.onnx`.
        overwrite: Whether a file that is there may be replaced. Defaults to `False`.

    Raises:
        ImportError: If `onnx`, `tf2onnx` or `onnxruntime` is not installed.
        ValueError: If `path` does not end with `.onnx`, the model has an operation that
            cannot be put into ONNX, or the file answers otherwise than the model.
        FileExistsError: If `path` exists and must not be replaced.
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
    if isinstance(classifier, TabularModel):
        _export_table(classifier, path, overwrite)
        return
    images = keras.InputSpec(
        shape=(None, *classifier.image_shape), dtype="uint8", name="images"
    )
    with new_target(path, suffix=".onnx", overwrite=overwrite) as temporary:
        network = in_float32(classifier.network)
        write_onnx(network, temporary, [images], classifier.class_names)
        check_answers(classifier, temporary)


def _export_table(
    model: TabularModel, path: str | os.PathLike[str], overwrite: bool
) -> None:
    import onnxruntime

    with new_coded_table(model, path, ".onnx", overwrite) as temporary:
        network = coded_network(model)
        signature = {
            name: keras.InputSpec(
                shape=(None, *one.shape[1:]), dtype=one.dtype, name=name
            )
            for name, one in network.input.items()
        }
        write_onnx(network, temporary, [signature], model.class_names)
        session = onnxruntime.InferenceSession(
            temporary, providers=["CPUExecutionProvider"]
        )
        names = [output.name for output in session.get_outputs()]
        check_codes(
            model,
            network,
            lambda codes: dict(zip(names, session.run(None, codes), strict=True)),
        )
