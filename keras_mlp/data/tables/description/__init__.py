"""What a table holds, found by looking at every value once."""
