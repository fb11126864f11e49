"""What TensorFlow keeps of models that are gone."""

import weakref

from keras_mlp.keras_internals import clear_kernel_cache

# So many models may have left something behind: about half a megabyte each.
_MOST = 16

_gone = 0


def count_when_gone(part: object) -> None:
    """Notes it when a part of a model is gone, and the model with it.

    Args:
        part: An object that only the model refers to.
    """
    weakref.finalize(part, _count).atexit = False


def clear_after_deleted_models() -> None:
    """Frees what is left of models that are gone, if there have been many.

    TensorFlow caches the operation that makes a variable, 36 KB, by the variable's
    name. Layers that nobody has named get new names, so a process that makes model
    after model would grow without a bound.
    """
    global _gone
    if _gone >= _MOST:
        _gone = 0
        clear_kernel_cache()


def _count() -> None:
    # Garbage is collected at any time, in the middle of anything: nothing is done here.
    global _gone
    _gone += 1
