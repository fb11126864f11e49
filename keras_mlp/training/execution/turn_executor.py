"""Steps of a call, taken in its turn with the metrics."""

from keras_mlp.training.execution.executor import Executor, Taken
from keras_mlp.training.feeding.parts import Part
from keras_mlp.training.remembering.turns import Turn, Turns


class TurnExecutor:
    """Takes the steps of another executor while the call has the metrics.

    Args:
        execute: The other executor.
        turns: Those of the model.
        turn: That of the call.
    """

    def __init__(self, execute: Executor, turns: Turns, turn: Turn) -> None:
        self._execute = execute
        self._turns = turns
        self._turn = turn

    def __call__(self, part: Part) -> Taken:
        """Takes a step on each batch of a part."""
        with self._turns.of(self._turn):
            return self._execute(part)
