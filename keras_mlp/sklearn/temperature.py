"""How sure a classifier should be, by examples that it was not trained on."""

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax

# Beyond these no probability is to be believed.
LEAST, MOST = 0.05, 20.0


def best_temperature(
    logits: np.ndarray, numbers: np.ndarray, weights: np.ndarray | None = None
) -> float:
    """Returns by what logits are divided for the least log loss.

    The targets are those of Platt, "Probabilistic Outputs for Support Vector Machines",
    1999, for any number of classes: as if one example more, of any class, had been
    seen. So a hundred right answers of a hundred do not make a classifier all sure.

    Args:
        logits: `[examples, classes]`.
        numbers: The class of each example, `[examples]`.
        weights: How much each counts, `[examples]`; `None` for the same.

    Returns:
        A number between 0.05 and 20.

    Example:

    ```python
    import numpy as np
    from keras_mlp.sklearn.temperature import best_temperature

    # Four of five answers are right.
    numbers = np.array([0, 1] * 50)
    answers = np.where(np.arange(100) % 5 == 0, 1 - numbers, numbers)
    logits = 10.0 * np.eye(2)[answers]
    probability = 1 / (1 + np.exp(-10 / best_temperature(logits, numbers)))
    assert 0.78 < probability < 0.8
    ```
    """
    logits = np.asarray(logits, "float64")
    count, classes = logits.shape
    share = 1 / (count + 1)
    targets = (1 - share) * np.eye(classes)[numbers] + share / classes
    if weights is not None:
        targets = targets * weights[:, np.newaxis]

    def loss(logarithm: float) -> float:
        probabilities = log_softmax(logits / np.exp(logarithm), axis=1)
        return -float(np.sum(targets * probabilities))

    bounds = (np.log(LEAST), np.log(MOST))
    return float(np.exp(minimize_scalar(loss, bounds=bounds, method="bounded").x))
