"""Tables in a terminal."""

from collections.abc import Sequence


def columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Returns lines in which the entries of rows are in columns.

    Args:
        rows: The entries, the same number in each.
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            f"{entry:{width}}" for entry, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    ]
