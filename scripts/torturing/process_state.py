"""What the process at hand holds: memory, threads, open files."""

import dataclasses
import gc
import os
import re
import resource
import threading
from pathlib import Path

from tensorflow.python.eager import context

# A new variable's value, unless it has one: `UnliftedInitializerVariable`.
_INITIALIZER = re.compile(r"_cond_(true|false)_\d+$")

_PROC = Path("/proc/self")


@dataclasses.dataclass(frozen=True, kw_only=True)
class ProcessState:
    """What a process holds at a moment.

    Args:
        resident_bytes: Memory.
        python_threads: Threads that Python knows.
        threads: All threads, TensorFlow's among them.
        files: Open files, sockets and pipes.
        functions: Functions that are registered with TensorFlow: each model that is
            kept alive keeps some.
        initializers: Those of them that TensorFlow never lets go of: some for each
            variable that is made while something is traced, in stock Keras too.
    """

    resident_bytes: int
    python_threads: int
    threads: int
    files: int
    functions: int
    initializers: int

    @classmethod
    def now(cls) -> "ProcessState":
        """Returns the state after a collection of garbage."""
        gc.collect()
        resident_bytes, threads, files = _from_system()
        names = context.context().list_function_names()
        # Operations that were called outside of functions, once for each kind.
        names = [name for name in names if not name.startswith("__wrapped__")]
        initializers = sum(map(bool, map(_INITIALIZER.search, names)))
        return cls(
            resident_bytes=resident_bytes,
            python_threads=threading.active_count(),
            threads=threads,
            files=files,
            functions=len(names) - initializers,
            initializers=initializers,
        )

    def __str__(self) -> str:
        return (
            f"{self.resident_bytes / 1e6:7.1f} MB, threads {self.python_threads} + "
            f"{self.threads - self.python_threads}, files {self.files}, "
            f"functions {self.functions} + {self.initializers}"
        )


def _from_system() -> tuple[int, int, int]:
    """Returns the resident bytes, the number of threads, and of open files."""
    try:
        import psutil
    except ImportError:
        if not (_PROC / "statm").exists():
            raise RuntimeError(
                "The memory of the process is read by psutil or from /proc/self/statm. "
                "Received: a machine with neither. Install it: pip install psutil"
            ) from None
        pages = int((_PROC / "statm").read_text().split()[1])
        return (
            pages * resource.getpagesize(),
            len(os.listdir(_PROC / "task")),
            # The listing itself opens one.
            len(os.listdir(_PROC / "fd")) - 1,
        )
    process = psutil.Process()
    # Windows has handles instead.
    files = getattr(process, "num_fds", None) or process.num_handles
    return process.memory_info().rss, process.num_threads(), files()
