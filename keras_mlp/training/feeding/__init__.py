"""From data to groups of batches."""
