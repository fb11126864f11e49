"""Measures training, prediction and start-up beside other frameworks.

    scripts/benchmark [--full] [--rounds N] [--examples N] [--out DIR]
    scripts/benchmark --accuracy [--rounds N] [--examples N] [--epochs N] [--out DIR]

The first takes a quarter of an hour on two cores, with --full an hour. The second
measures how soon a perceptron reads 98, 98.5 and 99 % of MNIST's test images.

All contestants see the same images on the same machine, each in a process of its own,
and have their turns in alternation. Writes benchmark.json, benchmark.md and
benchmark.png, or accuracy.json and accuracy.md, into a new directory;
docs/performance.md explains them.
"""

import argparse
import dataclasses
import datetime
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarking import examples, plan
from benchmarking.accuracy.measure import measure_accuracy
from benchmarking.accuracy.table import accuracy_report, accuracy_table
from benchmarking.chart import draw_chart
from benchmarking.machine import describe_machine, describe_versions
from benchmarking.report import make_report, ratio_table
from benchmarking.rounds import Workers, measure
from benchmarking.whole_runs import (
    check_agreement,
    measure_start_up,
    measure_whole_runs,
)
from keras_mlp.commands.command_error import CommandError
from keras_mlp.commands.run_directory import new_directory
from keras_mlp.files import write_atomically
from keras_mlp.report import require_matplotlib

# What takes part, for the record of a run.
PACKAGES = (
    "keras-mlp",
    "keras",
    "tensorflow",
    "numpy",
    "torch",
    "jax",
    "scikit-learn",
)


def main() -> None:
    """Runs the command."""
    arguments = _parse()
    try:
        require_matplotlib()
        name = "accuracy" if arguments.accuracy else "benchmark"
        with new_directory(arguments.out, f"runs/{name}") as directory:
            report = accuracy_report if arguments.accuracy else make_report
            for results in run(arguments):
                text = json.dumps(results, indent=1) + "\n"
                write_atomically(directory / f"{name}.json", text)
                write_atomically(directory / f"{name}.md", report(results))
            if not arguments.accuracy:
                draw_chart(results, directory / f"{name}.png")
    except (CommandError, RuntimeError) as error:
        sys.exit(f"scripts/benchmark: {error}")
    print(accuracy_table(results) if arguments.accuracy else ratio_table(results))
    print(f"\nWritten to {directory}: {name}.md, {name}.json")


def run(arguments: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Measures everything, and yields the results.

    Args:
        arguments: Those of the command.

    Yields:
        The results: once; or with `--accuracy`, which takes hours, after each training.
    """
    begin = time.perf_counter()
    results: dict[str, Any] = {
        "arguments": sys.argv[1:],
        "began": datetime.datetime.now().isoformat(" ", "minutes"),
        "machine": describe_machine(),
        "versions": describe_versions(PACKAGES),
    }

    def say(text: str) -> None:
        print(f"{time.perf_counter() - begin:5.0f} s  {text}", flush=True)

    with tempfile.TemporaryDirectory() as directory:
        results["data"] = examples.write(Path(directory))
        say(f"Data: {results['data']}")
        if arguments.accuracy:
            options = (arguments.rounds, arguments.examples, arguments.epochs)
            results["runs"] = []
            for found in measure_accuracy(*options, say):
                results["runs"].append(found)
                results["seconds"] = time.perf_counter() - begin
                yield results
        else:
            results |= _measure_all(arguments, results["data"], say)
            results["seconds"] = time.perf_counter() - begin
            yield results


def _measure_all(
    arguments: argparse.Namespace, data: str, say: Callable[[str], None]
) -> dict[str, Any]:
    work = plan.make_plan(arguments.full, arguments.examples)
    n1, rounds = next(iter(work)), arguments.rounds
    agreement = check_agreement(n1)
    difference = agreement["largest_difference"]
    say(f"Weights of keras_mlp and Keras agree to {difference:.1e} after an epoch")
    measured = []
    with Workers() as workers:
        for workload, names in work.items():
            found = measure(workers, workload, names, rounds, say)
            measured.append(
                {
                    "name": workload.name,
                    "workload": dataclasses.asdict(workload),
                    "contestants": found,
                }
            )
    ways = ("arrays", "customary") if data == "MNIST" else ("arrays",)
    epochs = 10 if arguments.full else 2
    return {
        "agreement": agreement,
        "workloads": measured,
        "whole_runs": measure_whole_runs(n1, ways, epochs, rounds, say),
        "start_up": measure_start_up(rounds, say),
    }


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/benchmark",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--full", action="store_true", help="more networks, batch sizes and contestants"
    )
    what.add_argument(
        "--accuracy", action="store_true", help="time to accuracy, and nothing else"
    )
    parser.add_argument(
        "--rounds",
        type=_positive,
        default=3,
        help="rounds, of three turns for each contestant (default: 3)",
    )
    parser.add_argument(
        "--examples", type=_positive, help="images in an epoch at most (default: all)"
    )
    parser.add_argument(
        "--epochs", type=_positive, help="epochs of an --accuracy run at most"
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
