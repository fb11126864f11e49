"""The process of the command `keras-mlp`: its signals and standard streams."""

import codecs
import contextlib
import io
import os
import select
import signal
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from keras_mlp.messages import printable

# What stands for a character that the encoding of a terminal lacks.
_PLAIN = {"█": "#", "━": "=", "─": "-", "│": "|", "…": "..."}
_ERRORS = "keras_mlp.plain"


def _is_command() -> bool:
    if sys.argv[0] == "-m":
        # `python -X … -m keras_mlp` has the name before the words of the command.
        return sys.orig_argv[-len(sys.argv)].removeprefix("-m") == "keras_mlp"
    return Path(sys.argv[0]).stem == "keras-mlp"


# Whether this process is the `keras-mlp` command, not a user's program. Asked while the
# package is imported: Python changes `sys.argv[0]` afterwards.
IS_COMMAND = _is_command()


def begin() -> None:
    """Makes ready what holds for the whole process, before the long import."""
    # What is opened next would take the number of a closed stream, and be written to
    # by whoever means that stream.
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    if sys.stdout is None:
        sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    if sys.stderr is None:
        sys.stderr = os.fdopen(2, "w", encoding="utf-8", closefd=False)
    _end_at_interrupt()


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """Has Ctrl-C raise `KeyboardInterrupt`: not before this block, and not after it."""
    ends = signal.getsignal(signal.SIGINT) is _end
    if ends:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        if ends:
            _end_at_interrupt()


def _end_at_interrupt() -> None:
    # Shells have it ignored in what they run in the background; so it stays.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _end)


def _end(number: int, frame: FrameType | None) -> None:
    # No exception: in the middle of an import, a library may take it for a failure of
    # its own, and when Python ends it would be shown.
    os._exit(128 + number)


@contextlib.contextmanager
def plain_output() -> Iterator[None]:
    """Has standard output take every character, and writes it out at the end.

    What its encoding lacks is replaced, bars by `#` and unknown letters by `?`.
    """
    output = sys.stdout
    errors = None
    # Others, such as `surrogateescape`, have been chosen.
    if isinstance(output, io.TextIOWrapper) and output.errors == "strict":
        errors = output.errors
        output.reconfigure(errors=_ERRORS)
    try:
        yield
    finally:
        try:
            output.flush()
        finally:
            if errors is not None and isinstance(output, io.TextIOWrapper):
                output.reconfigure(errors=errors)


@contextlib.contextmanager
def plain_warnings() -> Iterator[None]:
    """Has a warning be one line: its text, without the place in the program."""
    before = warnings.formatwarning

    def plain(message: Warning | str, *place: object, **more: object) -> str:
        return f"warning: {printable(' '.join(str(message).split()))}\n"

    warnings.formatwarning = plain
    try:
        yield
    finally:
        warnings.formatwarning = before


def output_is_closed() -> bool:
    """Returns whether standard output is a pipe that nobody reads any more."""
    # Not asked of the error: another pipe or connection may have broken.
    with contextlib.suppress(OSError):
        state = select.poll()
        state.register(sys.stdout.fileno(), 0)
        return any(
            event & (select.POLLERR | select.POLLHUP) for _, event in state.poll(0)
        )
    return False


def tell(line: str) -> None:
    """Writes a line to standard error, if anybody reads that."""
    with contextlib.suppress(OSError):
        print(line, file=sys.stderr, flush=True)


def _plain(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(_PLAIN.get(character, "?") for character in lacking), error.end


codecs.register_error(_ERRORS, _plain)
