"""The commands of `keras-mlp`, a folder each.

The folder itself has `HELP`, `add_arguments(parser)` and `check(arguments)`, which says
what is wrong as far as that can be seen at once. It imports neither Keras nor
TensorFlow, which take seconds. Its module `run` has `run(arguments)`, and may.
"""
