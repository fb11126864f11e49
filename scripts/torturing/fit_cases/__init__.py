"""Trainings for `scripts/torture fits`, and what stock Keras makes of them."""
