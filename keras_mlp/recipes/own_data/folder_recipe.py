"""The recipe of a perceptron on a folder of images that a user brings."""

import dataclasses
import functools
import warnings
from pathlib import Path
from typing import Any

import keras
import tensorflow as tf

from keras_mlp import data
from keras_mlp.recipes.kinds.mlp_recipe import MLPRecipe
from keras_mlp.recipes.own_data.early_stopping import early_stopping

# Of images without a folder for the test, so many in a hundred, the last ones.
TEST_PERCENT = 20


@dataclasses.dataclass(frozen=True, kw_only=True)
class FolderRecipe(MLPRecipe):
    """A multilayer perceptron on a folder of images, with a folder for each class.

    Where the folder has no part for the test, the last 20 per cent are it; where it has
    none for validation, `validation_percent` of the images for training are.
    """

    @property
    def run_name(self) -> str:
        """Name of a run's directory, unless one is chosen."""
        return f"{self.name}-{Path(self.dataset).name}"

    def describe(self) -> data.DatasetDescription:
        """Returns what the folder holds."""
        return _described(self.dataset)

    def describe_data(self) -> str:
        """Returns in words what was found in the folder."""
        about = self.describe()
        height, width, channels = about.image_shape
        splits = ", ".join(f"{name} {count:,}" for name, count in about.splits.items())
        colour = "grey" if channels == 1 else "in colour"
        return (
            f"{about.name}: images of {height} x {width} pixels, {colour}; {splits}\n"
            f"{about.num_classes} classes: {', '.join(about.class_names)}"
        )

    def split_of(self, part: str) -> str:
        """Returns the split that holds a part of the images.

        Args:
            part: `"train"`, `"validation"` or `"test"`.
        """
        splits = self.describe().splits
        if part in splits and part != "train":
            return part
        end = 100 if "test" in splits else 100 - TEST_PERCENT
        if part == "test":
            return f"train[{end}%:]"
        held_out = 0 if "validation" in splits else self.validation_percent
        kept = round(end * (1 - held_out / 100))
        return f"train[:{kept}%]" if part == "train" else f"train[{kept}%:{end}%]"

    def read(self, split: str, *, shuffle: bool, **options: Any) -> tf.data.Dataset:
        """Returns batches of a split of the folder.

        Args:
            split: A split, in TFDS' syntax.
            shuffle: Whether each epoch has an order of its own.
            **options: The other arguments of `data.images`.
        """
        with warnings.catch_warnings():
            # The description of the folder.
            warnings.simplefilter("ignore", UserWarning)
            return data.images(
                self.dataset, split, self.batch_size, shuffle=shuffle, **options
            )

    @property
    def validates(self) -> bool:
        """Whether there are images for validation."""
        return bool(self.validation_percent) or "validation" in self.describe().splits

    def validation_data(self) -> tf.data.Dataset | None:
        """Returns the images for validation, if there are any."""
        return self.load(self.split_of("validation")) if self.validates else None

    def callbacks(self, show: bool = True) -> list[keras.callbacks.Callback]:
        """Returns what stops a training that no longer helps."""
        return [early_stopping()] if self.validates else []

    def steps_per_epoch(self) -> int:
        """Returns the number of training batches in an epoch."""
        return len(self.train_data())


FOLDER = FolderRecipe(
    name="images",
    title="a multilayer perceptron on your images",
    notes="Images are brought to one size. Training stops where the loss on the "
    "validation images no longer falls, and keeps the weights that were best for them.",
    dataset="",
    hidden_units=(256, 128),
    loss="sparse_categorical_crossentropy",
    dropout=0.2,
    optimizer="adam",
    learning_rate=1e-3,
    epochs=100,
    batch_size=64,
    shuffle=True,
    validation_percent=10,
)


@functools.lru_cache(maxsize=1)
def _described(directory: str) -> data.DatasetDescription:
    return data.describe_images(directory)
