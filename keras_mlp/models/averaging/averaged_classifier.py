"""The average of several classifiers."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from keras_mlp.losses.class_probabilities import class_probabilities
from keras_mlp.models.averaging.averaged_model import AveragedModel
from keras_mlp.models.averaging.mean_logits import mean_logits
from keras_mlp.serializable import serializable


@serializable
class AveragedClassifier(AveragedModel):
    """Answers with the mean of the probabilities of its members, made calibrated.

    The logits of the mean are divided by a temperature, which changes no answer, but
    how sure it is: Guo et al., "On Calibration of Modern Neural Networks", 2017,
    https://arxiv.org/abs/1706.04599.

    Args:
        members: Built classifiers that give logits, for the same inputs and classes;
            or their configurations.
        temperature: Positive number. Above 1, probabilities are less sure than the
            members say; below, more. Defaults to 1.
        **kwargs: `name`, `dtype`, `trainable`.

    Input shape:
        That of the members.

    Output shape:
        `(batch_size, outputs)`: logits, float32.

    Example:

    ```python
    import numpy as np
    import keras_mlp
    from keras_mlp.models.averaging.averaged_classifier import AveragedClassifier

    members = [keras_mlp.models.MLPClassifier(3, [8], seed=seed) for seed in range(2)]
    for member in members:
        member.build((None, 4))
    model = AveragedClassifier(members, temperature=2.0)
    model.build((None, 4))
    row = np.array([[1.0, 2.0, 3.0, 4.0]])
    assert model.predict_proba(row, verbose=0).shape == (1, 3)
    ```
    """

    def __init__(
        self, members: Sequence[Any], temperature: float = 1.0, **kwargs: Any
    ) -> None:
        super().__init__(members, **kwargs)
        self.temperature = float(temperature)
        self.class_names = self.members[0].class_names

    def from_logits(self) -> bool:
        """Returns that the outputs are logits."""
        return True

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        """Returns the logits of the mean probabilities, divided by the temperature."""
        outputs = self._members_outputs(inputs, training)
        return mean_logits(outputs) / self.temperature

    def predict_proba(self, x: Any, **kwargs: Any) -> np.ndarray:
        """Returns the probability of each class, in float64.

        Args:
            x: What `predict` takes: arrays, or a data set.
            **kwargs: The other arguments of `predict`.
        """
        return class_probabilities(self.predict(x, **kwargs), from_logits=True)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments that make this model again."""
        return {**super().get_config(), "temperature": self.temperature}
