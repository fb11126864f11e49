"""The `export` of our models, which works as soon as they are built."""

import os
from typing import Any

import keras

from keras_mlp.files import removed_on_failure
from keras_mlp.models.saving.input_signature import input_signature as signature_of
from keras_mlp.models.saving.onnx_operations import check_onnx, complete_tf2onnx
from keras_mlp.requirements import require_extra
from keras_mlp.training import TapeTrainer


# A method of more than one class: `self` is what help() shows of it there.
def export(
    self: keras.Model,
    filepath: str | os.PathLike[str],
    format: str = "tf_saved_model",
    verbose: bool | None = None,
    input_signature: Any = None,
    **kwargs: Any,
) -> None:
    """Writes the model for inference, as `keras.Model.export` does.

    No call of the model is needed first. Stock Keras refuses to export a subclassed
    model that was built, or loaded, but never called: "The model provided has never
    called".

    Where nothing was at `filepath`, a failed export leaves nothing. Keras writes into
    what is there; `keras_mlp.export` replaces it in one step.

    Args:
        filepath: Where to write.
        format: `"tf_saved_model"`, `"litert"`, `"onnx"` or another of Keras'.
        verbose: Whether to say what was written.
        input_signature: Shapes and dtypes of the inputs. Defaults to what the
            model was built for, with any batch size.
        **kwargs: As for `keras.Model.export`.

    Raises:
        ImportError: If a package that the format needs is not installed.
        ValueError: If the model is not built, or has an operation that cannot be put
            into ONNX.

    Example:

    ```python
    import keras_mlp

    model = keras_mlp.models.MLPClassifier(10, hidden_units=[32])
    model.build((None, 784))
    model.export("never_called", verbose=False)
    ```
    """
    if input_signature is None:
        input_signature = signature_of(self)
    if format == "onnx":
        require_extra("Export to ONNX", "onnx", "tf2onnx")
        complete_tf2onnx()
    with removed_on_failure(filepath):
        # That of the class of Keras which comes after ours.
        super(TapeTrainer, self).export(
            # Keras 3.13 and 3.14 take nothing else for LiteRT.
            os.fspath(filepath),
            format=format,
            verbose=verbose,
            input_signature=input_signature,
            **kwargs,
        )
        if format == "onnx":
            # tf2onnx only logs what it could not convert.
            check_onnx(filepath)
