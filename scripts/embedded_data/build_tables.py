"""Builds the tables `penguins_344` and `diamonds_5k` that the package carries.

    python scripts/embedded_data/build_tables.py DIRECTORY --overwrite  # anew
    python scripts/embedded_data/build_tables.py DIRECTORY --check  # compare

The directory holds `penguins.csv.gz`, of palmerpenguins, and `diamonds.csv.gz`, of
ggplot2: the tables of these packages with their columns as they are, the target last.
Of `diamonds`, 5,000 rows are drawn, as many of each hundredth of the prices. The
results are prepared TFDS data sets. Two runs write the same bytes.

Exit status: 0, or 1 when `--check` finds a difference, or 2 with one line when they
cannot be built.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow_datasets as tfds
from prepared_files import differences, sort_fields

from keras_mlp import data
from keras_mlp.data.preparing.storing import VERSION
from keras_mlp.data.tables.dividing.splitting import random_parts
from keras_mlp.data.tables.storing import write_table
from keras_mlp.files import replacing

SEED = 0
PACKAGE = Path(__file__).parents[2] / "keras_mlp" / "data"

PENGUINS: dict[str, Any] = {
    "description": (
        "344 penguins of three species, observed at Palmer Station, Antarctica, from "
        "2007 to 2009: islands, measures, sex and year, with the gaps of the source. "
        "275 for training and 69 for testing, as many of each species. The table "
        "`penguins` of the R package palmerpenguins."
    ),
    "homepage": "https://allisonhorst.github.io/palmerpenguins/",
    "citation": (
        "@Manual{,\n"
        "  title = {palmerpenguins: Palmer Archipelago (Antarctica) penguin data},\n"
        "  author = {Allison Marie Horst and Alison Presmanes Hill and Kristen B "
        "Gorman},\n"
        "  year = {2020},\n"
        "  doi = {10.5281/zenodo.3960218},\n"
        "}"
    ),
    "license": "palmerpenguins, CC0 1.0, "
    "https://creativecommons.org/publicdomain/zero/1.0/\n",
}
DIAMONDS: dict[str, Any] = {
    "description": (
        "5,000 of the 53,940 diamonds of the table `diamonds` of the R package "
        "ggplot2, drawn with a fixed seed, as many of each hundredth of the prices: "
        "4,000 for training and 1,000 for testing. The prices are in US dollars."
    ),
    "homepage": "https://ggplot2.tidyverse.org/reference/diamonds.html",
    "citation": (
        "@Book{,\n"
        "  author = {Hadley Wickham},\n"
        "  title = {ggplot2: Elegant Graphics for Data Analysis},\n"
        "  publisher = {Springer-Verlag New York},\n"
        "  year = {2016},\n"
        "  isbn = {978-3-319-24277-4},\n"
        "  url = {https://ggplot2.tidyverse.org},\n"
        "}"
    ),
    "license": "ggplot2, copyright 2020 ggplot2 authors, MIT License, "
    "https://ggplot2.tidyverse.org/LICENSE.html\n",
}
TABLES = {
    "penguins_344": ("penguins.csv.gz", "species", (275, 69), PENGUINS),
    "diamonds_5k": ("diamonds.csv.gz", "price", (4000, 1000), DIAMONDS),
}


def build(name: str, directory: Path, data_dir: Path) -> Path:
    """Builds a table below `data_dir` and returns its own directory.

    Args:
        name: One of `TABLES`.
        directory: Where the files of the sources are.
        data_dir: Where it is built.
    """
    file, target, sizes, about = TABLES[name]
    contents = data.table(directory / file, target, shuffle=False)._contents
    _, values = next(iter(data.table(directory / file, target, 10**9, shuffle=False)))
    strata = values.numpy()
    if contents.target.classes is None:
        ranks = np.argsort(np.argsort(strata, kind="stable"), kind="stable")
        strata = ranks * 100 // len(ranks)
    parts = random_parts(len(strata), sizes, SEED, strata.astype("int64"))
    rows = {
        split: set(np.flatnonzero(parts == part).tolist())
        for split, part in (("train", 1), ("test", 2))
    }
    # In an order that says nothing: a part such as "train[80%:]" is like the whole.
    write_table(contents, name, data_dir, rows, in_order=False, **about)
    built = data_dir / name / VERSION
    for path in built.glob("*.tfrecord-*"):
        sort_fields(path)
    for path in built.glob("*.json"):
        text = json.dumps(json.loads(path.read_text()), indent=2, sort_keys=True)
        path.write_text(text + "\n")
    return built


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command and returns its exit status.

    Args:
        arguments: Those of the command line.
    """
    parser = argparse.ArgumentParser(description="Builds the embedded tables.")
    parser.add_argument("directory", type=Path, help="holds the files of the sources")
    parser.add_argument("--output", type=Path, default=PACKAGE, metavar="DIR")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--overwrite", action="store_true", help="replace what is there")
    how.add_argument("--check", action="store_true", help="compare, write nothing")
    options = parser.parse_args(arguments)
    tfds.disable_progress_bar()
    found = []
    try:
        for name in TABLES:
            target = options.output / name / VERSION
            if target.exists() and not (options.overwrite or options.check):
                raise FileExistsError(f"{target} is there. Pass --overwrite.")
            with tempfile.TemporaryDirectory() as temporary:
                built = build(name, options.directory, Path(temporary))
                if options.check:
                    found += [target / file for file in differences(built, target)]
                    continue
                target.parent.mkdir(parents=True, exist_ok=True)
                with replacing(target) as complete:
                    complete.mkdir()
                    for path in built.iterdir():
                        (complete / path.name).write_bytes(path.read_bytes())
                print(f"built: {target}")
    except (OSError, ValueError) as error:
        print(f"build_tables: {error}", file=sys.stderr)
        return 2
    for path in found:
        print(f"differs: {path}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
