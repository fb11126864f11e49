"""Makers of estimators: `(regression, seed, threads)` to one with `fit`, `predict`."""
