"""What a served model of a table takes and gives, for people and programs."""

import json
import re
from typing import Any

from keras_mlp.data.columns.boolean_column import BooleanColumn
from keras_mlp.data.columns.category_column import (
    MISSING,
    SPECIAL,
    UNKNOWN,
    CategoryColumn,
)
from keras_mlp.data.columns.date_column import NO_DAY, DateColumn
from keras_mlp.data.columns.number_column import NumberColumn
from keras_mlp.export.tables.tabular_model import TabularModel

# Raised when a file no longer means what it did.
FORMAT = 1


def signature_of(model: TabularModel, *, codes: bool = False) -> dict[str, Any]:
    """Returns what `signature.json` holds.

    Args:
        model: The model.
        codes: Whether it takes codes, rather than raw columns.
    """
    outputs = {"predictions": "float32, [rows] or [rows, outputs]"}
    if model.class_names is not None:
        outputs = {
            "probabilities": "float32, [rows, classes]",
            "class_index": "int64, [rows]",
        }
        if not codes:
            outputs["classes"] = "string, [rows]"
    return {
        "format": FORMAT,
        "task": model.task,
        "target": model.target,
        "classes": None if model.class_names is None else list(model.class_names),
        "columns": [
            {
                "name": name,
                "input": argument,
                **(_coded(column) if codes else _raw(column)),
                **_about(column),
            }
            for (name, column), argument in zip(
                model.columns.items(), argument_names(model).values(), strict=True
            )
        ],
        "outputs": outputs,
    }


def as_json(signature: dict[str, Any]) -> str:
    """Returns the text of `signature.json`.

    Args:
        signature: What `signature_of` returns.
    """
    return json.dumps(signature, indent=1, ensure_ascii=False) + "\n"


def argument_names(model: TabularModel) -> dict[str, str]:
    """Returns the name of each column as an argument, which has no spaces or signs.

    Args:
        model: The model.
    """
    arguments: dict[str, str] = {}
    for name in model.columns:
        base = re.sub(r"\W", "_", name, flags=re.ASCII)
        base = base if re.match(r"[A-Za-z]", base) else f"column_{base}"
        argument, number = base, 1
        while argument in arguments.values():
            number += 1
            argument = f"{base}_{number}"
        arguments[name] = argument
    return arguments


def _about(column: Any) -> dict[str, Any]:
    if isinstance(column, NumberColumn):
        return {"type": "number", "minimum": column.minimum, "maximum": column.maximum}
    if isinstance(column, BooleanColumn):
        return {"type": "boolean", "minimum": 0, "maximum": 1}
    if isinstance(column, DateColumn):
        return {"type": "date", "minimum": column.first, "maximum": column.last}
    return {"type": "category", "categories": list(column.vocabulary)}


def _raw(column: Any) -> dict[str, Any]:
    if isinstance(column, (NumberColumn, BooleanColumn)):
        return {"dtype": "float32", "shape": ["rows"], "missing": "NaN"}
    return {"dtype": "string", "shape": ["rows"], "missing": ""}


def _coded(column: Any) -> dict[str, Any]:
    if isinstance(column, CategoryColumn):
        # Category number i of `categories` has code `first_code + i`.
        codes = {"missing": MISSING, "unknown": UNKNOWN, "first_code": SPECIAL}
        return {"dtype": "int32", "shape": ["rows"], **codes}
    if isinstance(column, DateColumn):
        return {
            "dtype": "int32",
            "shape": ["rows", 2],
            "holds": ["days since 1970-01-01", "seconds of the day"],
            "missing": [int(NO_DAY), 0],
        }
    return _raw(column)
