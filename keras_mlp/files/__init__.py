"""Writing files so that nobody ever sees a half-written one, and reading small ones."""

from keras_mlp.files.not_written import NotWrittenError
from keras_mlp.files.reading import read_whole
from keras_mlp.files.removing import is_leftover, remove_leftovers, removed_on_failure
from keras_mlp.files.replacing import replacing, write_atomically
from keras_mlp.files.room import check_room

__all__ = [
    "NotWrittenError",
    "check_room",
    "is_leftover",
    "read_whole",
    "remove_leftovers",
    "removed_on_failure",
    "replacing",
    "write_atomically",
]
