"""How the figures of recipes are measured: functions of a recipe's `Outcome`."""

from collections.abc import Callable

import numpy as np

from keras_mlp.recipes.outcome import Outcome

Measure = Callable[[Outcome], float]


def test_accuracy(outcome: Outcome) -> float:
    """Returns the share of test images that are read right."""
    return outcome.test["accuracy"]


def test_error(outcome: Outcome) -> float:
    """Returns the mean absolute error on the rows for the test."""
    return outcome.test["mean_absolute_error"]


def first_image(outcome: Outcome) -> float:
    """Returns the class that the first training image is read as."""
    image = outcome.recipe.first_image()
    return float(np.argmax(outcome.recipe.predict(outcome.model, image)[0]))


def fall_of_error(outcome: Outcome) -> float:
    """Returns by what share the test error fell from the untrained model's."""
    untrained = outcome.recipe.model(outcome.seed)
    error = untrained.evaluate(outcome.recipe.test_data(), verbose=0)
    return 1 - outcome.test["loss"] / error


def parameters(outcome: Outcome) -> float:
    """Returns the number of parameters of the model."""
    return outcome.model.count_params()


def weight_tensors(outcome: Outcome) -> float:
    """Returns the number of weight tensors of the model."""
    return len(outcome.model.weights)


def layer_parameters(layer: str) -> Measure:
    """Returns a measure: the number of parameters of a layer."""
    return lambda outcome: outcome.model.get_layer(layer).count_params()


def layer_side(number: int) -> Measure:
    """Returns a measure: the height, and width, of what a layer puts out.

    It is not a number where the two differ, or where there are not 32 channels.
    """

    def side(outcome: Outcome) -> float:
        _, height, width, channels = outcome.model.layers[number].output.shape
        return height if height == width and channels == 32 else float("nan")

    return side


def last(name: str) -> Measure:
    """Returns a measure: a figure of the history after the last epoch."""
    return lambda outcome: outcome.history[name][-1]


def epoch_loss(epoch: int) -> Measure:
    """Returns a measure: the loss of an epoch."""
    return lambda outcome: outcome.history["loss"][epoch]


def step_loss(epoch: int, record: int) -> Measure:
    """Returns a measure: one of the losses of single batches in an epoch.

    It is not a number where an epoch has too few batches for that record, as on a
    smaller data set.
    """

    def loss(outcome: Outcome) -> float:
        losses = dict(enumerate(outcome.step_losses[epoch]))
        return losses.get(record, float("nan"))

    return loss
