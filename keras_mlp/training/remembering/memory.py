"""What a model remembers between calls of `fit`, `evaluate` and `predict`."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from typing import Any

import keras

from keras_mlp.training.planning.settings import Settings
from keras_mlp.training.remembering.deleted_models import count_when_gone
from keras_mlp.training.remembering.turns import Turn, Turns


class TrainerMemory:
    """What a model remembers between calls, in an object that Keras does not look into.

    Nothing in it belongs to one call. Programs are kept by what they were made for, so
    that the next call finds them. All methods may be called by several threads.

    Args:
        settings: What the model was compiled with. Defaults to the defaults.
    """

    def __init__(self, settings: Settings | None = None) -> None:
        count_when_gone(self)
        self.settings = settings or Settings()
        # Held while something is made that there shall be one of.
        self.lock = threading.RLock()
        self.turns = Turns()
        # Number of steps that calls of `fit` have asked for.
        self.steps = 0
        # That of the `fit` that runs, if one does.
        self.training: Turn | None = None
        # Symbolic outputs, by the shapes and dtypes of inputs.
        self.outputs: dict[str, Any] = {}
        # What was logged once already.
        self.announced: set[str] = set()
        self._programs: dict[Any, Any] = {}
        self._functions: dict[str, Any] = {}
        self._fitting: tuple[int, int] | None = None

    def program(self, key: Any, make: Callable[[], Any]) -> Any:
        """Returns the program with this key, made where there is none yet.

        Args:
            key: What it depends on; its first part is the phase.
            make: Makes it.
        """
        with self.lock:
            if key not in self._programs:
                self._programs[key] = make()
            return self._programs[key]

    def forget_if_remade(self, model: keras.Model, phase: str) -> None:
        """Forgets a phase's programs where Keras was asked for a new function.

        `compile`, and `make_train_function(force=True)` after layers were frozen, do
        that.

        Args:
            model: The model.
            phase: `"train"`, `"test"` or `"predict"`.
        """
        with self.lock:
            getattr(model, f"make_{phase}_function")()
            function = getattr(model, f"{phase}_function")
            if self._functions.get(phase) is not function:
                self._functions[phase] = function
                for key in [key for key in self._programs if key[0] == phase]:
                    del self._programs[key]

    @contextlib.contextmanager
    def fitting(self) -> Iterator[None]:
        """Keeps a second thread from training the model meanwhile.

        Raises:
            RuntimeError: If another thread does already.
        """
        here = threading.get_ident()
        with self.lock:
            thread, depth = self._fitting or (here, 0)
            if thread != here:
                raise RuntimeError(
                    "A model is trained by one `fit` at a time. Received: a second one "
                    "while another thread trains it. Wait for that to end, or train a "
                    "copy: `keras.models.clone_model(model)`. `predict` and `evaluate` "
                    "may run meanwhile."
                )
            self._fitting = (here, depth + 1)
            outer = self.training
        try:
            yield
        finally:
            with self.lock:
                if self.training is not None:
                    self.turns.end(self.training)
                self.training = outer
                self._fitting = (here, depth) if depth else None


@contextlib.contextmanager
def metrics_of_fit(model: keras.Model) -> Iterator[None]:
    """Has the model's metrics be those of the `fit` that runs, if one does.

    Args:
        model: A model with the `TapeTrainer`.
    """
    memory = memory_of(model)
    if memory.training is None:
        yield
        return
    with memory.turns.of(memory.training):
        yield


def memory_of(model: keras.Model) -> TrainerMemory:
    """Returns what a model remembers between calls.

    Args:
        model: A model with the `TapeTrainer`.
    """
    memory: TrainerMemory = model.__dict__.setdefault("_memory", TrainerMemory())
    return memory
