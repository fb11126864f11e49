"""keras-tuner: trials, scores and the best models of its searches."""

from typing import Any

import keras_tuner


def figures(package: Any, example: dict[str, Any]) -> dict[str, Any]:
    """Returns what the searches tried, with what result."""
    x, y = example["x"], example["y"]
    found = {"random": _of(example["tuner"], x)}
    hyperband = keras_tuner.Hyperband(
        example["build"], "val_loss", max_epochs=4, seed=0, project_name="hyperband"
    )
    bayesian = keras_tuner.BayesianOptimization(
        example["build"], "val_accuracy", max_trials=3, seed=0, project_name="bayesian"
    )
    for name, tuner in {"hyperband": hyperband, "bayesian": bayesian}.items():
        example["keras"].utils.set_random_seed(1)
        tuner.search(x, y, epochs=2, validation_split=0.2, verbose=0)
        found[name] = _of(tuner, x)
    # As a later process takes it up.
    again = keras_tuner.RandomSearch(
        example["build"], "val_accuracy", max_trials=3, seed=0, overwrite=False
    )
    found["taken up"] = _of(again, x)
    return found


def _of(tuner: keras_tuner.Tuner, x: Any) -> dict[str, Any]:
    [best] = tuner.get_best_models(1)
    return {
        "trials": [
            {
                "values": trial.hyperparameters.values,
                "score": trial.score,
                "best step": trial.best_step,
                "status": trial.status,
            }
            for trial in tuner.oracle.get_best_trials(20)
        ],
        "predictions": best.predict(x[:20], verbose=0),
    }
