"""`tensorflow_datasets`, imported when data are first asked for.

It takes a second and brings a dozen packages along. Who trains on arrays needs none.
"""

import importlib
from typing import Any


def __getattr__(name: str) -> Any:
    return getattr(importlib.import_module("tensorflow_datasets"), name)
