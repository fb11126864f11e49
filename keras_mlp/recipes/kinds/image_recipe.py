"""Recipes whose data are images."""

import dataclasses
import math
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from keras_mlp import data
from keras_mlp.data.loading.source_order import source_order
from keras_mlp.recipes.kinds.trained_recipe import (
    OPTIMIZERS,
    TrainedRecipe,
)
from keras_mlp.validation import check_choice


@dataclasses.dataclass(frozen=True, kw_only=True)
class ImageRecipe(TrainedRecipe):
    """A recipe on an image data set that `keras_mlp.data.load` reads.

    Args:
        flatten: Whether an image becomes one row of numbers.
        scale: Whether pixels are divided by 255, or stay 0 to 255.
        shuffle: Whether each epoch has an order of its own, or that of the file.
        validation_percent: How much of the training images, from their end, is
            held out for validation, in per cent.
        schedule: `"cosine"`, for a learning rate that falls to zero over the
            training along a half cosine, or `None`.

    Example:

    ```python
    import keras_mlp

    recipe = keras_mlp.recipes.get("digits")
    assert isinstance(recipe, keras_mlp.recipes.ImageRecipe)
    images, labels = next(iter(recipe.train_data(seed=0)))
    assert images.shape[1:] == (784,)
    ```
    """

    flatten: bool = True
    scale: bool = True
    shuffle: bool = False
    validation_percent: int = 0
    schedule: str | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        check_choice("schedule", self.schedule, (None, "cosine"))

    def describe(self) -> data.DatasetDescription:
        """Returns what the data set holds."""
        return data.describe(self.dataset, self.data_dir)

    def split_of(self, part: str) -> str:
        """Returns the split, in TFDS' syntax, that holds a part of the examples.

        Args:
            part: `"train"`, `"validation"` or `"test"`.
        """
        kept = 100 - self.validation_percent
        whole = {"train": "train", "test": "test"}
        if self.validation_percent:
            whole |= {"train": f"train[:{kept}%]", "validation": f"train[{kept}%:]"}
        return whole[part]

    def input_shape(self) -> tuple[int | None, ...]:
        """Returns the shape of one example, as the model sees it."""
        image_shape = self.describe().image_shape
        return self.preprocessing().compute_output_shape((None, *image_shape))[1:]

    def preprocessing(self) -> data.ImagePreprocessing:
        """Returns the layer that turns uint8 images into the model's inputs."""
        return data.ImagePreprocessing(flatten=self.flatten, scale=self.scale)

    def one_hot(self) -> bool:
        """Returns whether the loss wants one-hot labels."""
        return False

    def load(self, split: str, seed: int = 0, shuffle: bool = False) -> tf.data.Dataset:
        """Returns `(image, label)` batches of a split of the data set.

        Args:
            split: A split, in TFDS' syntax.
            seed: Integer that fixes the order of a shuffled set.
            shuffle: Whether each epoch has an order of its own.
        """
        return self.read(
            split,
            flatten=self.flatten,
            scale=self.scale,
            one_hot=self.one_hot(),
            shuffle=shuffle,
            seed=seed,
        )

    def read(self, split: str, *, shuffle: bool, **options: Any) -> tf.data.Dataset:
        """Returns batches of a split, from wherever the recipe has its images.

        Args:
            split: A split, in TFDS' syntax.
            shuffle: Whether each epoch has an order of its own.
            **options: The other arguments of `data.load`.
        """
        return data.load(
            self.dataset,
            split,
            self.batch_size,
            shuffle=shuffle,
            # "In file order" means the source's file, where TFDS kept its numbers.
            source_order=not shuffle and self._keeps_source_order(split),
            data_dir=self.data_dir,
            **options,
        )

    def _keeps_source_order(self, split: str) -> bool:
        whole = split in self.describe().splits
        return whole and self.dataset in data.SOURCE_ORDERED

    def train_data(self, seed: int = 0) -> tf.data.Dataset:
        """Returns the training batches, without those held out."""
        return self.load(self.split_of("train"), seed, shuffle=self.shuffle)

    def validation_data(self) -> tf.data.Dataset | None:
        """Returns the batches held out of the training images, if any."""
        if not self.validation_percent:
            return None
        return self.load(self.split_of("validation"))

    def test_data(self, seed: int = 0) -> tf.data.Dataset:
        """Returns the test batches, in file order; the seed changes nothing."""
        return self.load(self.split_of("test"))

    def first_image(self) -> np.ndarray:
        """Returns the first training image, uint8, with a batch axis."""
        place = 0
        if self._keeps_source_order("train"):
            examples = self.describe().splits["train"]
            # Found, rather than all images read and put in order for one of them.
            place = int(source_order("train", examples)[0])
        images, _ = self.raw_images(f"train[{place}:{place + 1}]")
        return images

    def raw_images(self, split: str) -> tuple[np.ndarray, np.ndarray]:
        """Returns images, uint8 as they are on disk, and their labels.

        Args:
            split: A split, in TFDS' syntax.
        """
        batches = self.raw_batches(split).as_numpy_iterator()
        images, labels = zip(*batches, strict=True)
        return np.concatenate(images).astype("uint8"), np.concatenate(labels)

    def raw_batches(self, split: str) -> tf.data.Dataset:
        """Returns batches of images as they are on disk, and their labels.

        Args:
            split: A split, in TFDS' syntax.
        """
        return self.read(split, shuffle=False, flatten=False, scale=False)

    def steps_per_epoch(self) -> int:
        """Returns the number of training batches in an epoch."""
        return self.steps_of(self.describe().splits["train"])

    def steps_of(self, examples: int) -> int:
        """Returns the number of batches in an epoch of a training split.

        Args:
            examples: The number of images in it, those held out included.
        """
        kept = round(examples * (100 - self.validation_percent) / 100)
        return math.ceil(kept / self.batch_size)

    def data_facts(self) -> dict[str, Any]:
        """Returns the shape of the images and the names of their classes."""
        about = self.describe()
        return {
            "image_shape": list(about.image_shape),
            "class_names": list(about.class_names),
        }

    def make_optimizer(self) -> keras.optimizers.Optimizer:
        """Returns a new optimizer, its rate constant or falling to zero."""
        if self.schedule is None:
            return super().make_optimizer()
        rate = keras.optimizers.schedules.CosineDecay(
            self.learning_rate, decay_steps=self.epochs * self.steps_per_epoch()
        )
        return OPTIMIZERS[self.optimizer](learning_rate=rate)
