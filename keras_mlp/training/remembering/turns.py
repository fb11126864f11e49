"""Several calls that count with the same metrics, one after the other."""

import contextlib
import threading
from collections.abc import Iterator

import keras

from keras_mlp.training.state import Taken, put_back, take


class Turn:
    """The part of one call in the use of a model's metrics.

    Args:
        model: The model.
    """

    def __init__(self, model: keras.Model) -> None:
        self.model = model
        # What the metrics have counted in this call, while another call uses them.
        self.counted: Taken | None = None


class Turns:
    """Has calls take turns in the use of a model's metrics.

    Metrics are variables of the model, and what they count belongs to a call: to a
    `fit`, or to an `evaluate` beside it, in another thread or in a callback. Who takes
    a step has the metrics for that long. They are only exchanged where there is more
    than one call.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._last: Turn | None = None

    @contextlib.contextmanager
    def of(self, turn: Turn) -> Iterator[None]:
        """Gives the metrics to a call for as long as the block takes.

        Args:
            turn: That of the call.
        """
        with self._lock:
            if self._last is not turn:
                self._exchange(turn)
            yield

    def end(self, turn: Turn) -> None:
        """Ends a call. Its metrics stay as they are, for whoever reads them.

        Args:
            turn: That of the call.
        """
        with self._lock:
            if self._last is turn:
                self._last = None

    def _exchange(self, turn: Turn) -> None:
        if self._last is not None:
            self._last.counted = take(self._last.model.metrics_variables)
        if turn.counted is not None:
            known = {id(variable) for variable, _ in turn.counted}
            for metric in turn.model.metrics:
                # Its first step, in another call, has made variables meanwhile.
                if any(id(variable) not in known for variable in metric.variables):
                    metric.reset_state()
            put_back(turn.counted)
            turn.counted = None
        self._last = turn
