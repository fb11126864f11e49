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


# What, target, workload, ours, the other one.
_BETWEEN = (
    ("N1 epoch, against Keras `fit` on tf.data", 0.35, plan.N1, plan.OURS, plan.STOCK),
    (
        "N1 epoch, against Keras `fit` at its best setting",
        0.80,
        plan.N1,
        plan.OURS,
        plan.STOCK_BEST,
    ),
    ("N1 epoch, against PyTorch, eager", 0.80, plan.N1, plan.OURS, plan.TORCH),
    ("N1 epoch, against JAX, `lax.scan`", 1.00, plan.N1, plan.OURS, plan.JAX),
    (
        "N1 epoch, against its matrix products alone",
        1.20,
        plan.N1,
        plan.OURS,
        plan.PRODUCTS,
    ),
    (
        "2x4096, mixed_bfloat16 against float32",
        0.50,
        plan.WIDE,
        plan.OURS_BFLOAT16,
        plan.OURS,
    ),
    (
        "`predict` of 10,000 images, against Keras",
        0.35,
        plan.PREDICTION,
        plan.PREDICT,
        plan.STOCK_PREDICT,
    ),
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
        for what, target, workload, ours, other in _BETWEEN
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
        ("N1, 10 epochs as a process, against Keras", 0.60, "arrays", "seconds"),
        ("N1 on MNIST, peak memory, against Keras", 1.00, "customary", "peak_bytes"),
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
