"""The part of a report on a regression's errors."""

from pathlib import Path

import numpy as np

from keras_mlp.report.page.document import Pictures, Section
from keras_mlp.report.regression.findings import residual_findings
from keras_mlp.report.regression.residuals import (
    plot_fit,
    plot_residual_histogram,
    plot_residuals,
)

_MOST_OUTPUTS = 4
_QUANTILES = (0.5, 0.9, 0.99, 1.0)


def regression_sections(
    targets: np.ndarray, predictions: np.ndarray, directory: Path | None
) -> list[Section]:
    """Returns a section for each of the first four outputs.

    Args:
        targets: `[n, outputs]`.
        predictions: `[n, outputs]`.
        directory: Where the pictures go; `None` for none.
    """
    outputs = targets.shape[1]
    return [
        _section(
            targets[:, output],
            predictions[:, output],
            "the target" if outputs == 1 else f"output {output + 1}",
            "" if outputs == 1 else f"-{output + 1}",
            directory,
        )
        for output in range(min(outputs, _MOST_OUTPUTS))
    ]


def _section(
    true: np.ndarray,
    predicted: np.ndarray,
    name: str,
    suffix: str,
    directory: Path | None,
) -> Section:
    pictures: Pictures = {}
    if directory is not None:
        for plot, stem, text in (
            (plot_fit, "fit", "Predicted against true values: on the line, right."),
            (
                plot_residuals,
                "residuals",
                "Residuals against predictions: a slope, a bend or a funnel is "
                "something that the model has not learnt.",
            ),
            (plot_residual_histogram, "histogram", "How many residuals of each size."),
        ):
            path = directory / f"{stem}{suffix}.png"
            plot(true, predicted, path)
            pictures[path] = text
    errors = np.abs(true - predicted)
    rows = [
        [f"{share:.0%}", float(limit)]
        for share, limit in zip(
            _QUANTILES, np.quantile(errors, _QUANTILES), strict=True
        )
    ]
    return Section(
        "Errors" if not suffix else f"Errors of {name}",
        "A residual is a true value less its prediction.",
        pictures=pictures,
        table=(["share of examples", "with an error of at most"], rows),
        findings=residual_findings(true, predicted, name),
    )
