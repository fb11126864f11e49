"""Writes the reference arrays.

    scripts/reference_arrays [DIRECTORY]

Runs the code of the authors of RealMLP and TabM on small fixed inputs, and writes what
it computes into tests/reference, or the directory. The tests compare with these files.
"""

import argparse
import sys
from pathlib import Path

from references.embeddings import write_embeddings
from references.numbers import write_numbers
from references.realmlp import write_realmlp
from references.tabm_networks import write_tabm


def main() -> None:
    """Runs the command."""
    parser = argparse.ArgumentParser(
        prog="scripts/reference_arrays",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "directory", nargs="?", type=Path, default=Path("tests/reference")
    )
    directory = parser.parse_args().directory
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        parser.exit(2, f"scripts/reference_arrays: {error}\n")
    for write in (write_realmlp, write_tabm, write_embeddings, write_numbers):
        write(directory)


if __name__ == "__main__":
    sys.exit(main())
