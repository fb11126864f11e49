"""When Keras' own methods are called, and not ours."""

import functools
import inspect
import logging
from collections.abc import Callable
from typing import Any, TypeVar

import keras

from keras_mlp.training.remembering.memory import memory_of

_logger = logging.getLogger("keras_mlp")
_Method = TypeVar("_Method", bound=Callable[..., Any])

# Of the class that Keras defines them in: software that was imported before may have
# replaced those of `keras.Model`.
_KERAS = {
    name: getattr(super(keras.Model, keras.Model), name)
    for name in (
        "fit",
        "evaluate",
        "predict",
        "train_on_batch",
        "test_on_batch",
        "predict_on_batch",
        "make_train_function",
        "make_test_function",
        "make_predict_function",
    )
}
_PARTS = {
    "fit": ("make_train_function", "make_test_function"),
    "evaluate": ("make_test_function",),
    "predict": ("make_predict_function",),
    "train_on_batch": ("make_train_function",),
    "test_on_batch": ("make_test_function",),
    "predict_on_batch": ("make_predict_function",),
}


def or_keras(method: _Method) -> _Method:
    """Has a method of the trainer leave its work to Keras' where that is asked for.

    Other software replaces `keras.Model.fit` by a function of its own, and expects the
    caller's arguments; a class may override a part of Keras' `fit`. Keras' own method
    then gets what the caller passed, which is logged once.

    Args:
        method: A method of the name of Keras'.
    """
    name = method.__name__
    known = inspect.signature(method).parameters

    @functools.wraps(method)
    def dispatched(self: Any, *args: Any, **kwargs: Any) -> Any:
        reason = _reason(self, name)
        if reason is None and kwargs.keys() <= known.keys():
            return method(self, *args, **kwargs)
        if reason is not None:
            memory = memory_of(self)
            if reason not in memory.announced:
                memory.announced.add(reason)
                _logger.warning("`%s` is Keras' own here: %s.", name, reason)
        owner = next(
            one for one in type(self).__mro__ if vars(one).get(name) is dispatched
        )
        return getattr(super(owner, self), name)(*args, **kwargs)

    return dispatched  # type: ignore[return-value]


def _reason(model: Any, name: str) -> str | None:
    """Returns why Keras' own method must be called, or `None` if it need not."""
    if getattr(keras.Model, name) is not _KERAS[name]:
        return f"other software has replaced `keras.Model.{name}`"
    for part in _PARTS[name]:
        if getattr(type(model), part) is not _KERAS[part] or part in vars(model):
            return f"`{part}` is overridden"
    return None
