"""From examples to batches: the data sets that `load` returns."""
