"""From a batch of pixels and labels to what a model trains on."""

import dataclasses
from typing import Any, ClassVar

import tensorflow as tf

from keras_mlp.data.preprocessing import ImagePreprocessing
from keras_mlp.validation import check_positive_integer


@dataclasses.dataclass(frozen=True, kw_only=True)
class BatchPreprocessing:
    """Function of a batch of uint8 images and integer labels.

    Two with the same settings are equal, so that a program that was compiled for one
    data set serves the next as well.

    Args:
        flatten: Whether an image becomes one row of numbers.
        scale: Whether pixels are divided by 255.
        num_classes: Number of classes of one-hot labels; `None` leaves the integers.

    Example:

    ```python
    import tensorflow as tf
    import keras_mlp

    preprocess = keras_mlp.data.BatchPreprocessing(
        flatten=True, scale=True, num_classes=3
    )
    images = tf.fill((1, 2, 2, 1), tf.constant(51, "uint8"))
    x, y = preprocess(images, tf.constant([2]))
    assert x.shape == (1, 4) and abs(float(x[0, 0]) - 0.2) < 1e-6
    assert y.numpy().tolist() == [[0.0, 0.0, 1.0]]
    ```
    """

    flatten: bool
    scale: bool
    num_classes: int | None = None

    # What a batch holds before: uint8, a byte for each number.
    takes_bytes: ClassVar[bool] = True

    def __post_init__(self) -> None:
        # Its errors, before there is a batch.
        self._images()
        if self.num_classes is not None:
            check_positive_integer("num_classes", self.num_classes)

    def _images(self) -> ImagePreprocessing:
        return ImagePreprocessing(
            flatten=self.flatten,
            scale=self.scale,
            dtype="float32",
            # Named, since a name that Keras makes up would shift those of a model's
            # layers.
            name="image_preprocessing",
        )

    def __call__(
        self, images: tf.Tensor, labels: tf.Tensor, *weights: tf.Tensor
    ) -> tuple[Any, ...]:
        """Returns inputs and targets, and sample weights where there are some.

        Args:
            images: uint8, `(batch_size, height, width, channels)`.
            labels: Integers, `(batch_size,)`.
            *weights: Passed on.
        """
        return (self._images()(images), self.targets(labels), *weights)

    def searched(
        self, images: tf.Tensor, labels: tf.Tensor, *weights: tf.Tensor
    ) -> tuple[Any, ...]:
        """Returns a batch without its images: what they become is finite.

        Args:
            images: As above.
            labels: As above.
            *weights: As above.
        """
        return (None, self.targets(labels), *weights)

    def targets(self, labels: tf.Tensor) -> tf.Tensor:
        """Returns what the loss compares with outputs.

        Args:
            labels: Integers, `(batch_size,)`.
        """
        if self.num_classes is None:
            return labels
        return tf.one_hot(labels, self.num_classes, dtype=tf.float32)
