"""What is learnt from the columns of a table, in one pass."""
