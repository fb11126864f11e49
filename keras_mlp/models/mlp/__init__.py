"""Models that are multilayer perceptrons."""
