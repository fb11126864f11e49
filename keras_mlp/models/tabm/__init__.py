"""TabM: many multilayer perceptrons for tables, which share most of their weights."""
