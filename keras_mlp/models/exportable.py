"""Models that can be exported as soon as they are built."""

import os
from typing import Any

from keras_mlp.files import removed_on_failure
from keras_mlp.models.input_signature import input_signature as signature_of


class Exportable:
    """Mixin for a `keras.Model`: `export` needs no call of the model first.

    Stock Keras refuses to export a subclassed model that was built, or loaded, but
    never called: "The model provided has never called".

    Example:

    ```python
    import keras_mlp

    model = keras_mlp.models.MLPClassifier(10, hidden_units=[32])
    model.build((None, 784))
    model.export("never_called", verbose=False)
    ```
    """

    def export(
        self,
        filepath: str | os.PathLike[str],
        format: str = "tf_saved_model",
        verbose: bool | None = None,
        input_signature: Any = None,
        **kwargs: Any,
    ) -> None:
        """Writes the model for inference, as `keras.Model.export` does.

        Args:
            filepath: Where to write.
            format: `"tf_saved_model"`, `"litert"`, `"onnx"` or another of Keras'.
            verbose: Whether to say what was written.
            input_signature: Shapes and dtypes of the inputs. Defaults to what the
                model was built for, with any batch size.
            **kwargs: As for `keras.Model.export`.

        Raises:
            ValueError: If the model is not built.

        Where nothing was at `filepath`, a failed export leaves nothing. Keras writes
        into what is there; `keras_mlp.export` replaces it in one step.
        """
        if input_signature is None:
            input_signature = signature_of(self)
        with removed_on_failure(filepath):
            super().export(  # type: ignore[misc]
                # Keras 3.13 and 3.14 take nothing else for LiteRT.
                os.fspath(filepath),
                format=format,
                verbose=verbose,
                input_signature=input_signature,
                **kwargs,
            )
