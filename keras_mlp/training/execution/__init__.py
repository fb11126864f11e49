"""From groups of batches to steps."""
