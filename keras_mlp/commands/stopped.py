"""The end of a command by a signal."""


class Stopped(Exception):  # noqa: N818
    """A signal has ended the command.

    Args:
        message: What is to be told.
        status: The exit status.
    """

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status
