"""Errors of training, so that callers can tell them apart."""


class InputError(ValueError):
    """What `fit`, `evaluate` or `predict` was given cannot be right.

    The message says what was expected, what was received and how to mend it.
    """


class DivergedError(ValueError):
    """The loss is no longer finite though the data are: a setting of the run is wrong.

    A `ValueError`, like all mistakes that this package names.

    Args:
        message: What happened, and what may help.
        epoch: The epoch, counted from 1.
        step: The step in that epoch, counted from 1.
    """

    def __init__(self, message: str, epoch: int, step: int) -> None:
        super().__init__(message)
        self.epoch = epoch
        self.step = step


class StartError(ValueError):
    """`fit` cannot begin where it is to begin: in the middle of a group of steps."""
