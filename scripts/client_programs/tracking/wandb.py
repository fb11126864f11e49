"""wandb, without its server: what its callbacks log."""

from pathlib import Path
from typing import Any
from unittest import mock

import wandb
from wandb.integration.keras import WandbMetricsLogger, WandbModelCheckpoint


def figures(package: Any, example: dict[str, Any]) -> dict[str, Any]:
    """Returns what was logged, and which models were saved."""
    keras, x, y = example["keras"], example["x"], example["y"]
    found = {
        "history": example["history"].history,
        "summary": {
            name: value
            for name, value in dict(example["run"].summary).items()
            if not name.startswith("_")
        },
    }
    for log_freq in ("epoch", "batch", 7):
        keras.utils.set_random_seed(1)
        run = wandb.init(project="digits", mode="offline", dir=".")
        saved = f"{log_freq}-{{epoch}}.keras"
        with mock.patch.object(wandb, "log", wraps=wandb.log) as log:
            example["network"]().fit(
                x,
                y,
                epochs=2,
                validation_split=0.2,
                callbacks=[
                    WandbMetricsLogger(log_freq=log_freq),
                    WandbModelCheckpoint(saved, monitor="val_loss"),
                ],
                verbose=0,
            )
        run.finish()
        files = sorted(Path().glob(f"{log_freq}-*.keras"))
        found[f"log_freq={log_freq}"] = {
            "logged": [call.args[0] for call in log.call_args_list],
            "files": [file.name for file in files],
            "loaded": keras.models.load_model(files[-1]).predict(x[:5], verbose=0),
        }
    return found
