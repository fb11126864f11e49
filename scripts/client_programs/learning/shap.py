"""shap: what its explainers say of a model."""

from typing import Any

import numpy as np
import shap


def figures(package: Any, example: dict[str, Any]) -> dict[str, Any]:
    """Returns the values of each explainer, or the error that it ends with."""
    model, x = example["model"], example["x"]
    background, explained = x[:50], x[:3]

    def answers(rows: Any) -> np.ndarray:
        return np.asarray(model.predict(rows, verbose=0))

    found = {"gradient": example["values"]}
    for name, explain in {
        "deep": lambda: shap.DeepExplainer(model, background).shap_values(explained),
        "kernel": lambda: shap.KernelExplainer(answers, background[:10]).shap_values(
            explained, nsamples=100, silent=True, rng=0
        ),
        "permutation": lambda: (
            shap.PermutationExplainer(answers, background, seed=0)(
                explained, max_evals=200, silent=True
            ).values
        ),
        "model itself": lambda: (
            shap.Explainer(model, background, seed=0)(
                explained, max_evals=200, silent=True
            ).values
        ),
    }.items():
        np.random.seed(0)
        try:
            found[name] = explain()
        except Exception as error:
            found[name] = type(error).__name__
    return found
