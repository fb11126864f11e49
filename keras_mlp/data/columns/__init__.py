"""Columns of a table: their raw form, and how they become a network's inputs."""
