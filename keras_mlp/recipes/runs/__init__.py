"""Trains any recipe, records the run, and compares it with its source."""
