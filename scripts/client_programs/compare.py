"""Whether two clients have seen the same."""

import math
from typing import Any

# Of single precision, after a few epochs that add up in another order.
RELATIVE, ABSOLUTE = 1e-3, 1e-4


def differences(ours: Any, stock: Any, path: str = "") -> dict[str, str]:
    """Returns what differs: where, such as `history/loss/0`, and how.

    Args:
        ours: Dictionaries, lists, numbers, text, within each other.
        stock: The like.
        path: Where they are.
    """
    if isinstance(ours, dict) and isinstance(stock, dict):
        pairs = {key: (ours.get(key), stock.get(key)) for key in {**stock, **ours}}
        return _of_parts(pairs, path)
    if isinstance(ours, list) and isinstance(stock, list):
        if len(ours) != len(stock):
            return {path: f"{len(ours)} of ours, {len(stock)} of stock"}
        return _of_parts(dict(enumerate(zip(ours, stock, strict=True))), path)
    if _is_same(ours, stock):
        return {}
    return {path: f"ours {_short(ours)}, stock {_short(stock)}"}


def _of_parts(pairs: dict[Any, tuple[Any, Any]], path: str) -> dict[str, str]:
    found = {}
    for key, (one, other) in pairs.items():
        found.update(differences(one, other, f"{path}/{key}" if path else str(key)))
    return found


def _is_same(ours: Any, stock: Any) -> bool:
    if isinstance(ours, float) and isinstance(stock, float):
        if math.isnan(ours) and math.isnan(stock):
            return True
        return math.isclose(ours, stock, rel_tol=RELATIVE, abs_tol=ABSOLUTE)
    return type(ours) is type(stock) and ours == stock


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:50]} ... {text[-25:]}"
