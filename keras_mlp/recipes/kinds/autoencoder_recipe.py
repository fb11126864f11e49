"""The recipe of the convolutional autoencoder."""

import dataclasses
from pathlib import Path
from typing import Any

import keras
import tensorflow as tf

from keras_mlp import builders
from keras_mlp.models import ConvAutoencoder
from keras_mlp.recipes.kinds.graph import graph_section
from keras_mlp.recipes.kinds.image_recipe import ImageRecipe
from keras_mlp.recipes.outcome import Outcome
from keras_mlp.report import Section, plot_reconstructions
from keras_mlp.validation import check_choice

WAYS = ("subclassed", "chain", "composed")
SHOWN = 10


@dataclasses.dataclass(frozen=True, kw_only=True)
class AutoencoderRecipe(ImageRecipe):
    """An autoencoder, trained to give back the images it is shown.

    Args:
        way: How it is written: `"subclassed"`; `"chain"`, one graph from image to
            reconstruction; or `"composed"`, a model of encoder and decoder. The
            three give the same weights from the same seed.

    Example:

    ```python
    import keras
    import keras_mlp

    found = [
        recipe
        for recipe in keras_mlp.recipes.DOCUMENTED
        if isinstance(recipe, keras_mlp.recipes.AutoencoderRecipe)
    ]
    model = found[0].model(seed=0)
    assert model(keras.ops.ones((1, 28, 28, 1))).shape == (1, 28, 28, 1)
    ```
    """

    flatten: bool = False
    way: str = "subclassed"

    def __post_init__(self) -> None:
        super().__post_init__()
        check_choice("way", self.way, WAYS)

    def load(self, split: str, seed: int = 0, shuffle: bool = False) -> tf.data.Dataset:
        """Returns `(image, image)` batches of a split of the data set.

        Args:
            split: A split, in TFDS' syntax.
            seed: Integer that fixes the order of a shuffled set.
            shuffle: Whether each epoch has an order of its own.
        """
        batches = super().load(split, seed, shuffle)
        return batches.map(lambda image, label: (image, image))

    def model(self, seed: int = 0) -> keras.Model:
        """Returns the autoencoder, built and compiled.

        Args:
            seed: Integer that fixes the initial weights.
        """
        model = (
            ConvAutoencoder(seed=seed)
            if self.way == "subclassed"
            else builders.conv_autoencoder(
                composed=self.way == "composed", seed=seed
            ).autoencoder
        )
        model.compile(
            optimizer=self.make_optimizer(),
            loss="mean_squared_error",
            on_divergence="raise",
        )
        return model

    def encoder(self, model: keras.Model) -> Any:
        """Returns the half of the autoencoder that makes the codes."""
        if self.way == "subclassed":
            return model.encoder
        if self.way == "composed":
            return model.get_layer("encoder")
        return keras.Model(model.input, model.get_layer("encoder_out").output)

    def pictures(self, outcome: Outcome, directory: Path | None) -> list[Section]:
        """Draws test images over their reconstructions, and the codes."""
        if directory is None:
            return []
        model = outcome.model
        images, _ = next(self.test_data().as_numpy_iterator())
        images = images[:SHOWN]
        plot_reconstructions(
            images,
            model.predict(images, verbose=0),
            directory / "reconstructions.png",
            codes=self.encoder(model).predict(images, verbose=0),
            title=f"{self.name} on {self.dataset}",
        )
        untrained = self.model(outcome.seed)
        before = untrained.evaluate(self.test_data(), verbose=0)
        graph = [] if self.way == "subclassed" else [graph_section(model, directory)]
        return [
            Section(
                "Reconstructions",
                "Test images, their reconstructions by the decoder, and the codes. "
                f"The mean squared error over all test images was {before:.4f} before "
                f"the training and is {outcome.test['loss']:.4f} after it.",
                pictures={
                    directory / "reconstructions.png": "Images over reconstructions."
                },
            ),
            *graph,
        ]
