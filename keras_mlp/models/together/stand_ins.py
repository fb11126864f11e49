"""Networks that are trained in the place of others of their kind."""

import collections
import contextlib
import json
import re
import threading
from collections.abc import Iterator
from typing import Any

import keras

from keras_mlp.training.remembering.memory import memory_of
from keras_mlp.training.state import put_back, raw, take, training_variables

# What differs from network to network, and from which no program is made.
_OWN = ("name", "seed")


class StandIns:
    """Keeps the programs of networks for others of their kind, one after the other.

    To trace and optimise its programs takes longer than to train a small network. In a
    search over seeds or folds each network has the same ones. From the second of a kind
    on, another network gets the state of each, is trained, and gives its own state
    back: the same numbers, without a new trace.

    Args:
        most: How many such networks are kept, the last ones used.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        # By the kind; `None` where there was one network of it.
        self._kept: collections.OrderedDict[str, Any] = collections.OrderedDict()

    @contextlib.contextmanager
    def of(self, network: Any, width: int, *settings: Any) -> Iterator[Any]:
        """Yields what is to be trained: the network, or another with its state.

        Args:
            network: The network: built and compiled.
            width: Number of its features.
            *settings: What else its programs depend on.
        """
        kind = _kind(network, (width, *settings))
        # Another thread may be training.
        if kind is None or not self._lock.acquire(blocking=False):
            yield network
            return
        try:
            stand_in = self._stand_in(kind, network, width)
            variables = training_variables(network)
            others = [] if stand_in is None else training_variables(stand_in)
            if _shapes(variables) != _shapes(others):
                yield network
                return
            _copy(variables, others)
            # What was trained before does not decide how this one is.
            memory_of(stand_in).steps = 0
            yield stand_in
            _copy(others, variables)
        finally:
            self._lock.release()

    def _stand_in(self, kind: str, network: Any, width: int) -> Any:
        is_known = kind in self._kept
        kept = self._kept.pop(kind, None)
        if is_known and kept is None:
            kept = type(network).from_config(network.get_config())
            kept.build((None, width))
            kept.compile_from_config(network.get_compile_config())
            kept.optimizer.build(kept.trainable_variables)
        self._kept[kind] = kept
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return kept


def _copy(variables: list[Any], to: list[Any]) -> None:
    values = [value for _, value in take(variables)]
    put_back(list(zip(to, values, strict=True)))


def _shapes(variables: list[Any]) -> list[Any]:
    return [(raw(each).shape, raw(each).dtype) for each in variables]


def _kind(network: Any, settings: tuple) -> str | None:
    """Returns what networks with the same programs have in common.

    `None` where that does not show: of two functions, or classes, of a caller's own,
    nobody knows whether they are the same.
    """
    configs = (network.get_config(), network.get_compile_config())
    serialized = keras.saving.serialize_keras_object(configs)
    try:
        text = json.dumps(_without_own(serialized), sort_keys=True)
    except TypeError:
        return None
    modules = re.findall(r'"module": (?:"(\w+)[^"]*"|null)', text)
    if any(module not in ("keras", "keras_mlp", "builtins") for module in modules):
        return None
    if '"function"' in text or "__lambda__" in text:
        return None
    shapes = _shapes(training_variables(network))
    return f"{type(network)} {shapes} {settings} {text}"


def _without_own(config: Any) -> Any:
    if isinstance(config, dict):
        return {
            key: _without_own(value) for key, value in config.items() if key not in _OWN
        }
    if isinstance(config, (list, tuple)):
        return [_without_own(value) for value in config]
    return config
