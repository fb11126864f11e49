"""What libraries write to standard error past Python."""

import contextlib
import os
import sys
import tempfile
from collections.abc import Callable, Iterator


@contextlib.contextmanager
def filtered_standard_error(keep: Callable[[str], bool]) -> Iterator[None]:
    """Holds back what is written to standard error, also by libraries in C.

    For commands, whose errors must be one line. A library must not touch the
    standard error of a program that imports it.

    Args:
        keep: Function that says of a line whether it is passed on, when the block
            ends.
    """
    sys.stderr.flush()
    with tempfile.TemporaryFile() as captured:
        standard_error = os.dup(2)
        os.dup2(captured.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(standard_error, 2)
            os.close(standard_error)
            captured.seek(0)
            # Where nobody reads it any more, the command goes on.
            with contextlib.suppress(OSError):
                for line in captured.read().decode(errors="replace").splitlines():
                    if keep(line):
                        print(line, file=sys.stderr)
