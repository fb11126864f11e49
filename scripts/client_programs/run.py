"""Runs one client with one package, and writes what came of it to `outcome.json`.

python -m client_programs.run CLIENT keras|keras_mlp
"""

import importlib
import json
import os
import runpy
import sys
import traceback
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from client_programs.example import example


def program(client: str) -> ModuleType:
    """Returns the module of a client: it has `figures(package, example)`."""
    name = client.replace("-", "_")
    [path] = Path(__file__).parent.glob(f"*/{name}.py")
    return importlib.import_module(f"client_programs.{path.parent.name}.{name}")


def run(client: str, package: str) -> dict[str, Any]:
    """Runs the example of a client and returns its figures, or the error."""
    path = Path("example.py").absolute()
    path.write_text(example(client, package))
    try:
        # A script in its own right: what it defines can be sent to other processes.
        names = runpy.run_path(str(path), run_name="__main__")
        figures = program(client).figures(importlib.import_module(package), names)
    except Exception as error:
        traceback.print_exc()
        # Of what other processes have raised, the end says what was wrong.
        message = " ".join(str(error).split())
        if len(message) > 160:
            message = f"{message[:50]} ... {message[-100:]}"
        return {"error": f"{type(error).__name__}: {message}"}
    return {"figures": figures}


def _as_json(value: Any) -> Any:
    if hasattr(value, "__array__"):
        return np.asarray(value).tolist()
    raise TypeError(f"Figures are numbers, text and arrays. Received: {value!r}")


if __name__ == "__main__":
    outcome = json.dumps(run(*sys.argv[1:]), default=_as_json)
    Path("outcome.new").write_text(outcome)
    os.replace("outcome.new", "outcome.json")
