"""How pictures and reports write numbers and lists."""

from collections.abc import Sequence


def number(value: float) -> str:
    """Returns `value` with four significant digits, large ones to the whole."""
    return f"{value:.0f}" if 1e4 <= abs(value) < 1e15 else f"{value:.4g}"


def listed(names: Sequence[str]) -> str:
    """Returns names as a sentence lists them: "a, b and c"."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def percent(share: float) -> str:
    """Returns a share in per cent, to one decimal where that is not zero."""
    return f"{100 * share:.1f}".removesuffix(".0") + "%"
