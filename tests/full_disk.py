"""A disk that is full, as far as a process can be told so."""

import contextlib
import resource


@contextlib.contextmanager
def full_disk(largest=2000):
    """Lets no file grow beyond so many bytes inside the block."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
