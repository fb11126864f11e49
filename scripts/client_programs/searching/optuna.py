"""optuna: what the trials reported, and which its callback stopped."""

from typing import Any


def figures(package: Any, example: dict[str, Any]) -> dict[str, Any]:
    """Returns the trials of the study."""
    study = example["study"]
    return {
        "best": study.best_params,
        "trials": [
            {
                "state": trial.state.name,
                "values": trial.values,
                "parameters": trial.params,
                "reported": {
                    str(step): value
                    for step, value in trial.intermediate_values.items()
                },
            }
            for trial in study.trials
        ],
    }
