"""What the scikit-learn estimators share: from arrays to a trained model."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from sklearn.base import BaseEstimator
from sklearn.model_selection import train_test_split
from sklearn.utils import check_random_state
from sklearn.utils.validation import (
    check_is_fitted,
    validate_data,
)

from keras_mlp.training import DivergedError
from keras_mlp.validation import check_positive_integer

# Rows that are predicted together.
PREDICTION_ROWS = 8192

# A multiple of the rows that matrix products take at a time.
TILE_ROWS = 64


class MLPEstimator(BaseEstimator):
    """Base of `MLPClassifier` and `MLPRegressor`; their docstrings say the rest."""

    def __init__(
        self,
        hidden_units: Sequence[int] = (100,),
        *,
        activation: str | Callable = "relu",
        dropout: float | Sequence[float] = 0.0,
        normalization: Any = None,
        residual: bool = False,
        gate: str | None = None,
        kernel_regularizer: Any = None,
        optimizer: str | keras.optimizers.Optimizer = "adam",
        learning_rate: float | None = None,
        batch_size: int = 200,
        epochs: int = 200,
        standardize: bool = True,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        n_iter_no_change: int = 10,
        tol: float = 1e-4,
        random_state: Any = None,
        verbose: Any = 0,
    ) -> None:
        self.hidden_units = hidden_units
        self.activation = activation
        self.dropout = dropout
        self.normalization = normalization
        self.residual = residual
        self.gate = gate
        self.kernel_regularizer = kernel_regularizer
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.batch_size = batch_size
        self.epochs = epochs
        self.standardize = standardize
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.n_iter_no_change = n_iter_no_change
        self.tol = tol
        self.random_state = random_state
        self.verbose = verbose

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> "MLPEstimator":
        """Trains a new network.

        Args:
            X: `[examples, features]`.
            y: `[examples]`; a regressor also takes `[examples, outputs]`.
            sample_weight: How much each example counts, `[examples]`. An example
                counts once by default. Only the ratios matter; an example of weight
                0 is as good as left out.

        Returns:
            The estimator itself.
        """
        examples = self._examples(X, y, sample_weight, reset=True)
        self._random = check_random_state(self.random_state)
        validation = None
        if self.early_stopping:
            examples, validation = self._split(*examples)
        self._make_model(*examples)
        self._train(examples, self.epochs, validation)
        return self

    def _partial_fit(self, examples: tuple) -> None:
        if not hasattr(self, "model_"):
            self._random = check_random_state(self.random_state)
            self._make_model(*examples)
        self._train(examples, epochs=1)

    def _make_model(self, X: np.ndarray, y: np.ndarray, weights: Any) -> None:
        """Makes `model_`, untrained, and an empty `history_`."""
        model = self._network(
            X,
            y,
            hidden_units=self.hidden_units,
            activation=self.activation,
            dropout=self.dropout,
            normalization=self.normalization,
            residual=self.residual,
            gate=self.gate,
            kernel_regularizer=self.kernel_regularizer,
            seed=self._seed(),
        )
        if self.standardize:
            self._adapt(model, X, y, weights)
        model.build((None, X.shape[1]))
        model.compile(
            self._make_optimizer(),
            metrics=None,
            on_divergence="raise",
        )
        model.optimizer.build(model.trainable_variables)
        self.model_ = model
        self.history_: dict[str, list[float]] = {}

    def _make_optimizer(self) -> keras.optimizers.Optimizer:
        # A copy, since an optimizer belongs to the model that it trains.
        optimizer = keras.optimizers.get(self.optimizer)
        config = optimizer.get_config()
        if self.learning_rate is not None:
            config["learning_rate"] = self.learning_rate
        return type(optimizer).from_config(config)

    def _train(self, examples: tuple, epochs: int, validation: Any = None) -> None:
        callbacks = []
        if validation is not None:
            callbacks.append(
                keras.callbacks.EarlyStopping(
                    monitor="val_loss",
                    mode="min",
                    min_delta=self.tol,
                    patience=self.n_iter_no_change,
                    restore_best_weights=True,
                )
            )
        batch_size = check_positive_integer("batch_size", self.batch_size)
        epochs = check_positive_integer("epochs", epochs)
        try:
            history = self.model_.fit(
                # One data set for all epochs: making an iterator takes longer than an
                # epoch of a hundred examples.
                self._batches(examples, batch_size, epochs),
                steps_per_epoch=math.ceil(len(examples[0]) / batch_size),
                epochs=epochs,
                validation_data=validation,
                validation_batch_size=PREDICTION_ROWS,
                callbacks=callbacks,
                verbose=self.verbose,
            ).history
        except DivergedError as error:
            raise DivergedError(
                f"The training of {type(self).__name__} diverged in epoch "
                f"{error.epoch}: the loss is not finite. Received: learning_rate="
                f"{self.learning_rate!r}. Pass a lower one, or standardize=True.",
                error.epoch,
                error.step,
                error.kept,
            ) from error
        for name, values in history.items():
            self.history_[name] = self.history_.get(name, []) + values

    def _batches(
        self, examples: tuple, batch_size: int, epochs: int
    ) -> tf.data.Dataset:
        """Returns the batches of all epochs, each in an order of its own."""
        parts = tuple(tf.constant(part) for part in examples if part is not None)
        seed = self._seed()

        def epoch_of(epoch: tf.Tensor) -> tf.data.Dataset:
            order = tf.random.experimental.stateless_shuffle(
                tf.range(len(examples[0])), seed=(seed, epoch), alg="philox"
            )
            return tf.data.Dataset.from_tensor_slices(order).batch(batch_size)

        return (
            tf.data.Dataset.range(epochs, output_type=tf.int32)
            .flat_map(epoch_of)
            .map(lambda chosen: tuple(tf.gather(part, chosen) for part in parts))
            .prefetch(tf.data.AUTOTUNE)
        )

    def _split(self, X: np.ndarray, y: np.ndarray, weights: Any) -> tuple:
        """Sets examples aside to validate on."""
        trained, validated = train_test_split(
            np.arange(len(X)),
            test_size=self.validation_fraction,
            random_state=self._random,
            stratify=self._strata(y),
        )
        return tuple(
            tuple(None if part is None else part[rows] for part in (X, y, weights))
            for rows in (trained, validated)
        )

    def _outputs(self, X: Any) -> np.ndarray:
        """Returns what the network makes of the examples."""
        check_is_fitted(self, "model_")
        X = validate_data(self, X, dtype=np.float32, reset=False)
        # Rows that do not fill a tile are multiplied by other routines, on some
        # processors, and come out different in the last bit than among others.
        rows = np.pad(X, ((0, -len(X) % TILE_ROWS), (0, 0)), mode="edge")
        # Called as it is: `model_.predict` would first build a graph, which takes
        # longer than all the rest unless there are very many rows.
        outputs = [
            keras.ops.convert_to_numpy(self.model_(part, training=False))
            for part in np.array_split(rows, math.ceil(len(rows) / PREDICTION_ROWS))
        ]
        return np.concatenate(outputs)[: len(X)]

    def _seed(self) -> int:
        return int(self._random.randint(2**31 - 1))


def weighted(
    X: np.ndarray, y: np.ndarray, sample_weight: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    """Returns the examples that count, with weights that are 1 on average."""
    if sample_weight is None:
        return X, y, None
    counting = sample_weight > 0
    if not counting.any():
        raise ValueError(
            "`sample_weight` must hold a number above 0. Received: all weights zero."
        )
    weights = sample_weight[counting]
    weights = (weights / weights.mean()).astype("float32")
    return X[counting], y[counting], weights
