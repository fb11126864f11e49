"""Who predicts best from tables; see `scripts/measure_tables`."""
