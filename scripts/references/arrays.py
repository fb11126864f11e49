"""What the files of reference arrays have in common."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import torch

Arrays = dict[str, np.ndarray]


def to_numpy(value: Any) -> np.ndarray:
    """Returns an array, of single precision where it holds numbers with a fraction.

    Args:
        value: A tensor, an array or a number.
    """
    array = value.detach().numpy() if isinstance(value, torch.Tensor) else value
    array = np.asarray(array)
    return array.astype(np.float32) if array.dtype == np.float64 else array


def save(path: Path, arrays: dict[str, Any]) -> None:
    """Writes arrays into one compressed file.

    Args:
        path: The file.
        arrays: By name.
    """
    values = {name: to_numpy(value) for name, value in arrays.items()}
    np.savez_compressed(path, allow_pickle=False, **values)
    print(f"{path}: {len(values)} arrays, {path.stat().st_size / 1e3:.0f} kB")


def under(prefix: str, arrays: dict[str, Any]) -> dict[str, Any]:
    """Returns arrays with names below a prefix, as they are at this moment.

    Args:
        prefix: What comes before the slash.
        arrays: By name.
    """
    return {f"{prefix}/{name}": to_numpy(a).copy() for name, a in arrays.items()}


def randomize(tensors: Iterable[torch.Tensor], seed: int, spread: float) -> None:
    """Moves weights a little, so that none is 0 or 1, which would hide mistakes.

    Args:
        tensors: The weights.
        seed: Of the random numbers.
        spread: The standard deviation of what is added.
    """
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for tensor in tensors:
            noise = torch.randn(tensor.shape, generator=generator)
            # What a file of single precision can hold, so that all start from the same.
            tensor.copy_((tensor + spread * noise).float())


def gradients(
    variables: dict[str, torch.Tensor], loss: Callable[[], torch.Tensor]
) -> tuple[torch.Tensor, Arrays]:
    """Returns a loss and its gradients, which stay at the variables.

    Args:
        variables: By name.
        loss: Computes it.
    """
    for variable in variables.values():
        variable.grad = None
    value = loss()
    value.backward()
    return value, {name: to_numpy(v.grad).copy() for name, v in variables.items()}
