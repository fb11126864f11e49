"""The commands of `keras-mlp`, one module each.

A command has `HELP`, `add_arguments(parser)` and `run(arguments)`.
"""
