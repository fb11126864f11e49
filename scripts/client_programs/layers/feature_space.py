"""FeatureSpace: tables, encoded before the model and inside it."""

from typing import Any


def figures(package: Any, example: dict[str, Any]) -> dict[str, Any]:
    """Returns history and predictions for rows, encoded and as they are."""
    rows = {name: column[:20] for name, column in example["table"].items()}
    whole = example["whole"]
    whole.save("whole.keras")
    loaded = example["keras"].models.load_model("whole.keras")
    encoded = example["space"](rows)
    return {
        "history": example["history"].history,
        "encoded": example["model"].predict(encoded, verbose=0),
        "whole": whole.predict(_columns(rows), verbose=0),
        "loaded": loaded.predict(_columns(rows), verbose=0),
    }


def _columns(rows: dict[str, Any]) -> dict[str, Any]:
    return {name: column[:, None] for name, column in rows.items()}
