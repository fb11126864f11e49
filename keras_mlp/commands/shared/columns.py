"""Tables in a terminal."""


def print_columns(lines: list[list[str]]) -> None:
    """Prints lines of entries as columns.

    Args:
        lines: The lines, all of the same length, the header first.
    """
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = (f"{entry:{width}}" for entry, width in zip(line, widths, strict=True))
        print("  ".join(cells).rstrip())
