"""The part of a report on the columns of a table."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from keras_mlp.report.columns.charts import plot_dependence, plot_importance
from keras_mlp.report.columns.dependence import (
    MISSING,
    Dependence,
    partial_dependence,
)
from keras_mlp.report.columns.findings import column_findings
from keras_mlp.report.columns.importance import Importance
from keras_mlp.report.evaluation.examples import Examples
from keras_mlp.report.page.document import Pictures, Section
from keras_mlp.report.text import number

MOST_DEPENDENCES = 6
_MOST_ERRORS = 10
_MOST_VALUES = 6


def importance_section(importance: Importance, directory: Path | None) -> Section:
    """Returns the section on which columns matter.

    Args:
        importance: What `permutation_importance` found.
        directory: Where the picture goes; `None` for none.
    """
    pictures: Pictures = {}
    if directory is not None:
        path = directory / "importance.png"
        plot_importance(importance, path)
        pictures[path] = (
            "How much worse the answers get when a column is shuffled: mean and spread "
            "of five shuffles. Grey: no more than chance or a trifle."
        )
    rows = [
        [name, float(rise), float(spread)]
        for name, rise, spread in zip(
            importance.names, importance.rises, importance.spreads, strict=True
        )
    ]
    return Section(
        "Which columns matter",
        f"The {importance.measure} is {number(importance.base)} on {importance.rows:,} "
        "rows. It was measured again with the values of one column shuffled. Columns "
        "that say the same stand in for each other: each alone may seem not to matter.",
        pictures=pictures,
        table=(["column", f"rise of the {importance.measure}", "spread"], rows),
        findings=column_findings(importance),
    )


def dependence_section(
    examples: Examples,
    names: Sequence[str],
    outputs_of: Callable[[Examples], np.ndarray],
    answer: str,
    output_names: Sequence[str],
    directory: Path | None,
) -> Section:
    """Returns the section on how the answer moves with the columns.

    Args:
        examples: A table.
        names: The columns, at most six of which are looked at.
        outputs_of: Returns what is drawn of examples, `[n, outputs]`.
        answer: What that is.
        output_names: The name of each output.
        directory: Where the pictures go; `None` for none.
    """
    found = [
        dependence
        for name in names[:MOST_DEPENDENCES]
        if (dependence := partial_dependence(examples, name, outputs_of)) is not None
    ]
    pictures: Pictures = {}
    if directory is not None and found:
        means = np.concatenate([dependence.outputs for dependence in found])
        limits = float(np.nanmin(means)), float(np.nanmax(means))
        for place, dependence in enumerate(found, start=1):
            path = directory / f"dependence-{place}.png"
            plot_dependence(dependence, path, answer, output_names, limits)
            pictures[path] = f"{dependence.name}: {_in_words(dependence, output_names)}"
    return Section(
        "How the answer moves with a column",
        f"The {answer}, as a mean over examples, when a column holds the same value in "
        "all of them. All pictures have one scale.",
        pictures=pictures,
        table=None
        if pictures
        else (
            ["column", "what was found"],
            [[each.name, _in_words(each, output_names)] for each in found],
        ),
    )


def _in_words(dependence: Dependence, output_names: Sequence[str]) -> str:
    place = int(np.ptp(dependence.outputs, axis=0).argmax())
    means = dependence.outputs[:, place]
    lowest, highest = int(means.argmin()), int(means.argmax())
    of = f" of {output_names[place]}" if len(output_names) > 1 else ""
    low, high = (
        number(value) if dependence.is_numeric else value
        for value in (dependence.values[lowest], dependence.values[highest])
    )
    return (
        f"the mean{of} is lowest, {number(means[lowest])}, at {low}, and highest, "
        f"{number(means[highest])}, at {high}."
    )


def largest_errors_section(
    examples: Examples,
    errors: np.ndarray,
    answers: Sequence[Sequence[object]],
    header: Sequence[str],
    names: Sequence[str],
) -> Section:
    """Returns the section with the ten rows whose errors are largest.

    Args:
        examples: A table.
        errors: The error of each row, `[n]`.
        answers: What is shown of a row beside its columns, a sequence per row.
        header: The names of that.
        names: The columns, the first six of which are shown.
    """
    order = np.argsort(-np.nan_to_num(errors, nan=np.inf), kind="stable")
    shown = names[:_MOST_VALUES]
    columns = [examples.column(name) for name in shown]
    rows = [
        [int(place), *answers[place], *(_shown(values[place]) for values in columns)]
        for place in order[:_MOST_ERRORS]
    ]
    some = f", and the {len(shown)} columns that matter most" if names else ""
    return Section(
        "Rows with the largest errors",
        f"Rows are counted from 0{some}.",
        table=(["row", *header, *shown], rows),
    )


def _shown(value: object) -> object:
    if isinstance(value, str):
        return value or MISSING
    return MISSING if np.isnan(value) else value  # type: ignore[call-overload]
