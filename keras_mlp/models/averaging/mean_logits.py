"""The logits of mean probabilities."""

import math
from typing import Any

from keras import ops


def mean_logits(logits: Any) -> Any:
    """Returns the logits of the mean of the probabilities of several networks.

    Args:
        logits: float32, `[batch, networks, outputs]`. A single output is the logit of
            the second of two classes.

    Returns:
        `[batch, outputs]`.

    Example:

    ```python
    import numpy as np
    from keras_mlp.models.averaging.mean_logits import mean_logits

    probabilities = np.array([[[0.5, 0.5], [0.1, 0.9]]], "float32")
    mean = np.exp(mean_logits(np.log(probabilities)))
    np.testing.assert_allclose(mean, [[0.3, 0.7]], rtol=1e-6)
    ```
    """
    if logits.shape[-1] > 1:
        return _log_mean(ops.log_softmax(logits, axis=-1))
    # The logarithms of the mean probabilities of the second and the first class.
    second, first = (_log_mean(-ops.softplus(part)) for part in (-logits, logits))
    return second - first


def _log_mean(logarithms: Any) -> Any:
    return ops.logsumexp(logarithms, axis=1) - math.log(logarithms.shape[1])
