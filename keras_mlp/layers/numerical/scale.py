"""A trained factor for each feature."""

from typing import Any

import keras
from keras import ops

from keras_mlp.layers.numerical.known_features import known_features
from keras_mlp.serializable import serializable
from keras_mlp.validation import check_known


@serializable
class Scale(keras.layers.Layer):
    """`inputs * scale`: each feature has a trained factor.

    In front of a network it is a soft selection of features, where it learns much
    faster than the other weights do. Of RealMLP: Holzmüller et al., "Better by
    default", 2024, https://arxiv.org/abs/2407.04491.

    Args:
        initializer: Initializer of the factors. Defaults to `"ones"`.
        **kwargs: `name`, `dtype`, `trainable`: the arguments of `keras.layers.Layer`.

    Call arguments:
        inputs: Float tensor of rank 2 or more.

    Input shape:
        `(batch_size, ..., features)`.

    Output shape:
        That of the inputs.

    Raises:
        ValueError: If Keras does not know the initializer, or the number of features is
            not known when the layer is built.

    Example:

    ```python
    import keras
    import keras_mlp

    layer = keras_mlp.layers.Scale()
    assert layer(keras.ops.ones((2, 3))).numpy().tolist() == [[1.0] * 3] * 2
    assert layer.scale.shape == (3,)
    ```
    """

    def __init__(self, initializer: Any = "ones", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.initializer = check_known(
            "initializer", keras.initializers.get, initializer
        )
        self.supports_masking = True

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Creates a factor for each feature."""
        self.scale = self.add_weight(
            name="scale",
            shape=(known_features(self, input_shape),),
            initializer=self.initializer,
        )

    def call(self, inputs: Any) -> Any:
        """Returns the inputs times their factors."""
        return ops.multiply(inputs, self.scale)

    def compute_output_shape(
        self, input_shape: tuple[int | None, ...]
    ) -> tuple[int | None, ...]:
        """Returns the inputs' shape."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments that make this layer again."""
        initializer = keras.initializers.serialize(self.initializer)
        return {**super().get_config(), "initializer": initializer}
