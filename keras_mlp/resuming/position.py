"""Where in its data a training is."""

from typing import Any

from keras_mlp.resuming.errors import ResumeError
from keras_mlp.training.call import Start
from keras_mlp.training.feeding.arrays import is_loaded


class DataPosition:
    """Where in its data a training is, as far as that can be had again.

    The data of `keras_mlp.data.load` number their epochs, and the order of each is a
    function of their seed and that number.

    Args:
        train: The argument `x` of `fit`.
        validation: The argument `validation_data` of `fit`, or `None`.
        batches: Number of batches in an epoch, `None` where nobody knows.
        whole_epochs: Whether epochs are the data's own, not so many steps of them.
    """

    def __init__(
        self,
        train: Any,
        validation: Any,
        batches: int | None,
        whole_epochs: bool = True,
    ) -> None:
        self.batches = batches
        self.restorable = whole_epochs and is_loaded(train)
        self._train = train
        self._validation = validation

    def state(self) -> dict[str, Any]:
        """Returns what the position, and the data that it is in, are known by."""
        state: dict[str, Any] = {"validation_epoch": _epoch_of(self._validation)}
        if self.restorable:
            state.update(
                epoch=_epoch_of(self._train),
                batches=self.batches,
                batch_size=self._train.batch_size,
                seed=self._train.seed,
            )
        return state

    def check(self, state: dict[str, Any], where: str) -> None:
        """Checks that the data are those of a state.

        Args:
            state: What `state` returned.
            where: The file that the state is from, for the message.

        Raises:
            ResumeError: If they are not.
        """
        ours = self.state()
        for name in ("batches", "batch_size", "seed"):
            if name in state and name in ours and state[name] != ours[name]:
                remedy = (
                    "Load the data with the same `seed` as before, as in "
                    f"`data.load(..., seed={state[name]})`."
                    if name == "seed"
                    else "Resume with the same data."
                )
                raise ResumeError(
                    f"'{where}' must belong to the data of this training. Received: "
                    f"data with {name}={ours[name]} where the file has "
                    f"{name}={state[name]}. {remedy}"
                )
        if ("seed" in state) != ("seed" in ours):
            raise ResumeError(
                f"'{where}' must belong to the data of this training. Received: data "
                f"whose position {'can' if self.restorable else 'cannot'} be restored, "
                "where those of the file are of the other kind. Resume with the same "
                "data."
            )

    def go_to(self, state: dict[str, Any], start: Start) -> None:
        """Has the next iteration be that of a state.

        Args:
            state: What `state` returned.
            start: Where in the training that was.
        """
        if state["validation_epoch"] is not None:
            self._validation.epoch.assign(state["validation_epoch"])
        if self.restorable:
            # In the middle of an epoch, the number is that of the next already.
            within_epoch = start.step > 0 and not start.trained
            self._train.epoch.assign(state["epoch"] - within_epoch)


def _epoch_of(data: Any) -> int | None:
    epoch = getattr(data, "epoch", None)
    return None if epoch is None else int(epoch)
