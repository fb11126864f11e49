"""Measures training and prediction beside other frameworks.

    scripts/benchmark [--quick] [--rounds N] [--examples N] [--out DIR]

All contestants see the same images on the same machine, each in a process of its own,
and have their turns in alternation. Writes benchmark.json, benchmark.md and
benchmark.png into a new directory; docs/performance.md explains them.
"""

import argparse
import dataclasses
import datetime
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarking import examples, plan
from benchmarking.chart import draw_chart
from benchmarking.machine import describe_machine, describe_versions
from benchmarking.report import make_report, ratio_table
from benchmarking.rounds import Workers, measure
from benchmarking.whole_runs import check_agreement, measure_whole_runs
from keras_mlp.commands.command_error import CommandError
from keras_mlp.commands.run_directory import new_directory
from keras_mlp.files import write_atomically
from keras_mlp.report import require_matplotlib


def main() -> None:
    """Runs the command."""
    arguments = _parse()
    try:
        require_matplotlib()
        with new_directory(arguments.out, "runs/benchmark") as directory:
            results = run(arguments)
            write_atomically(
                directory / "benchmark.json", json.dumps(results, indent=1) + "\n"
            )
            write_atomically(directory / "benchmark.md", make_report(results))
            draw_chart(results, directory / "benchmark.png")
    except (CommandError, RuntimeError) as error:
        sys.exit(f"scripts/benchmark: {error}")
    print(ratio_table(results))
    print(f"\nWritten to {directory}: benchmark.md, benchmark.json, benchmark.png")


def run(arguments: argparse.Namespace) -> dict[str, Any]:
    """Measures everything and returns the results.

    Args:
        arguments: `quick`, `rounds` and `examples`.
    """
    begin = time.perf_counter()
    results: dict[str, Any] = {
        "arguments": sys.argv[1:],
        "began": datetime.datetime.now().isoformat(" ", "minutes"),
        "machine": describe_machine(),
        "versions": describe_versions(),
        "workloads": [],
    }

    def say(text: str) -> None:
        print(f"{time.perf_counter() - begin:5.0f} s  {text}", flush=True)

    rounds = arguments.rounds
    with tempfile.TemporaryDirectory() as directory:
        results["data"] = examples.write(Path(directory))
        say(f"Data: {results['data']}")
        work = plan.make_plan(arguments.quick, arguments.examples)
        n1 = next(iter(work))
        results["agreement"] = check_agreement(n1)
        difference = results["agreement"]["largest_difference"]
        say(f"Weights of keras_mlp and Keras agree to {difference:.1e} after an epoch")
        with Workers() as workers:
            for workload, names in work.items():
                found = measure(workers, workload, names, rounds, say)
                results["workloads"].append(
                    {
                        "name": workload.name,
                        "workload": dataclasses.asdict(workload),
                        "contestants": found,
                    }
                )
        ways = ("arrays", "customary") if results["data"] == "MNIST" else ("arrays",)
        results["whole_runs"] = measure_whole_runs(n1, ways, rounds, say)
    results["seconds"] = time.perf_counter() - begin
    return results


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/benchmark",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--quick", action="store_true", help="only what the ratios are about"
    )
    parser.add_argument(
        "--rounds",
        type=_positive,
        default=3,
        help="rounds, of three epochs for each contestant (default: 3)",
    )
    parser.add_argument(
        "--examples", type=_positive, help="images in an epoch at most (default: all)"
    )
    parser.add_argument(
        "--out", help="a new or empty directory (default: runs/benchmark-N)"
    )
    return parser.parse_args()


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError
    return number


if __name__ == "__main__":
    main()
