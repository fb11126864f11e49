"""A model of a table together with all that it needs to read raw rows."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from keras_mlp.data.columns.described import check_names
from keras_mlp.data.columns.number_column import NumberColumn
from keras_mlp.data.columns.tabular_preprocessing import TabularPreprocessing
from keras_mlp.export.answers import Answers
from keras_mlp.export.class_names import checked_names
from keras_mlp.export.logits import gives_logits
from keras_mlp.models.saving.input_signature import input_signature
from keras_mlp.validation import check_switch


class TabularModel:
    """A model of a table: raw columns in, answers out.

    The functions of `keras_mlp.export` write it, as they write an `ImageClassifier`. A
    SavedModel takes columns as they are in the table, at its endpoint `serve`; LiteRT
    and ONNX have no text, and take the codes of `data.TabularPreprocessing.codes`. What
    each column may hold, and the code of each category, is in a `signature.json`: in
    the directory of a SavedModel, beside `model.onnx` as `model.onnx.signature.json`.

    Args:
        model: A built model: one with a `data.TabularPreprocessing`, such as a
            `models.MLPClassifier`; or one that takes rows of numbers,
            `[batch, features]`.
        columns: Name of each feature, for a model that takes rows of numbers. Defaults
            to those that it was trained with, or `x0`, `x1` and so on.
        class_names: Name of each class, in the order of the outputs, two for a single
            output. Defaults to those of the model; without any, it predicts numbers.
        target: Name of what is predicted, for `signature.json`. Defaults to
            `"target"`.
        from_logits: Whether the outputs of a classifier are logits. Defaults to
            `None`: what the model says.

    Attributes:
        task: `"classification"` or `"regression"`.

    Raises:
        ValueError: If the model is not built, takes something else, or has another
            number of outputs than there are names.

    Example:

    ```python
    import numpy as np
    import tensorflow as tf
    import keras_mlp
    from keras_mlp import data, export, models

    table = {"age": [20.0, 30.0, 40.0, 50.0], "city": ["Rome", "Oslo", "Rome", ""]}
    model = models.MLPRegressor(
        1, [8], preprocessing=data.TabularPreprocessing(), seed=0
    )
    model.adapt(table, np.array([1.0, 2.0, 3.0, 4.0]))
    model.compile()
    model.fit(table, np.array([1.0, 2.0, 3.0, 4.0]), verbose=0)

    export.export_saved_model(export.TabularModel(model, target="rent"), "rent")
    served = tf.saved_model.load("rent")
    rows = {"age": tf.constant([25.0]), "city": tf.constant(["Oslo"])}
    assert served.serve(rows)["predictions"].shape == (1,)
    ```
    """

    def __init__(
        self,
        model: keras.Model,
        columns: Sequence[str] | None = None,
        class_names: Sequence[str] | None = None,
        target: str = "target",
        from_logits: bool | None = None,
    ) -> None:
        # Refuses a model that is not built.
        signature = keras.tree.flatten(input_signature(model))
        self.model = model
        self.target = target
        layer = getattr(model, "preprocessing", None)
        self.preprocessing = layer if isinstance(layer, TabularPreprocessing) else None
        if self.preprocessing is None:
            self.columns = _named_numbers(model, signature, columns)
        else:
            self.columns = self.preprocessing.columns
        if class_names is None:
            class_names = getattr(model, "class_names", None)
        self.class_names = checked_names(class_names) if class_names else None
        self.task = "regression" if self.class_names is None else "classification"
        self._answers = None
        if self.class_names is not None:
            self._answers = Answers(
                gives_logits(model)
                if from_logits is None
                else check_switch("from_logits", from_logits)
            )
        self._check_outputs()

    @property
    def dtypes(self) -> dict[str, str]:
        """Dtype of each raw column, `"float32"` or `"string"`."""
        if self.preprocessing is None:
            return dict.fromkeys(self.columns, "float32")
        signature = self.preprocessing.input_signature()
        return {name: spec.dtype for name, spec in signature.items()}

    def answer(self, columns: Any) -> dict[str, Any]:
        """Returns the answers to raw columns.

        Args:
            columns: Tensors by name, `[rows]`.

        Returns:
            Of a classifier `probabilities`, float32 `[rows, classes]`, `class_index`,
            int64 `[rows]`, and `classes`, strings `[rows]`; otherwise `predictions`,
            float32 `[rows]`, or `[rows, outputs]` of several.
        """
        if self.preprocessing is None:
            return self._answered(tf.stack([columns[n] for n in self.columns], axis=1))
        return self._answered(columns)

    def answer_codes(self, codes: Any) -> dict[str, Any]:
        """Returns the answers to columns without strings, but for the names of classes.

        Args:
            codes: As `TabularPreprocessing.codes` returns them.
        """
        if self.preprocessing is None:
            answers = self.answer(codes)
        else:
            answers = self._answered(self.preprocessing.encode_codes(codes))
        return {name: answer for name, answer in answers.items() if name != "classes"}

    def _answered(self, inputs: Any) -> dict[str, Any]:
        outputs = self.model(inputs, training=False)
        if self._answers is None:
            single = outputs.shape[-1] == 1
            flat = tf.squeeze(outputs, axis=-1) if single else outputs
            return {"predictions": tf.cast(flat, tf.float32)}
        answers = self._answers(outputs)
        names = tf.constant(self.class_names)
        return {**answers, "classes": tf.gather(names, answers["class_index"])}

    def _check_outputs(self) -> None:
        outputs = self.model.compute_output_shape(
            (None, len(self.columns))
            if self.preprocessing is None
            else (None, self.preprocessing.encoded_width)
        )
        shape = tuple(outputs) if isinstance(outputs, (tuple, list)) else ()
        if self.class_names is None:
            right = len(shape) == 2
        else:
            count = len(self.class_names)
            right = shape in [(None, n) for n in ((1, 2) if count == 2 else (count,))]
        if not right:
            names = "no" if self.class_names is None else len(self.class_names)
            raise ValueError(
                "`class_names` must name each output of the model, or two classes for "
                "a single one; without any, the outputs are numbers. Received: "
                f"{names} names, and a model with outputs of the shape {shape}. Pass a "
                "name for each class."
            )


def _named_numbers(
    model: keras.Model, signature: list[Any], columns: Sequence[str] | None
) -> dict[str, Any]:
    """Returns columns of numbers, for a model that takes rows of them."""
    shapes = [tuple(spec.shape) for spec in signature]
    if len(shapes) != 1 or len(shapes[0]) != 2 or shapes[0][1] is None:
        raise ValueError(
            "`model` must have a TabularPreprocessing, or take rows of numbers. "
            f"Received: a model for inputs of the shape {shapes}. Make it with "
            "`preprocessing=data.TabularPreprocessing()`."
        )
    width = shapes[0][1]
    known = getattr(model, "_column_names", None)
    if columns is None:
        columns = (known and known[0]) or [f"x{number}" for number in range(width)]
    names = check_names("columns", columns)
    if len(names) != width:
        raise ValueError(
            f"Argument `columns` must name each of the {width} features. Received: "
            f"{len(names)} names. Pass as many."
        )
    column = NumberColumn(scaling="none", indicator=False)
    return dict.fromkeys(names, column)


def sample_rows(model: TabularModel, rows: int = 16) -> dict[str, np.ndarray]:
    """Returns made-up raw columns, for a comparison of answers.

    Each kind of value is among them: missing ones, unknown categories, dates.

    Args:
        model: For what.
        rows: How many.
    """
    random = np.random.default_rng(0)
    columns: dict[str, np.ndarray] = {}
    for name, dtype in model.dtypes.items():
        column = model.columns[name]
        if dtype == "float32":
            center, scale = (
                getattr(column, "center", 0.0),
                getattr(column, "scale", 1.0),
            )
            values = random.normal(center or 0.0, scale or 1.0, rows).astype("float32")
            if model.preprocessing is not None:
                values[::5] = np.nan
            columns[name] = values
        else:
            words = getattr(column, "vocabulary", None) or ["2024-02-29T12:30:00"]
            chosen = random.choice(np.array(["", "not known", *words], object), rows)
            columns[name] = chosen
    return columns
