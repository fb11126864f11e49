"""Models, layers and data for `scripts/torture models`, and what must come of them."""
