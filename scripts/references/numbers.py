"""The quantile transform of numbers, and the schedules."""

from pathlib import Path

import numpy as np
from pytabkit.models.training.scheduling import get_schedule
from pytabkit.models.utils import TabrQuantileTransformer
from sklearn.preprocessing import QuantileTransformer

from references.arrays import save


def write_numbers(directory: Path) -> None:
    """Writes transformed numbers and the values of schedules.

    Args:
        directory: Where to.
    """
    random = np.random.default_rng(0)

    def numbers(rows: int) -> np.ndarray:
        columns = [
            random.normal(size=rows),
            np.exp(random.normal(size=rows)),
            random.integers(0, 4, rows),
            np.where(random.uniform(size=rows) < 0.7, 0, random.uniform(size=rows)),
        ]
        return np.stack(columns, axis=1).astype(np.float32)

    adapted, new = numbers(600), numbers(20)
    new[0], new[1] = -100.0, 100.0
    # Of TabM's example. It draws its noise so, too.
    noise = np.random.default_rng(0).normal(0.0, 1e-5, adapted.shape)
    example = QuantileTransformer(
        n_quantiles=max(min(len(adapted) // 30, 1000), 10),
        output_distribution="normal",
        subsample=10**9,
    ).fit(adapted + noise.astype(np.float32))
    # Of pytabkit, whose noise is that of the paper TabR.
    pytabkit = TabrQuantileTransformer(random_state=0).fit(adapted)
    arrays = {
        "adapted": adapted,
        "numbers": new,
        "example/noise": noise,
        "example/quantiles": example.quantiles_,
        "example/transformed": example.transform(new),
        "pytabkit/quantiles": pytabkit.normalizer_.quantiles_,
        "pytabkit/transformed": pytabkit.transform(new),
    }
    save(directory / "quantile_transform.npz", arrays)
    shares = np.linspace(0.0, 1.0, 129)
    values = {"share_of_training": shares}
    for name in ("coslog4", "flat_cos"):
        schedule = get_schedule(name)
        values[name] = np.asarray([schedule.call_time_(share) for share in shares])
    np.savez_compressed(directory / "schedules.npz", allow_pickle=False, **values)
