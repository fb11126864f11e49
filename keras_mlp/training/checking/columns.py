"""Names of columns: a model answers for those that it was trained on."""

from typing import Any

import keras

from keras_mlp.training.errors import InputError


def check_columns(model: keras.Model, x: Any) -> None:
    """Raises an error where data frames have other columns than those of the training.

    By position they would be confused, and no message would tell.

    Args:
        model: The model.
        x: The inputs: a data frame, of pandas or polars, a structure of such, or
            anything else, which has no names to compare.

    Raises:
        InputError: If names, or their order, differ.
    """
    known = getattr(model, "_column_names", None)
    # Most models know none: they are called for single rows, and fast.
    if known is None:
        return
    found = column_names(x)
    if len(known) != len(found):
        return
    for expected, received in zip(known, found, strict=True):
        if expected and received and expected != received:
            raise InputError(_message(expected, received))


def learn_columns(model: keras.Model, x: Any) -> None:
    """Remembers the columns of what a model is trained on, unless it knows some.

    Args:
        model: The model.
        x: The inputs.
    """
    if getattr(model, "_column_names", None) is None:
        found = column_names(x)
        if any(found):
            model._column_names = found


def column_names(x: Any) -> tuple[tuple[str, ...] | None, ...]:
    """Returns the names of the columns of each data frame, `None` for all else.

    Args:
        x: The inputs.
    """
    return tuple(_names(leaf) for leaf in keras.tree.flatten(x))


def _names(leaf: Any) -> tuple[str, ...] | None:
    if not (hasattr(leaf, "columns") and hasattr(leaf, "to_numpy")):
        return None
    names = tuple(leaf.columns)
    # Numbers are places, as in scikit-learn.
    return names if all(isinstance(name, str) for name in names) else None


def _message(expected: tuple[str, ...], received: tuple[str, ...]) -> str:
    missing = [name for name in expected if name not in received]
    surplus = [name for name in received if name not in expected]
    if missing or surplus:
        what = f"missing {missing[:10]}, not known {surplus[:10]}"
    else:
        what = f"the order {list(received)[:10]}"
    return (
        "Argument `x` must have the columns that the model was trained on, in that "
        f"order, {list(expected)[:10]}. Received: {what}. Choose them by name, "
        "`x[names]`, or pass `x.to_numpy()`."
    )
