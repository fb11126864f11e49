"""What the outputs of a classifier are, as far as the model itself says."""

import inspect
from typing import Any

import keras

from keras_mlp.keras_internals import KerasFunctional
from keras_mlp.layers import MLP
from keras_mlp.messages import one_line


def gives_logits(model: keras.Model) -> bool:
    """Returns whether a model's outputs are logits, rather than probabilities.

    Asked are, in this order, the method `from_logits` that classifiers of this package
    have; the last layer, where it ends with a softmax or the logistic function; and the
    loss that the model is compiled with, if it is a cross-entropy. A loss that takes
    probabilities after a layer without activation is a contradiction, and says nothing.

    Args:
        model: A built model.

    Raises:
        ValueError: If none of them says so.

    Example:

    ```python
    import keras
    from keras_mlp.export.logits import gives_logits

    layers = [keras.Input((4,)), keras.layers.Dense(3, activation="softmax")]
    assert not gives_logits(keras.Sequential(layers))
    ```
    """
    reason = "its layers and its loss do not say so"
    if callable(getattr(model, "from_logits", None)):
        try:
            return bool(model.from_logits())
        except ValueError as error:
            reason = one_line(error)
    else:
        activation = _last_activation(model)
        if activation in (keras.activations.softmax, keras.activations.sigmoid):
            return False
        of_loss = _of_loss(getattr(model, "loss", None))
        if of_loss or (of_loss is False and activation != keras.activations.linear):
            return of_loss
    raise ValueError(
        "Argument `from_logits` must say whether the outputs of the model are logits. "
        f"Received: from_logits=None, and the model '{model.name}' ({reason}). Pass "
        "True for logits, or False to return the outputs unchanged."
    )


def _last_activation(layer: keras.layers.Layer) -> Any:
    """Returns the activation that a layer ends with, `None` if it cannot be told."""
    if isinstance(layer, keras.layers.Softmax):
        return keras.activations.softmax
    inner = getattr(layer, "layers", None)
    # Only of these is it known that the last of their layers comes last.
    if inner and isinstance(layer, (keras.Sequential, KerasFunctional, MLP)):
        return _last_activation(inner[-1])
    return getattr(layer, "activation", None)


def _of_loss(loss: Any) -> bool | None:
    """Returns whether a loss takes logits, `None` if it is no cross-entropy."""
    losses = keras.tree.flatten(loss)
    if len(losses) != 1:
        return None
    [loss] = losses
    if isinstance(loss, str):
        loss = keras.losses.get(loss)
    if inspect.isfunction(loss):
        asked = inspect.signature(loss).parameters.get("from_logits")
        return None if asked is None else asked.default
    return getattr(loss, "from_logits", None)
