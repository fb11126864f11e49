"""What `scripts/torture` runs, a module for each of its parts."""
