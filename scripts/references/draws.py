"""The random numbers that pytabkit's networks start from."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import torch
from pytabkit.models.nn_models.base import TrainContext


def variable_name(scope: Any) -> str:
    """Returns what a variable is called in the files.

    Args:
        scope: Where pytabkit has it.
    """
    name = str(scope).strip("/").replace("tfms/emb", "embedding")
    for position in ("first", "middle", "last"):
        name = name.replace(f"net/{position}_layer/", "")
    return name


@contextlib.contextmanager
def recorded_draws() -> Iterator[dict[str, torch.Tensor]]:
    """Yields the random numbers drawn meanwhile, named after what they are for."""
    draws: dict[str, torch.Tensor] = {}

    def recording(function: Callable, kind: str) -> Callable:
        def record(*args: Any, **kwargs: Any) -> torch.Tensor:
            drawn = function(*args, **kwargs)
            scope = TrainContext.get_global_context().scope
            name = f"{variable_name(scope)}/{kind}"
            while name in draws:
                name += "-next"
            # They are changed in place later.
            draws[name] = drawn.clone()
            return drawn

        return record

    exponential = torch.distributions.Exponential
    patched = [
        (torch, "randn", "normal"),
        (torch, "rand", "uniform"),
        (torch, "randint", "examples"),
        (exponential, "sample", "exponential"),
    ]
    originals = [getattr(owner, name) for owner, name, _ in patched]
    for (owner, name, kind), original in zip(patched, originals, strict=True):
        setattr(owner, name, recording(original, kind))
    try:
        yield draws
    finally:
        for (owner, name, _), original in zip(patched, originals, strict=True):
            setattr(owner, name, original)
