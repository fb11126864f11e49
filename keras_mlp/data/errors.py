"""Errors of the data functions, so that callers can tell them apart."""


class UnknownDatasetError(ValueError):
    """No data set has this name; the message lists names that are near it."""


class DatasetNotPreparedError(FileNotFoundError):
    """The data set exists but its files are not on this machine.

    The message says where they were looked for and how to get them.
    """
