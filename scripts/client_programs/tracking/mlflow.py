"""MLflow: what both flavours log by themselves; models loaded in fresh processes."""

import json
import subprocess
import sys
from typing import Any

import mlflow
import numpy as np

# What another process does, which has not seen the model.
LOAD = """
import json, sys
import mlflow
import numpy as np
flavour, package, uri = sys.argv[1:]
if package:
    __import__(package)
mlflow.set_tracking_uri("sqlite:///mlflow.db")
if flavour == "pyfunc":
    model = mlflow.pyfunc.load_model(uri)
    answers = model.predict(np.load("x.npy"))
else:
    model = getattr(mlflow, flavour).load_model(uri)
    answers = model.predict(np.load("x.npy"), verbose=0)
print(json.dumps(np.asarray(answers).tolist()))
"""


def figures(package: Any, example: dict[str, Any]) -> dict[str, Any]:
    """Returns what was logged, and what loaded models answer."""
    x, y = example["x"], example["y"]
    np.save("x.npy", x[:10])
    run = example["run"]
    found = {
        "tensorflow": _logged(run.info.run_id),
        "loaded": example["loaded"].predict(x[:10], verbose=0),
        "optimizer": example["loaded"].optimizer.name,
        "fresh": _fresh("tensorflow", run),
        "fresh pyfunc": _fresh("pyfunc", run),
    }
    mlflow.tensorflow.autolog(disable=True)
    example["keras"].utils.set_random_seed(1)
    mlflow.keras.autolog(log_every_epoch=False, log_every_n_steps=5)
    with mlflow.start_run() as run:
        example["network"]().fit(
            x, y, epochs=2, validation_data=(x, y), callbacks=[], verbose=0
        )
    found["keras"] = _logged(run.info.run_id)
    found["keras fresh"] = _fresh("keras", run)
    found["keras fresh, imported"] = _fresh("keras", run, package.__name__)
    mlflow.keras.autolog(disable=True)
    for flavour in ("tensorflow", "keras"):
        example["keras"].utils.set_random_seed(1)
        model = example["network"]()
        signature = mlflow.models.infer_signature(x, model.predict(x, verbose=0))
        with mlflow.start_run() as run:
            getattr(mlflow, flavour).log_model(model, name="model", signature=signature)
            callback = getattr(mlflow, flavour).MlflowCallback()
            model.fit(x, y, epochs=2, callbacks=[callback], verbose=0)
        found[f"{flavour} by hand"] = _logged(run.info.run_id)
    return found


def _logged(run_id: str) -> dict[str, Any]:
    client = mlflow.MlflowClient()
    run = client.get_run(run_id)
    parameters = dict(run.data.params)
    return {
        "status": run.info.status,
        "parameters": parameters,
        "metrics": {
            name: [
                [one.step, one.value] for one in client.get_metric_history(run_id, name)
            ]
            for name in sorted(run.data.metrics)
        },
        "artifacts": sorted(one.path for one in client.list_artifacts(run_id)),
        "data": [
            [one.dataset.name, one.dataset.schema] for one in run.inputs.dataset_inputs
        ],
    }


def _fresh(flavour: str, run: Any, imported: str = "") -> Any:
    """Returns what a model answers in a process of its own, or the error there."""
    uri = f"runs:/{run.info.run_id}/model"
    done = subprocess.run(
        [sys.executable, "-c", LOAD, flavour, imported, uri],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        return done.stderr
    return json.loads(done.stdout.strip().rsplit("\n", 1)[-1])
