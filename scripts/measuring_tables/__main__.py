"""Measures who predicts best from tables, every contestant at its defaults.

    scripts/measure_tables DIRECTORY [--quick] [--tables NAME ...]
        [--contestants NAME ...] [--splits N] [--rows N] [--hours H]
        [--jobs N] [--out DIR] [--plan]

DIRECTORY holds the tables, as NAME.csv.gz. Each split of a table has 30 % of its rows
to test on, and is the same for all. Each fit has a process of its own, and two cores.
What comes of it is in results.json at once: a run that was stopped goes on when it is
started again with --out, and more tables, contestants or splits come to what is there.
It stops by itself after four hours, or --hours. With --jobs, fits that run at a time
share the cores: errors come sooner, and seconds are those of fewer cores. At the end
there are tables.md and tables.png.
"""

import argparse
import sys
from typing import NoReturn

from measuring_tables.plan import CONTESTANTS, make_plan


def main() -> None:
    """Runs the command."""
    parser = _make_parser()
    arguments = parser.parse_args()
    try:
        plan = make_plan(
            arguments.directory,
            quick=arguments.quick,
            tables=arguments.tables,
            contestants=arguments.contestants,
            splits=arguments.splits,
            most_rows=arguments.rows,
        )
    except ValueError as error:
        parser.error(str(error))
    print(plan.describe(), flush=True)
    if arguments.plan:
        return
    # Not before: it brings TensorFlow, which takes seconds and says things.
    from keras_mlp.commands.command_error import CommandError
    from measuring_tables.run import run

    try:
        run(plan, arguments.out, arguments.hours, arguments.jobs)
    except CommandError as error:
        parser.error(str(error))
    except KeyboardInterrupt:
        sys.exit(130)


class _Parser(argparse.ArgumentParser):
    """Says in one line what is wrong."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n")


def _make_parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="scripts/measure_tables",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("directory", metavar="DIRECTORY", help="where the tables are")
    add("--quick", action="store_true", help="some tables, some rows, 2 splits")
    add("--tables", nargs="+", metavar="NAME", help="only these")
    add(
        "--contestants",
        nargs="+",
        metavar="NAME",
        help=f"only these, of {', '.join(CONTESTANTS)}",
    )
    add("--splits", type=_positive, metavar="N", help="how many, 5 by default")
    add(
        "--rows",
        type=_positive,
        metavar="N",
        help="rows to train on at most, 10,000 by default",
    )
    add(
        "--hours",
        type=_positive_number,
        default=4.0,
        metavar="H",
        help="no fit is begun after as many (default: 4)",
    )
    add(
        "--jobs",
        type=_positive,
        default=1,
        metavar="N",
        help="fits at a time (default: 1)",
    )
    add("--out", metavar="DIR", help="where to write (default: runs/tables-N)")
    add("--plan", action="store_true", help="print what would be done, and how long")
    return parser


def _positive_number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not number > 0:
        raise argparse.ArgumentTypeError(
            f"must be a positive number. Received: '{text}'."
        )
    return number


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(
            f"must be a positive integer. Received: '{text}'."
        )
    return int(text)


if __name__ == "__main__":
    main()
