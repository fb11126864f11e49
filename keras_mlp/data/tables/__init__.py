"""Tables as batches of columns and targets."""
