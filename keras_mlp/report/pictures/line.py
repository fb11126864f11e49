"""The pictures of a linear regression: its line, and how it got there."""

import os
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from keras_mlp.report.arrays import as_series, check_same_length
from keras_mlp.report.pictures.drawing import (
    BLUE,
    DARK,
    GREY,
    VERMILION,
    drawing,
    set_epochs,
)
from keras_mlp.report.text import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_line_fit(
    x: ArrayLike,
    y: ArrayLike,
    kernel: ArrayLike,
    bias: ArrayLike,
    path: str | os.PathLike[str],
    true_kernel: float = 3.0,
    true_bias: float = 2.0,
    title: str | None = None,
) -> None:
    """Draws the samples with the fitted line and the line that they come from.

    Args:
        x: The inputs, `[n]` or `[n, 1]`.
        y: The targets, in the same form.
        kernel: Slope of the fitted line: a number, or an array that holds just one.
        bias: Its intercept, in the same form.
        path: The PNG file to write. An existing one is replaced.
        true_kernel: Slope of the line that the samples scatter around.
        true_bias: Its intercept.
        title: Heading of the picture.

    Raises:
        ImportError: If matplotlib is not installed.
        ValueError: If `x` and `y` are no sequences of the same length.

    Example:

    ```python
    from keras_mlp.report import plot_line_fit

    plot_line_fit([0.0, 1.0, 2.0], [2.1, 4.9, 8.2], 3.05, 2.02, "fit.png")
    ```
    """
    inputs = as_series("x", x)
    targets = as_series("y", y)
    check_same_length(
        len(inputs), "sample of `x`", "Pass the target of every input.", y=targets
    )
    ends = np.array([inputs.min(), inputs.max()])
    slope, intercept = np.asarray(kernel).item(), np.asarray(bias).item()
    with drawing(path, 7.2, 4.8, title) as figure:
        axes = figure.subplots()
        axes.scatter(
            inputs, targets, s=14, color=GREY, alpha=0.35, linewidths=0, label="samples"
        )
        axes.plot(
            ends,
            slope * ends + intercept,
            color=BLUE,
            linewidth=2.6,
            label=f"fitted: {_line(slope, intercept)}",
        )
        axes.plot(
            ends,
            true_kernel * ends + true_bias,
            color=VERMILION,
            linestyle="--",
            label=f"true: {_line(true_kernel, true_bias)}",
        )
        axes.set_xlabel("x")
        axes.set_ylabel("y")
        # The lines rise or fall through the middle: one upper corner is free.
        axes.legend(loc="upper left" if true_kernel >= 0 else "upper right")


def plot_parameters(
    kernels: ArrayLike,
    biases: ArrayLike,
    path: str | os.PathLike[str],
    true_kernel: float = 3.0,
    true_bias: float = 2.0,
    losses: ArrayLike | None = None,
    title: str | None = None,
) -> None:
    """Draws slope and intercept per epoch against the true ones, and the loss.

    Args:
        kernels: The slope, an entry per epoch, from epoch 0, the starting value.
        biases: The intercepts, in the same form.
        path: The PNG file to write. An existing one is replaced.
        true_kernel: The slope to be found.
        true_bias: The intercept to be found.
        losses: The losses, in the same form. They get a separate panel.
        title: Heading of the picture.

    Raises:
        ImportError: If matplotlib is not installed.
        ValueError: If the sequences differ in length.

    Example:

    ```python
    from keras_mlp.report import plot_parameters

    kernels, biases, losses = [5.0, 4.6, 4.3], [0.0, 0.4, 0.7], [9.1, 6.1, 4.2]
    plot_parameters(kernels, biases, "parameters.png", losses=losses)
    ```
    """
    slopes = as_series("kernels", kernels)
    intercepts = as_series("biases", biases)
    errors = None if losses is None else as_series("losses", losses)
    check_same_length(
        len(slopes),
        "epoch of `kernels`",
        "Record all of them every epoch.",
        biases=intercepts,
        losses=errors,
    )
    epochs = np.arange(len(slopes))
    width = 6.4 if errors is None else 10.4
    with drawing(path, width, 4.2, title) as figure:
        panels = figure.subplots(1, 1 if errors is None else 2, squeeze=False)[0]
        axes = panels[0]
        for name, values, truth, color, marker in (
            ("w", slopes, true_kernel, BLUE, "o"),
            ("b", intercepts, true_bias, VERMILION, "s"),
        ):
            _draw_values(axes, epochs, values, color, marker, name)
            axes.axhline(
                truth, color=color, linestyle="--", linewidth=1.2, label=f"true {name}"
            )
        axes.set_ylabel("parameter")
        axes.legend(ncols=2)
        if errors is not None:
            _draw_values(panels[1], epochs, errors, DARK, "o", "loss")
            panels[1].set_ylabel("loss")
            # From zero, so that the height of the curve is the size of the loss.
            panels[1].set_ylim(bottom=errors[np.isfinite(errors)].min(initial=0.0))
        for axes in panels:
            set_epochs(axes, 0, len(slopes) - 1)


def _line(kernel: float, bias: float) -> str:
    return f"y = {kernel:.3g} x {'-' if bias < 0 else '+'} {abs(bias):.3g}"


def _draw_values(
    axes: "Axes",
    epochs: np.ndarray,
    values: np.ndarray,
    color: str,
    marker: str,
    label: str,
) -> None:
    axes.plot(epochs, values, color=color, marker=marker, markersize=4, label=label)
    if not np.isfinite(values[-1]):
        return
    axes.annotate(
        number(values[-1]),
        (epochs[-1], values[-1]),
        xytext=(13, 0),
        textcoords="offset points",
        color=color,
        fontweight="bold",
        verticalalignment="center",
        annotation_clip=False,
    )
