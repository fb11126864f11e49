"""What can be predicted of a table. The command line imports it, and no Keras."""

TASKS = ("classification", "regression")
