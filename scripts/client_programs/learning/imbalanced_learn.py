"""imbalanced-learn: its generators of balanced batches."""

from typing import Any

from imblearn.keras import balanced_batch_generator
from imblearn.over_sampling import RandomOverSampler
from imblearn.under_sampling import NearMiss


def figures(package: Any, example: dict[str, Any]) -> dict[str, Any]:
    """Returns histories and predictions."""
    x, rare = example["x"], example["rare"]
    found = {
        "class": {
            "history": example["history"].history,
            "predictions": example["model"].predict(x[:20], verbose=0),
            "evaluated": example["model"].evaluate(example["batches"], verbose=0),
        }
    }
    for sampler in (NearMiss(), RandomOverSampler(random_state=0)):
        example["keras"].utils.set_random_seed(1)
        batches, steps = balanced_batch_generator(
            x, rare, sampler=sampler, batch_size=32, random_state=0
        )
        model = example["network"]()
        history = model.fit(batches, steps_per_epoch=steps, epochs=2, verbose=0)
        found[type(sampler).__name__] = {
            "steps": steps,
            "history": history.history,
            "predictions": model.predict(x[:20], verbose=0),
        }
    return found
