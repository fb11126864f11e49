"""The average of several regressors."""

from typing import Any

from keras import ops

from keras_mlp.models.averaging.averaged_model import AveragedModel
from keras_mlp.serializable import serializable


@serializable
class AveragedRegressor(AveragedModel):
    """Answers with the mean of the numbers that its members predict.

    Args:
        members: Built regressors for the same inputs and targets, or their
            configurations.
        **kwargs: `name`, `dtype`, `trainable`.

    Input shape:
        That of the members.

    Output shape:
        `(batch_size, outputs)`, float32.

    Example:

    ```python
    import numpy as np
    import keras_mlp
    from keras_mlp.models.averaging.averaged_regressor import AveragedRegressor

    members = [keras_mlp.models.MLPRegressor(1, [8], seed=seed) for seed in range(2)]
    for member in members:
        member.build((None, 4))
    model = AveragedRegressor(members)
    model.build((None, 4))
    row = np.array([[1.0, 2.0, 3.0, 4.0]])
    numbers = [member.predict(row, verbose=0) for member in members]
    mean = model.predict(row, verbose=0)
    np.testing.assert_allclose(mean, np.mean(numbers, axis=0), rtol=1e-5)
    ```
    """

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        """Returns the mean of what the members predict."""
        return ops.mean(self._members_outputs(inputs, training), axis=1)
