"""scikeras: its estimators, as scikit-learn uses them."""

from typing import Any


def figures(package: Any, example: dict[str, Any]) -> dict[str, Any]:
    """Returns the score, and predictions."""
    classifier, x = example["classifier"], example["x"]
    return {
        "history": classifier.history_,
        "score": float(example["score"]),
        "predictions": classifier.predict_proba(x[:20]),
    }
