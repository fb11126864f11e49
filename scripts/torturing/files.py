"""Gives the readers of files what they never asked for.

    scripts/torture files [--cases 5000] [--seed 0]

Files of each kind that the package reads - IDX, images, models, records of runs - are
made, right ones and ones that are damaged or made up, and read. Whatever comes must be
a documented error that names the file, or the right answer: what NumPy, Pillow or the
undamaged file give. The seed says which files they are; a file that fails is shown,
made as small as can be.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from torturing.file_cases.idx import check_idx, idx_cases
from torturing.file_cases.images import check_image, image_cases
from torturing.file_cases.models import check_model, model_cases
from torturing.file_cases.records import check_record, record_cases
from torturing.fuzzing import Kind, main


def _reading(name: str, check: Callable[[Path, Any], str]) -> Callable[[Any], str]:
    """Returns what reads a case as a file of this name."""

    def read(case: Any) -> str:
        with tempfile.TemporaryDirectory() as directory:
            return check(Path(directory) / name, case)

    return read


KINDS = {
    "idx": Kind(35, idx_cases, _reading("train-images-idx3-ubyte", check_idx)),
    "image": Kind(40, image_cases, _reading("image.png", check_image)),
    "model": Kind(5, model_cases, _reading("model.keras", check_model)),
    "record": Kind(20, record_cases, _reading("run.json", check_record)),
}


if __name__ == "__main__":
    main("files", __doc__.splitlines()[0], KINDS)
