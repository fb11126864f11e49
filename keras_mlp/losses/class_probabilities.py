"""From a classifier's outputs to the probability of each class."""

from typing import Any

import numpy as np
from keras import ops


def class_probabilities(outputs: Any, from_logits: bool) -> np.ndarray:
    """Returns the probability of each class, in float64.

    Args:
        outputs: `[..., outputs]`. A single output stands for two classes: it is the
            logit, or the probability, of the second.
        from_logits: Whether the outputs are logits.

    Returns:
        `[..., classes]`, which add up to 1.

    Example:

    ```python
    import numpy as np
    from keras_mlp.losses.class_probabilities import class_probabilities

    probabilities = class_probabilities(np.array([[0.0]]), from_logits=True)
    np.testing.assert_allclose(probabilities, [[0.5, 0.5]])
    ```
    """
    outputs = ops.cast(outputs, "float64")
    if outputs.shape[-1] == 1:
        second = ops.sigmoid(outputs) if from_logits else outputs
        probabilities = ops.concatenate([1 - second, second], axis=-1)
    else:
        probabilities = ops.softmax(outputs) if from_logits else outputs
    return ops.convert_to_numpy(probabilities)
