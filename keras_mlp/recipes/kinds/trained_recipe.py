"""Recipes of networks that are trained."""

import dataclasses
from pathlib import Path
from typing import Any, ClassVar

import keras
import tensorflow as tf

from keras_mlp.optimizers import GradientDescent
from keras_mlp.recipes.outcome import Outcome
from keras_mlp.recipes.recipe import Recipe
from keras_mlp.report import Section
from keras_mlp.validation import check_choice

OPTIMIZERS = {
    "adam": keras.optimizers.Adam,
    "gradient_descent": GradientDescent,
    "rmsprop": keras.optimizers.RMSprop,
    "sgd": keras.optimizers.SGD,
}


@dataclasses.dataclass(frozen=True, kw_only=True)
class TrainedRecipe(Recipe):
    """A network with its data and its hyper-parameters.

    Args:
        dataset: Name of the data set.
        data_dir: Where prepared TFDS data sets are. Defaults to TFDS' own place.
        optimizer: One of `"adam"`, `"gradient_descent"`, `"rmsprop"`, `"sgd"`.
        learning_rate: Learning rate; `None` for that of a network which brings its own
            optimizer.
        epochs: Number of epochs.
        batch_size: Examples in a batch.

    Example:

    ```python
    import keras_mlp

    recipe = keras_mlp.recipes.get("digits").replace(epochs=1)
    model = recipe.model(seed=0)
    history = model.fit(recipe.train_data(seed=0), epochs=recipe.epochs, verbose=0)
    ```
    """

    dataset: str
    data_dir: str | None = None
    optimizer: str
    learning_rate: float | None
    epochs: int
    batch_size: int
    # Names of the optimizers that it can be trained with.
    optimizers: ClassVar[tuple[str, ...]] = tuple(OPTIMIZERS)

    def __post_init__(self) -> None:
        check_choice("optimizer", self.optimizer, self.optimizers)

    @property
    def run_name(self) -> str:
        """Name of a run's directory, unless one is chosen."""
        return f"{self.name}-{self.dataset.replace('/', '-')}"

    def make_optimizer(self) -> keras.optimizers.Optimizer:
        """Returns a new optimizer with the recipe's learning rate."""
        return OPTIMIZERS[self.optimizer](learning_rate=self.learning_rate)

    def train_data(self, seed: int = 0) -> tf.data.Dataset:
        """Returns the training batches.

        Args:
            seed: Integer that fixes the order or the noise, where there is one.
        """
        raise NotImplementedError

    def validation_data(self) -> tf.data.Dataset | None:
        """Returns the validation batches, or `None` where the recipe has none."""
        return None

    def test_data(self, seed: int = 0) -> tf.data.Dataset:
        """Returns the test batches, in file order.

        Args:
            seed: Integer that fixes the noise, where there is one.
        """
        raise NotImplementedError

    def callbacks(self, show: bool = True) -> list[keras.callbacks.Callback]:
        """Returns what should listen to the training, new for each run.

        Args:
            show: Whether they print what they see.
        """
        return []

    def pictures(self, outcome: Outcome, directory: Path | None) -> list[Section]:
        """Draws the pictures of a trained model.

        Args:
            outcome: What came of the recipe.
            directory: Where the pictures go; `None` for none.

        Returns:
            The sections of the report that show the pictures, and say what they show.
        """
        return []

    def describe_data(self) -> str:
        """Returns in words what was found in the data, for data of a user's own."""
        return ""

    def data_facts(self) -> dict[str, Any]:
        """Returns what a user of the trained model must know of the data."""
        return {}

    def export(self, model: keras.Model, path: Path) -> None:
        """Writes a trained model as a SavedModel.

        Args:
            model: The trained model.
            path: The directory to write.
        """
        model.export(path, verbose=False)

    def hyperparameters(self) -> dict[str, Any]:
        """Returns every setting that a run should record, ready for JSON."""
        elsewhere = {field.name for field in dataclasses.fields(Recipe)}
        elsewhere |= {"dataset", "data_dir"}
        settings = {
            field.name: getattr(self, field.name)
            for field in dataclasses.fields(self)
            if field.name not in elsewhere
        }
        return {
            name: keras.initializers.serialize(value)
            if isinstance(value, keras.initializers.Initializer)
            else value
            for name, value in settings.items()
        }
