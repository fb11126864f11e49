"""The report of any trained model."""

import os
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from keras_mlp.files import replacing
from keras_mlp.report.evaluation.evaluated import Evaluated, evaluate
from keras_mlp.report.history_findings import history_of
from keras_mlp.report.page.document import Section, write_report
from keras_mlp.report.pictures.drawing import require_matplotlib
from keras_mlp.report.sections import example_sections, history_sections

_PICTURES = "report-pictures"


def write(
    model: Any,
    data: Any,
    history: Any,
    directory: str | os.PathLike[str],
    *,
    title: str | None = None,
    class_names: Sequence[str] | None = None,
    column_names: Sequence[str] | None = None,
    image_shape: Sequence[int] | None = None,
    task: str | None = None,
    from_logits: bool | None = None,
    facts: Mapping[str, object] | None = None,
) -> Path:
    """Writes a report about a trained model, as one HTML file.

    The model answers all of `data`. The report says in sentences what its figures show:
    where overfitting begins, which classes are confused, which columns matter, whether
    probabilities are too high, whether errors grow with the prediction. Below are
    pictures and tables. For all models: the history. For classes: a confusion matrix,
    precision and recall, calibration and, for two classes, ROC. For numbers: residuals.
    For a table: the permutation importance of its columns, partial dependence of the
    first six, and the rows with the largest errors. For images: the mistakes.

    All data are read into memory. If there are many, pass a part, such as
    `data.take(100)`. Without matplotlib, the report has no pictures, and a warning says
    so.

    Args:
        model: What has Keras' `predict`. Its outputs are `[n, classes]`, or `[n, 1]`
            for the second of two classes: probabilities or logits; or `[n, outputs]`,
            numbers.
        data: What the model is reported on, best what it was not trained on: a
            `tf.data.Dataset` of `(x, y)` batches, or a tuple `(x, y)`. `x` is a table,
            as a dictionary of columns `[n]` (numbers, NaN for missing; text, `""` for
            missing) or as a data frame; or rows of numbers, `[n, columns]`; or images,
            `[n, height, width]` or `[n, height, width, channels]`, uint8 or floats.
            `y` are classes, as whole numbers, one-hot or by name; or numbers, `[n]` or
            `[n, outputs]`.
        history: What `fit` returned, its dictionary `history`, or `None`.
        directory: Where `report.html` goes, and `report-pictures/` with the pictures.
            It is made if it is not there; those two are replaced.
        title: Heading of the report. Defaults to the model's name.
        class_names: The names of the classes, in the order of the outputs. Defaults to
            what `data` or the model has under this name, then to numbers.
        column_names: The names of the columns of rows of numbers.
        image_shape: `(height, width)` or `(height, width, channels)`, of images that
            are rows of numbers.
        task: `"classification"` or `"regression"`. Defaults to `data.task`, or else to
            what the model's loss, its outputs and the targets say.
        from_logits: Whether the outputs of a classifier are logits. Defaults to what
            the model says, by its `from_logits()`, its last activation or its loss, and
            to `False` for outputs that are probabilities.
        facts: What else a reader wants to know first, by name: text or numbers.

    Returns:
        The path of `report.html`.

    Raises:
        ValueError: If data, model, history and names do not fit together.

    Example:

    ```python
    import keras
    import numpy as np
    from keras_mlp import report

    x = np.random.default_rng(0).normal(size=(200, 3))
    y = x[:, 0] + x[:, 1] ** 2
    model = keras.Sequential([keras.layers.Dense(16, "relu"), keras.layers.Dense(1)])
    model.compile("adam", "mse")
    history = model.fit(x, y, epochs=2, validation_split=0.2, verbose=0)
    path = report.write(model, (x, y), history, "sums", column_names=["a", "b", "c"])
    assert "Which columns matter" in path.read_text()
    ```
    """
    epochs = history_of(history)
    evaluated = evaluate(
        model,
        data,
        class_names=class_names,
        column_names=column_names,
        image_shape=image_shape,
        task=task,
        from_logits=from_logits,
    )
    directory = Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / "report.html"
    heading = title or f"Report of {getattr(model, 'name', type(model).__name__)}"
    told = {**_facts(evaluated), **(facts or {})}
    try:
        require_matplotlib()
    except ImportError as error:
        warnings.warn(f"The report has no pictures. {error}", stacklevel=2)
        told["pictures"] = f"left out. {error}"
        write_report(path, heading, told, _sections(evaluated, epochs, None))
        return path
    with replacing(directory / _PICTURES) as pictures:
        pictures.mkdir()
        sections = _sections(evaluated, epochs, pictures)
        # While the pictures are there: the page holds them.
        write_report(path, heading, told, sections)
    return path


def _facts(evaluated: Evaluated) -> dict[str, object]:
    examples = evaluated.examples
    optimizer = getattr(evaluated.model, "optimizer", None)
    rate = getattr(optimizer, "learning_rate", None)
    return {
        # Of a schedule, the rate that the last step was taken with.
        **({} if rate is None else {"learning rate": float(rate)}),
        "task": evaluated.task,
        "examples": f"{len(examples):,}",
        **({"columns": len(examples.column_names)} if examples.column_names else {}),
        **({"classes": len(evaluated.names)} if evaluated.labels is not None else {}),
    }


def _sections(
    evaluated: Evaluated, epochs: Mapping[str, Sequence[float]], pictures: Path | None
) -> list[Section]:
    answers, *dependences = example_sections(evaluated, pictures)
    # How good it is, then how it came to that; the epochs, folded, last.
    training = history_sections(epochs, pictures)
    return [answers, *training[:1], *dependences, *training[1:]]
