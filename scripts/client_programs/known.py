"""What is known not to be the same, and why."""

# By client: where figures differ, as a pattern, with the reason.
DIFFERENCES: dict[str, dict[str, str]] = {}

# By client: what it fails with under stock Keras of this version, and so is no example of
# what ours must do.
STOCK_FAILS: dict[str, str] = {}
