"""The recipe of the straight line through points."""

import dataclasses
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from keras_mlp import data
from keras_mlp.models import LinearRegression
from keras_mlp.recipes.kinds.trained_recipe import TrainedRecipe
from keras_mlp.recipes.outcome import Outcome
from keras_mlp.report import Section, plot_line_fit, plot_parameters, residual_findings
from keras_mlp.validation import check_choice


class _LineParameters(keras.callbacks.Callback):
    """Prints the line after each epoch, and puts it into the history."""

    def __init__(self, show: bool) -> None:
        super().__init__()
        self.show = show

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        kernel, bias = (float(weight) for weight in self.model.get_weights())
        # Keras records the logs after this callback has seen them.
        logs.update(kernel=kernel, bias=bias)
        if self.show:
            loss = logs["loss"]
            print(f"Epoch {epoch:2}: W={kernel:.2f} b={bias:.2f}, loss={loss:.5f}")


@dataclasses.dataclass(frozen=True, kw_only=True)
class LineRecipe(TrainedRecipe):
    """A line fitted to `keras_mlp.data.noisy_line`.

    Args:
        samples: Number of points.
        true_kernel: Slope of the line that the points scatter about.
        true_bias: Its intercept.
        initial_kernel: Slope before training.
        initial_bias: Intercept before training.

    Example:

    ```python
    import keras_mlp

    recipe = keras_mlp.recipes.get("linear-regression").replace(samples=100)
    assert isinstance(recipe, keras_mlp.recipes.LineRecipe)
    model = recipe.model()
    history = model.fit(recipe.train_data(seed=0), epochs=recipe.epochs, verbose=0)
    ```
    """

    dataset: str = "noisy_line"
    samples: int = 1000
    true_kernel: float = 3.0
    true_bias: float = 2.0
    initial_kernel: float = 5.0
    initial_bias: float = 0.0

    def __post_init__(self) -> None:
        super().__post_init__()
        check_choice("dataset", self.dataset, ("noisy_line",))

    def model(self, seed: int = 0) -> keras.Model:
        """Returns the line, compiled; it starts the same for every seed."""
        model = LinearRegression(self.initial_kernel, self.initial_bias)
        model.compile(
            optimizer=self.make_optimizer(),
            loss="mean_squared_error",
            run_eagerly=False,
            on_divergence="raise",
        )
        return model

    def train_data(self, seed: int = 0) -> tf.data.Dataset:
        """Returns the points.

        Args:
            seed: Integer that fixes them.
        """
        return self._points(2 * seed)

    def test_data(self, seed: int = 0) -> tf.data.Dataset:
        """Returns other points about the same line.

        Args:
            seed: The seed of the training points.
        """
        return self._points(2 * seed + 1)

    def _points(self, seed: int) -> tf.data.Dataset:
        return data.noisy_line(
            self.samples,
            self.batch_size,
            kernel=self.true_kernel,
            bias=self.true_bias,
            seed=seed,
        )

    def callbacks(self, show: bool = True) -> list[keras.callbacks.Callback]:
        """Returns the recorder of slope and intercept."""
        return [_LineParameters(show)]

    def pictures(self, outcome: Outcome, directory: Path | None) -> list[Section]:
        """Draws the points with the line, and how slope and intercept moved."""
        if directory is None:
            return []
        batches = list(self.train_data(outcome.seed).as_numpy_iterator())
        x, y = (np.concatenate(parts) for parts in zip(*batches, strict=True))
        history = outcome.history
        kernel, bias = history["kernel"], history["bias"]
        truth: dict[str, Any] = {
            "true_kernel": self.true_kernel,
            "true_bias": self.true_bias,
        }
        plot_line_fit(x, y, kernel[-1], bias[-1], directory / "line.png", **truth)
        plot_parameters(
            [self.initial_kernel, *kernel],
            [self.initial_bias, *bias],
            directory / "parameters.png",
            # The loss of an epoch is that of the line it began with.
            losses=[*history["loss"], outcome.model.evaluate(x, y, verbose=0)],
            **truth,
        )
        return [
            Section(
                "The line",
                "The points, the line that was found and the line they scatter about.",
                pictures={directory / "line.png": "A cloud of points with two lines."},
                findings=residual_findings(y, outcome.model.predict(x, verbose=0), "y"),
            ),
            Section(
                "How it was found",
                "Slope, intercept and loss before each epoch and at the end.",
                pictures={
                    directory / "parameters.png": "Slope and intercept nearing 3 and 2."
                },
            ),
        ]
