"""The benchmark behind `scripts/benchmark`."""
