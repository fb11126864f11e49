"""Recipes of multilayer perceptrons on images."""

import dataclasses
import itertools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np

from keras_mlp import builders
from keras_mlp.callbacks import StepLosses
from keras_mlp.export import ImageClassifier, export_saved_model
from keras_mlp.layers.mlp_block.normalizations import NORMALIZATIONS
from keras_mlp.metrics import BatchLoss
from keras_mlp.models import MLPClassifier
from keras_mlp.recipes.kinds.image_recipe import ImageRecipe
from keras_mlp.recipes.kinds.mlp_sections import mlp_sections
from keras_mlp.recipes.outcome import Outcome
from keras_mlp.report import Section
from keras_mlp.validation import check_choice

LOSSES = ("mean_squared_error", "sparse_categorical_crossentropy")
WAYS = ("subclassed", "sequential", "functional")


@dataclasses.dataclass(frozen=True, kw_only=True)
class MLPRecipe(ImageRecipe):
    """A multilayer perceptron that classifies images.

    Args:
        hidden_units: Width of each hidden layer.
        activation: Activation of the hidden layers.
        final_activation: Activation of the outputs, or `None`.
        kernel_initializer: Name or configuration of the kernels' initializer.
        bias_initializer: Name or configuration of the biases' initializer.
        dropout: Fraction of each hidden layer's outputs that is dropped.
        normalization: As for `layers.MLP`: `None`, `"batch"`, `"layer"` or `"rms"`.
        input_noise: Standard deviation of the Gaussian noise that is added to the
            inputs in training.
        hidden_noise: The same for what each hidden layer's normalization gives.
        loss: `"mean_squared_error"`, against one-hot labels and over batch and
            classes, or `"sparse_categorical_crossentropy"`, against integers.
        way: How the network is written: `"subclassed"`, `"sequential"` or
            `"functional"`. The three give the same weights from the same seed.
        trace_every: Distance in steps at which the loss of a single batch is
            printed and recorded; 0 for never.

    Example:

    ```python
    import keras_mlp

    recipe = keras_mlp.recipes.get("digits").replace(hidden_units=(32,), dropout=0.1)
    assert isinstance(recipe, keras_mlp.recipes.MLPRecipe)
    assert recipe.model(seed=0).count_params() == 784 * 32 + 32 + 32 * 10 + 10
    ```
    """

    hidden_units: tuple[int, ...]
    activation: str = "relu"
    final_activation: str | None = None
    kernel_initializer: Any = "glorot_uniform"
    bias_initializer: Any = "zeros"
    dropout: float = 0.0
    normalization: str | None = None
    input_noise: float = 0.0
    hidden_noise: float = 0.0
    loss: str
    way: str = "subclassed"
    trace_every: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        check_choice("loss", self.loss, LOSSES)
        check_choice("way", self.way, WAYS)
        # Not asked by making its layers: recipes are made when the package is imported,
        # and TensorFlow's devices can be configured only before the first variable.
        regularized = (
            self.dropout or self.normalization or self.input_noise or self.hidden_noise
        )
        if regularized and self.way != "subclassed":
            raise ValueError(
                "`dropout`, `normalization` and noise are for networks whose `way` is "
                f"'subclassed'. Received: way={self.way!r}. Leave them out."
            )
        if self.hidden_noise and self.normalization is None:
            raise ValueError(
                "`hidden_noise` is added to what a normalization gives. Received: "
                f"normalization=None, hidden_noise={self.hidden_noise!r}. Set "
                '`normalization="batch"`.'
            )

    def one_hot(self) -> bool:
        """Returns whether the loss wants one-hot labels."""
        return self.loss == "mean_squared_error"

    def gives_logits(self) -> bool:
        """Returns whether the outputs are logits, for a softmax to follow."""
        return self.loss != "mean_squared_error" and self.final_activation is None

    def make_loss(self) -> keras.losses.Loss:
        """Returns the loss, which takes logits where the outputs are logits."""
        if self.loss == "mean_squared_error":
            return keras.losses.MeanSquaredError()
        return keras.losses.SparseCategoricalCrossentropy(
            from_logits=self.gives_logits()
        )

    def model(self, seed: int = 0) -> keras.Model:
        """Returns the network, built and compiled.

        Args:
            seed: Integer that fixes the initial weights.
        """
        network = self.network(seed)
        loss = self.make_loss()
        metrics: list[Any] = ["accuracy"]
        if self.trace_every:
            metrics.append(BatchLoss(loss))
        network.compile(
            optimizer=self.make_optimizer(),
            loss=loss,
            metrics=metrics,
            on_divergence="raise",
        )
        return network

    def network(self, seed: int = 0) -> keras.Model:
        """Returns the network, built but not compiled.

        Args:
            seed: Integer that fixes the initial weights.
        """
        num_classes = self.describe().num_classes
        options: dict[str, Any] = {
            "activation": self.activation,
            "final_activation": self.final_activation,
            "kernel_initializer": self.kernel_initializer,
            "bias_initializer": self.bias_initializer,
            "seed": seed,
        }
        input_shape = self.input_shape()
        if self.way == "sequential":
            return builders.sequential_mlp(
                [*self.hidden_units, num_classes], input_shape=input_shape, **options
            )
        if self.way == "functional":
            return builders.functional_mlp(
                self.hidden_units, num_classes, input_shape=input_shape, **options
            )
        network = MLPClassifier(
            num_classes, self.hidden_units, **options, **self._regularization(seed)
        )
        network.build((None, *input_shape))
        return network

    def _regularization(self, seed: int = 0) -> dict[str, Any]:
        """Returns the options that keep a network from learning images by heart."""
        options: dict[str, Any] = {}
        if self.dropout:
            options["dropout"] = self.dropout
        if self.normalization is not None:
            options["normalization"] = self.normalization
        if self.hidden_noise and self.normalization is not None:
            normalization = NORMALIZATIONS[self.normalization]
            seeds = itertools.count(seed + 1)
            # Several layers of one width are not to draw the same noise.
            options["normalization"] = lambda: keras.Sequential(
                [
                    normalization(),
                    keras.layers.GaussianNoise(self.hidden_noise, seed=next(seeds)),
                ]
            )
        if self.input_noise:
            options["preprocessing"] = keras.layers.GaussianNoise(
                self.input_noise, seed=seed
            )
        return options

    def callbacks(self, show: bool = True) -> list[keras.callbacks.Callback]:
        """Returns the recorder of single batches' losses, where there is one."""
        return [StepLosses(self.trace_every, show)] if self.trace_every else []

    def probabilities(self, outputs: Any) -> np.ndarray:
        """Returns the outputs as probabilities where the network gives logits."""
        if self.gives_logits():
            outputs = keras.ops.softmax(outputs)
        return keras.ops.convert_to_numpy(outputs)

    def predict(self, model: keras.Model, images: np.ndarray) -> np.ndarray:
        """Returns the model's outputs for raw images, `[images, classes]`.

        Args:
            model: The network.
            images: uint8, `[images, height, width, channels]`.
        """
        inputs = self.preprocessing()(images)
        return self.probabilities(model.predict(inputs, verbose=0))

    def classifier(
        self, model: keras.Model, facts: Mapping[str, Any] | None = None
    ) -> ImageClassifier:
        """Returns the model with all that it needs to read raw images.

        Args:
            model: The network.
            facts: What `data_facts` gave when the model was trained. Defaults to
                asking the data set.
        """
        facts = facts or self.data_facts()
        return ImageClassifier(
            model,
            self.preprocessing(),
            facts["class_names"],
            image_shape=tuple(facts["image_shape"]),
            from_logits=self.gives_logits(),
        )

    def export(self, model: keras.Model, path: Path) -> None:
        """Writes a trained model as a SavedModel that also reads raw images.

        Args:
            model: The trained model.
            path: The directory to write.
        """
        export_saved_model(self.classifier(model), path)

    def published_trace(self) -> list[float] | None:
        """Returns the losses that the source published, one after the other."""
        if "losses" in self.published:
            return list(self.published["losses"])
        epochs = self.published.get("epochs")
        return epochs and [loss for epoch in epochs for loss in epoch]

    def trace_steps(self, epochs: int) -> list[int]:
        """Returns the steps, counted from the first epoch, that are recorded."""
        steps = self.steps_per_epoch()
        return [
            epoch * steps + step
            for epoch in range(epochs)
            for step in range(0, steps, self.trace_every)
        ]

    def pictures(self, outcome: Outcome, directory: Path | None) -> list[Section]:
        """Draws predictions, one digit with its outputs, and the recorded losses."""
        return mlp_sections(self, outcome, directory)
