"""Data that cannot be right, and runs that diverge."""
