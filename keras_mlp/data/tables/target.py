"""The column that a model must predict."""

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np

from keras_mlp.data.columns.raw_columns import raw_columns
from keras_mlp.data.tables.description.profile import MOST_DIFFERENT, Profile
from keras_mlp.data.tables.sources.source import Source
from keras_mlp.data.tasks import TASKS
from keras_mlp.validation import check_choice

# Integers with more different values are taken for quantities.
MOST_INTEGER_CLASSES = 20


@dataclasses.dataclass(frozen=True, kw_only=True)
class Target:
    """The column that a model must predict, and how it becomes numbers.

    Args:
        name: Name of the column.
        task: `"classification"` or `"regression"`.
        reason: Why, in words.
        classes: The values that are the classes, as a `pyarrow` array; `None` for a
            regression.
        class_names: Their names.
    """

    name: str
    task: str
    reason: str
    classes: Any
    class_names: tuple[str, ...] | None

    def encoded(self, values: Any) -> np.ndarray:
        """Returns int64 places among the classes, or float32 numbers.

        Args:
            values: Values of the column, of `pyarrow`.
        """
        if self.classes is None:
            return raw_columns({self.name: values})[self.name]
        from pyarrow import compute

        places = compute.index_in(values, value_set=self.classes)
        return places.to_numpy().astype("int64")


def find_target(
    source: Source, profile: Profile, name: str, task: str | None
) -> Target:
    """Returns the target of a table.

    Args:
        source: The table.
        profile: What its columns hold.
        name: Name of the column.
        task: As for `data.table`.

    Raises:
        ValueError: If the column is no target: it has gaps, one value only, or cannot
            be what `task` says.
    """
    if task is not None:
        check_choice("task", task, TASKS)
    about = profile.columns[name]
    if about.missing:
        raise ValueError(
            f"The target {name!r} must have a value in each row. Received: "
            f"{about.missing:,} of {profile.rows:,} rows of {source.name} without one, "
            f"the first in row {profile.first_missing[name]}, counted from 1. Leave "
            "those rows out of the table, or fill them, and load it again."
        )
    if about.different == 1:
        raise ValueError(
            f"The target {name!r} must have different values. Received: "
            f"{about.examples[0]!r} in all {profile.rows:,} rows of {source.name}, one "
            "class only. Pass another `target`, or a table with others."
        )
    found, reason = _found_task(about.type, about.different)
    if task is not None:
        found, reason = task, "as `task` says"
    if found == "regression":
        if about.type not in ("integer", "number", "boolean", "duration"):
            raise ValueError(
                f"Argument `task` must be 'classification' for the target {name!r}, "
                f"which holds {about.type}s. Received: task={task!r}. Leave it out, or "
                "pass a `target` of numbers."
            )
        return Target(
            name=name, task=found, reason=reason, classes=None, class_names=None
        )
    if about.different > MOST_DIFFERENT:
        raise ValueError(
            f"The target {name!r} must have at most {MOST_DIFFERENT:,} classes. "
            f"Received: more different values, such as {', '.join(about.examples)}. "
            "Pass another `target`, or `task='regression'` for numbers."
        )
    classes = _classes(profile.different[name], source.classes.get(name))
    names = tuple(_name_of(value) for value in classes.to_pylist())
    return Target(
        name=name, task=found, reason=reason, classes=classes, class_names=names
    )


def _found_task(kind: str, different: int) -> tuple[str, str]:
    if kind in ("text", "boolean", "date"):
        return "classification", f"its values are {kind}s"
    if kind == "integer" and different <= MOST_INTEGER_CLASSES:
        return "classification", f"integers with {different} different values"
    if kind == "integer":
        return (
            "regression",
            f"integers with more than {MOST_INTEGER_CLASSES} different values",
        )
    return "regression", "its values are numbers"


def _classes(different: Any, known: Sequence[str] | None) -> Any:
    import pyarrow

    if known is not None:
        # With those that no row has: labels are what the source says.
        return pyarrow.array(known, different.type)
    return different.take(pyarrow.compute.sort_indices(different))


def _name_of(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
