"""The error that a worker on this machine has failed."""


class WorkerFailedError(RuntimeError):
    """A worker ended with an error, or was killed; the others were stopped."""
