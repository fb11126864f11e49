"""What is said of a client."""

from fnmatch import fnmatchcase
from typing import Any

from client_programs.compare import differences
from client_programs.known import DIFFERENCES, STOCK_FAILS


def verdict(
    client: str, ours: dict[str, Any], stock: dict[str, Any]
) -> tuple[bool, str]:
    """Returns whether a client did with ours what it should, and a line on it.

    Args:
        client: Its name.
        ours: What came of it, as `run_both` returns it.
        stock: The like.
    """
    if "error" in stock:
        reason = STOCK_FAILS.get(client)
        words = f"stock fails: {stock['error']}"
        words += f" [{reason}]" if reason else " [known.py gives no reason]"
        works = f"ours fails: {ours['error']}" if "error" in ours else "ours works"
        return bool(reason) and "error" not in ours, f"{words}; {works}"
    if "error" in ours:
        return False, f"different: ours fails: {ours['error']}"
    found = differences(ours["figures"], stock["figures"])
    unknown, reasons = [], []
    for path, words in found.items():
        reason = _reason(client, path)
        if reason is None:
            unknown.append(f"{path}: {words}")
        elif reason not in reasons:
            reasons.append(reason)
    if unknown:
        more = f"; {len(unknown) - 5} more" if len(unknown) > 5 else ""
        return False, f"different: {'; '.join(unknown[:5])}{more}"
    counted = f"same: {_count(stock['figures'])} figures"
    return True, f"{counted}, but {'; '.join(reasons)}" if reasons else counted


def _reason(client: str, path: str) -> str | None:
    for pattern, reason in DIFFERENCES.get(client, {}).items():
        if fnmatchcase(path, pattern):
            return reason
    return None


def _count(figures: Any) -> int:
    if isinstance(figures, dict):
        return sum(map(_count, figures.values()))
    if isinstance(figures, list):
        return sum(map(_count, figures))
    return 1
