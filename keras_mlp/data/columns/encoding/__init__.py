"""The operations that turn columns into inputs of a network."""
