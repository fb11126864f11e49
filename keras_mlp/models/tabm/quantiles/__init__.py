"""Quantiles of numbers, and the normal distribution that they are brought to."""
