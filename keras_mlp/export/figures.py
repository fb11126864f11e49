"""How well the outputs of a classifier, however they were computed, fit the labels."""

import keras
import numpy as np

LOSSES = ("cross_entropy", "mean_squared_error")


def classifier_figures(
    probabilities: np.ndarray, labels: np.ndarray, loss: str
) -> dict[str, float]:
    """Returns the accuracy and the loss of a classifier, from its outputs alone.

    Args:
        probabilities: `[images, classes]`.
        labels: Integers, `[images]`.
        loss: `"cross_entropy"`, the mean of `-log(p)` for the probability `p` of the
            right class, clipped as Keras does, to at least 1e-7; or
            `"mean_squared_error"`, against one-hot labels, over images and classes.

    Returns:
        `{"accuracy": ..., "loss": ...}`.

    Raises:
        ValueError: If `loss` is neither.

    Example:

    ```python
    import numpy as np
    from keras_mlp.export.figures import classifier_figures

    probabilities = np.array([[0.5, 0.5], [0.25, 0.75]], "float32")
    figures = classifier_figures(probabilities, np.array([0, 0]), "cross_entropy")
    assert figures["accuracy"] == 0.5
    assert np.isclose(figures["loss"], 1.5 * np.log(2))
    ```
    """
    if loss not in LOSSES:
        raise ValueError(
            f"`loss` must be one of {', '.join(map(repr, LOSSES))}. "
            f"Received: loss={loss!r}."
        )
    if loss == "cross_entropy":
        value = keras.losses.SparseCategoricalCrossentropy()(labels, probabilities)
    else:
        one_hot = np.eye(probabilities.shape[1], dtype="float32")[labels]
        value = keras.losses.MeanSquaredError()(one_hot, probabilities)
    answers = np.argmax(probabilities, axis=-1)
    return {"accuracy": float(np.mean(answers == labels)), "loss": float(value)}
