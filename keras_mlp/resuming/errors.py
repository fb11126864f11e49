"""What can be wrong with a directory that a run is resumed from."""


class ResumeError(ValueError):
    """Saved state is damaged, or is that of another model, data set or version."""


class DirectoryInUseError(OSError):
    """Another process, or another `fit`, uses the directory."""
