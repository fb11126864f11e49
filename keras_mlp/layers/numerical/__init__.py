"""Layers of networks for tables: each number, and each unit, has weights of its own."""
