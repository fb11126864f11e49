"""What a model keeps between calls."""
