"""The picture of the examples that a model answers worst."""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from keras_mlp.report.arrays import as_pixels, to_brightness
from keras_mlp.report.classification.predictions import draw_answers
from keras_mlp.report.evaluation.evaluated import Evaluated, evaluate
from keras_mlp.report.pictures.drawing import RED, drawing, printable
from keras_mlp.report.text import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MOST_IMAGES = 24
_MOST_ROWS = 12
_MOST_COLUMNS = 6


def plot_mistakes(
    model: Any,
    x: Any,
    y: ArrayLike,
    path: str | os.PathLike[str],
    class_names: Sequence[str] | None = None,
    image_shape: Sequence[int] | None = None,
    title: str | None = None,
) -> None:
    """Draws what a model mistakes: the worst examples first.

    Of a classifier these are the wrong answers, the most confident ones leading: up to
    24 images, or the first columns of up to 12 rows. Of a regression they are the rows
    that are furthest off.

    Args:
        model: What has Keras' `predict`.
        x: Examples, best what it was not trained on: images, rows of numbers, or a
            table as a dictionary or a data frame.
        y: Their classes or numbers, as for `write`.
        path: The PNG file to write. An existing one is replaced.
        class_names: The names of the classes, in order.
        image_shape: `(height, width)` or `(height, width, channels)` of images that are
            rows of numbers.
        title: Heading of the picture; the number of mistakes is put behind it.

    Raises:
        ImportError: If matplotlib is not installed.
        ValueError: If model, examples and names do not fit together.

    Example:

    ```python
    import keras
    import numpy as np
    from keras_mlp.report import plot_mistakes

    x = np.random.default_rng(0).normal(size=(50, 3))
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, "softmax")])
    plot_mistakes(model, x, (x[:, 0] > 0).astype(int), "mistakes.png")
    ```
    """
    data = (x, np.asarray(y))
    evaluated = evaluate(model, data, class_names=class_names, image_shape=image_shape)
    places = _worst_first(evaluated)
    total = len(evaluated.examples)
    heading = "The largest errors"
    if evaluated.labels is not None:
        heading = f"{len(places):,} of {total:,} taken for another class"
    heading = heading if title is None else f"{printable(title, 50)}: {heading}"
    is_images = evaluated.labels is not None and evaluated.examples.image_shape
    if len(places) == 0 or not is_images:
        shown = places[:_MOST_ROWS]
        with drawing(path, 9, 0.32 * len(shown) + 1.2, heading) as figure:
            _draw_rows(figure.subplots(), evaluated, shown)
        return
    shown = places[:_MOST_IMAGES]
    names = [printable(name, 12) for name in evaluated.names]
    pictures = to_brightness(as_pixels("x", evaluated.examples.images())[shown])
    labels = evaluated.labels
    assert labels is not None
    predicted = evaluated.answers.argmax(axis=1)
    with drawing(path, 8, 6, heading) as figure:
        draw_answers(
            figure.subplots(), pictures, labels[shown], predicted[shown], names
        )


def _worst_first(evaluated: Evaluated) -> np.ndarray:
    if evaluated.labels is None:
        errors = np.abs(evaluated.targets - evaluated.answers).max(axis=1)
        return np.argsort(-errors, kind="stable")
    wrong = np.flatnonzero(evaluated.answers.argmax(axis=1) != evaluated.labels)
    confidence = evaluated.answers[wrong].max(axis=1)
    return wrong[np.argsort(-confidence, kind="stable")]


def _draw_rows(axes: "Axes", evaluated: Evaluated, places: np.ndarray) -> None:
    axes.set_axis_off()
    if len(places) == 0:
        axes.text(0.0, 0.5, "Every answer is right.", verticalalignment="center")
        return
    columns = evaluated.examples.column_names[:_MOST_COLUMNS]
    header = ["true", "predicted", *columns]
    rows = [
        [
            *_truth_and_answer(evaluated, place),
            *(_cell(evaluated.examples.column(name)[place]) for name in columns),
        ]
        for place in places
    ]
    table = axes.table(
        [[printable(cell, 16) for cell in row] for row in rows],
        colLabels=[printable(name, 16) for name in header],
        loc="upper left",
        cellLoc="left",
        edges="horizontal",
    )
    table.auto_set_font_size(False)
    table.set_fontsize(9)
    table.scale(1, 1.3)
    for row in range(1, len(rows) + 1):
        table[row, 1].get_text().set(color=RED, fontweight="bold")


def _truth_and_answer(evaluated: Evaluated, place: int) -> tuple[str, str]:
    if evaluated.labels is None:
        assert evaluated.targets is not None
        truth, answer = evaluated.targets[place], evaluated.answers[place]
        worst = int(np.abs(truth - answer).argmax())
        return number(truth[worst]), number(answer[worst])
    chosen = evaluated.answers[place].argmax()
    sure = evaluated.answers[place, chosen]
    truth = evaluated.names[evaluated.labels[place]]
    return truth, f"{evaluated.names[chosen]} ({sure:.0%})"


def _cell(value: Any) -> str:
    return str(value) if isinstance(value, (str, bytes)) else number(float(value))
