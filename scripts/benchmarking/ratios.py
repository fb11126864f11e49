"""How ours compares, beside what was aimed at."""

import dataclasses
import statistics
from typing import Any

from benchmarking import plan
from benchmarking.workload import MATRIX_SIDE, Workload

Results = dict[str, Any]


@dataclasses.dataclass(frozen=True)
class Ratio:
    """Ours divided by another.

    Args:
        what: What is compared.
        target: What the ratio should be at most.
        ours: A figure for each round.
        other: Figures of the same rounds; empty where there are none.
    """

    what: str
    target: float
    ours: list[float]
    other: list[float]

    @property
    def reached(self) -> float | None:
        """The ratio of the medians, `None` where one is missing."""
        if not self.ours or not self.other:
            return None
        return statistics.median(self.ours) / statistics.median(self.other)

    @property
    def spread(self) -> tuple[float, float] | None:
        """The lowest and the highest ratio within a round."""
        ratios = [a / b for a, b in zip(self.ours, self.other, strict=False)]
        return (min(ratios), max(ratios)) if ratios else None

    @property
    def verdict(self) -> str:
        """Whether the target is met."""
        if self.reached is None:
            return "not measured"
        return "met" if self.reached <= self.target else "missed"


_ONCE = "N1, one epoch a call"
_JAX, _TORCH = "against JAX, `lax.scan`", "against PyTorch, eager"
_BEST = "against Keras at its best setting"

# For each workload: ours, the other one, what is compared, and the target.
_BETWEEN = {
    plan.N1: (
        (plan.OURS_ONCE, plan.JAX, f"{_ONCE}, data.load, {_JAX}", 0.95),
        (plan.OURS_ONCE, plan.TORCH, f"{_ONCE}, data.load, {_TORCH}", 0.80),
        (plan.OURS_ONCE, plan.STOCK_BEST_ONCE, f"{_ONCE}, data.load, {_BEST}", 0.80),
        (plan.OURS_ARRAYS_ONCE, plan.JAX, f"{_ONCE}, arrays, {_JAX}", 1.00),
        (plan.OURS_DATASET_ONCE, plan.JAX, f"{_ONCE}, own tf.data, {_JAX}", 1.20),
        (plan.OURS, plan.PRODUCTS, "N1, against its matrix products alone", 1.20),
    ),
    plan.N1_SMALL: ((plan.OURS, plan.JAX, f"N1, batches of 32, {_JAX}", 1.00),),
    plan.N8: ((plan.OURS, plan.JAX, f"N8, {_JAX}", 1.00),),
    plan.WIDE: (
        (plan.OURS_BFLOAT16, plan.OURS, "2x4096, bfloat16 (AMX), float32", 0.33),
    ),
    plan.PREDICTION: (
        (plan.PREDICT, plan.STOCK_PREDICT, "`predict` of 10,000, against Keras", 0.35),
    ),
    plan.LATENCY: (
        (plan.CALL, plan.STOCK_CALL, "`model(x)` of one image, against Keras", 1.10),
    ),
    plan.BREAST_CANCER: (
        (plan.ESTIMATOR, plan.ITS_ESTIMATOR, "estimator on breast_cancer", 2.0),
    ),
    plan.DIGITS: ((plan.ESTIMATOR, plan.ITS_ESTIMATOR, "estimator on digits", 1.0),),
}
# What, seconds at most, workload.
_SECONDS = (
    ("`predict` of one image, seconds", 0.003, plan.LATENCY),
    ("`predict` of 64 images, seconds", 0.004, plan.LATENCY_64),
)


def find_ratios(results: Results) -> list[Ratio]:
    """Returns the ratios that there are targets for, measured or not.

    Args:
        results: What the benchmark wrote.
    """
    ratios = [
        Ratio(
            what,
            target,
            round_times(results, workload, ours),
            round_times(results, workload, other),
        )
        for workload, comparisons in _BETWEEN.items()
        for ours, other, what, target in comparisons
    ]
    ratios += [
        _seconds(what, target, round_times(results, workload, plan.PREDICT))
        for what, target, workload in _SECONDS
    ]
    ratios += [
        _seconds(f"{what}, seconds", entry["target"], entry["seconds"])
        for what, entry in results["start_up"].items()
        if entry["target"] is not None
    ]
    deep = round_times(results, plan.DEEP, plan.OURS)
    limit = large_matrix_seconds(results)
    ratios.append(
        Ratio(
            "4x1024, batch 1024, against the rate of large matrices",
            1.25,
            deep,
            [limit] * len(deep) if limit else [],
        )
    )
    for what, target, way, figure in (
        ("N1 as a process, against Keras", 0.60, "arrays", "seconds"),
        ("N1, peak memory, against Keras, arrays", 1.00, "arrays", "peak_bytes"),
        ("N1, peak memory, as one would load MNIST", 1.00, "customary", "peak_bytes"),
    ):
        ours, other = (
            [
                run[figure]
                for run in results["whole_runs"]
                if (run["library"], run["data"]) == (library, way)
            ]
            for library in ("keras_mlp", "keras")
        )
        ratios.append(Ratio(what, target, ours, other))
    return ratios


def _seconds(what: str, most: float, seconds: list[float]) -> Ratio:
    return Ratio(what, most, seconds, [1.0] * len(seconds))


def round_times(results: Results, workload: Workload, name: str) -> list[float]:
    """Returns a contestant's seconds, one for each round; empty without any.

    Args:
        results: What the benchmark wrote.
        workload: Which workload; the number of examples does not matter.
        name: The contestant.
    """
    for measured in results["workloads"]:
        if measured["name"] == workload.name:
            entry = measured["contestants"].get(name, {})
            return [statistics.median(turn) for turn in entry.get("seconds", [])]
    return []


def large_matrix_rate(results: Results) -> float | None:
    """Returns the best floating-point operations a second of large products."""
    times = [
        seconds
        for name in plan.LARGE
        for seconds in round_times(results, plan.DEEP, name)
    ]
    return 2 * MATRIX_SIDE**3 / min(times) if times else None


def large_matrix_seconds(results: Results) -> float | None:
    """Returns how long an epoch of 4x1024 takes at the rate of large products."""
    rate = large_matrix_rate(results)
    for measured in results["workloads"]:
        if measured["name"] == plan.DEEP.name and rate:
            return Workload(**measured["workload"]).operations / rate
    return None
