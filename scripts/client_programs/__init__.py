"""Runs what Keras users run, with stock Keras and with ours; no part of the package."""
