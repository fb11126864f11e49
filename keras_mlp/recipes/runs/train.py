"""Training a recipe."""

import contextlib
import statistics
import time
from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from keras_mlp.callbacks import ExactResume, StepLosses
from keras_mlp.recipes.kinds.trained_recipe import TrainedRecipe
from keras_mlp.recipes.outcome import Outcome


class _EpochTimer(keras.callbacks.Callback):
    """Measures the seconds that each epoch takes, validation included."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds: list[float] = []
        self._begin = 0.0

    def get_state(self) -> dict[str, Any]:
        return {"seconds": self.seconds, "elapsed": time.perf_counter() - self._begin}

    def set_state(self, state: dict[str, Any]) -> None:
        self.seconds = state["seconds"]
        self._begin = time.perf_counter() - state["elapsed"]

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self._begin = time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self.seconds.append(time.perf_counter() - self._begin)


def train(
    recipe: TrainedRecipe,
    seed: int = 0,
    verbose: int | str = "auto",
    resume: ExactResume | None = None,
    strategy: tf.distribute.Strategy | None = None,
    callbacks: Sequence[keras.callbacks.Callback] = (),
) -> Outcome:
    """Makes the recipe's model, trains it and evaluates it on the test data.

    Args:
        recipe: What to train.
        seed: Integer that fixes the initial weights and the data's order.
        verbose: As for `keras.Model.fit`; with 0, nothing at all is printed.
        resume: What saves the state of the training, and goes on from it. Defaults to
            none.
        strategy: What to train under, or `None`. The batch size is that of the batch
            that all replicas share.
        callbacks: Called beside those of the recipe.

    Returns:
        The `Outcome`. Its model is of this process alone, whatever the strategy.

    Example:

    ```python
    import keras_mlp

    recipe = keras_mlp.recipes.get("digits").replace(epochs=1)
    outcome = keras_mlp.recipes.train(recipe, seed=0, verbose=0)
    assert outcome.test["accuracy"] > 0.7
    ```
    """
    with strategy.scope() if strategy else contextlib.nullcontext():
        model = recipe.model(seed)
    if verbose != 0:
        model.summary()
    timer = _EpochTimer()
    own = recipe.callbacks(show=verbose != 0)
    recorders = [callback for callback in own if isinstance(callback, StepLosses)]
    saving = [] if resume is None else [resume]
    history = model.fit(
        recipe.train_data(seed),
        validation_data=recipe.validation_data(),
        epochs=recipe.epochs,
        callbacks=[timer, *own, *callbacks, *saving],
        verbose=verbose,
    ).history
    test = model.evaluate(recipe.test_data(seed), return_dict=True, verbose=0)
    # The loss of whichever batch came last is no result.
    test.pop("batch_loss", None)
    return Outcome(
        recipe=recipe,
        seed=seed,
        model=model if strategy is None else _copied(model, recipe.model(seed)),
        history=_plain(history),
        step_losses=recorders[0].epochs if recorders else [],
        test=_plain(test),
        seconds_per_epoch=statistics.median(timer.seconds),
    )


def _copied(model: keras.Model, copy: keras.Model) -> keras.Model:
    """Gives a new model the state of a trained one, and returns it.

    What is done with the copy needs no other worker; with the model, which is of all
    of them, a worker would wait for the others.
    """
    copy.set_weights(model.get_weights())
    copy.optimizer.build(copy.trainable_variables)
    states = (model.optimizer.variables, copy.optimizer.variables)
    for trained, new in zip(*states, strict=True):
        new.assign(trained.numpy())
    return copy


def _plain(values: Any) -> Any:
    """Returns numbers of NumPy and TensorFlow as Python's, for JSON."""
    return keras.tree.map_structure(float, values)
