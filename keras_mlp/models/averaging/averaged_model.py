"""What the averages of classifiers and of regressors share."""

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from keras_mlp.models.inputs.takes_columns import TakesColumns
from keras_mlp.models.model import Model


class AveragedModel(TakesColumns, Model):
    """Several built models that take the same inputs, as one.

    Args:
        members: The models, or their configurations.
        **kwargs: `name`, `dtype`, `trainable`.
    """

    def __init__(self, members: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.members = [
            keras.saving.deserialize_keras_object(member)
            if isinstance(member, dict)
            else member
            for member in members
        ]

    @property
    def preprocessing(self) -> Any:
        """What the inputs go through first, in each member."""
        return self.members[0].preprocessing

    @property
    def input_dtype(self) -> str:
        """Dtype that floating-point inputs are cast to."""
        return self.members[0].input_dtype

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Builds every member for inputs of this shape."""
        for member in self.members:
            if not member.built:
                member.build(input_shape)

    def _members_outputs(self, inputs: Any, training: bool | None) -> Any:
        """Returns what the members say, float32 `[batch, members, outputs]`."""
        outputs = [member(inputs, training=training) for member in self.members]
        return ops.cast(ops.stack(outputs, axis=1), "float32")

    def compute_output_shape(
        self, input_shape: tuple[int | None, ...]
    ) -> tuple[int | None, ...]:
        """Returns the shape of the outputs, that of a member's."""
        return self.members[0].compute_output_shape(input_shape)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments that make this model again."""
        serialize = keras.saving.serialize_keras_object
        return {
            **super().get_config(),
            "members": [serialize(member) for member in self.members],
        }
