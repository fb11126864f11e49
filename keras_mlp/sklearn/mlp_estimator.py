"""What the scikit-learn estimators share: from arrays to a trained model."""

import math
import os
from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np
from sklearn.base import BaseEstimator, is_classifier
from sklearn.utils import check_random_state, check_X_y
from sklearn.utils.validation import (
    check_is_fitted,
    validate_data,
)

from keras_mlp.export import TabularModel, export_saved_model
from keras_mlp.models.moments import ROWS
from keras_mlp.sklearn.examples import (
    batches_in_order,
    dense,
    divided,
    shuffled_batches,
)
from keras_mlp.sklearn.stored_model import plain_state, restored_state
from keras_mlp.sklearn.tables import preprocessing_of, rows_of
from keras_mlp.training import DivergedError
from keras_mlp.validation import (
    check_choice,
    check_number,
    check_positive_integer,
    check_switch,
)

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
        preprocessing: Any = "auto",
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
        self.preprocessing = preprocessing
        self.random_state = random_state
        self.verbose = verbose

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> "MLPEstimator":
        """Trains a new network.

        Args:
            X: `[examples, features]`, an array, data frame or sparse matrix. A data
                frame may hold text, dates and gaps.
            y: `[examples]`; a regressor also takes `[examples, outputs]`.
            sample_weight: How much each example counts, `[examples]`. An example
                counts once by default. Only the ratios matter; an example of weight
                0 is as good as left out.

        Returns:
            The estimator itself.
        """
        self._check_arguments()
        examples = self._examples(X, y, sample_weight, reset=True)
        self._random = check_random_state(self.random_state)
        validation = None
        if self.early_stopping:
            examples, held_out = divided(
                examples,
                self.validation_fraction,
                self._random,
                examples[1] if is_classifier(self) else None,
            )
            validation = batches_in_order(held_out, PREDICTION_ROWS)
        self._make_model(*examples)
        self._train(examples, int(self.epochs), validation)
        return self

    def _partial_fit(self, examples: tuple) -> None:
        if not hasattr(self, "model_"):
            self._random = check_random_state(self.random_state)
            self._make_model(*examples)
        self._train(examples, epochs=1)

    def _check_arguments(self) -> None:
        """Raises an error for what neither the model nor Keras would refuse."""
        for name in ("residual", "standardize", "early_stopping"):
            check_switch(name, getattr(self, name))
        for name in ("batch_size", "epochs", "n_iter_no_change"):
            check_positive_integer(name, getattr(self, name))
        check_number("tol", self.tol, least=0)
        check_choice("verbose", self.verbose, (0, 1, 2, False, True, "auto"))

    def _validated(
        self, X: Any, y: Any, sample_weight: Any, reset: bool, **options: Any
    ) -> tuple[Any, np.ndarray]:
        """Returns examples and targets, once they are what the estimator takes.

        Args:
            X: As for `fit`.
            y: As for `fit`.
            sample_weight: As for `fit`.
            reset: Whether it has seen none before.
            **options: As for scikit-learn's `validate_data`.
        """
        if reset:
            self._table = preprocessing_of(X, self.preprocessing, sample_weight)
        if self._table is None:
            return validate_data(
                self,
                X,
                y,
                accept_sparse="csr",
                dtype=np.float32,
                reset=reset,
                **options,
            )
        # The names of the columns, and how many there are.
        validate_data(self, X, reset=reset, skip_check_array=True)
        _, y = check_X_y(np.zeros((len(X), 1)), y, **options)
        return rows_of(X, self._table), y

    def _make_model(self, X: Any, y: np.ndarray, weights: Any) -> None:
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
            preprocessing=self._table,
        )
        if self._table is not None:
            self._adapt_targets(model, y, weights)
        elif self.standardize:
            model.adapt(batches_in_order((X, y, weights), ROWS))
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
            # That of what `ParameterGroups` is around.
            inner = config["optimizer"]["config"] if "optimizer" in config else config
            inner["learning_rate"] = self.learning_rate
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
        batch_size = int(self.batch_size)
        try:
            history = self.model_.fit(
                # One data set for all epochs: making an iterator takes longer than an
                # epoch of a hundred examples.
                shuffled_batches(examples, batch_size, epochs, self._seed()),
                steps_per_epoch=math.ceil(len(examples[1]) / batch_size),
                epochs=epochs,
                validation_data=validation,
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

    def _outputs(self, X: Any) -> np.ndarray:
        """Returns what the network makes of the examples."""
        check_is_fitted(self, "model_")
        if self._table is not None:
            validate_data(self, X, reset=False, skip_check_array=True)
            X = rows_of(X, self._table)
        else:
            X = validate_data(
                self, X, accept_sparse="csr", dtype=np.float32, reset=False
            )
        return np.concatenate(
            [
                self._outputs_of(dense(X[start : start + PREDICTION_ROWS]))
                for start in range(0, X.shape[0], PREDICTION_ROWS)
            ]
        )

    def _outputs_of(self, rows: np.ndarray) -> np.ndarray:
        # Rows that do not fill a tile are multiplied by other routines, on some
        # processors, and come out different in the last bit than among others.
        filled = np.pad(rows, ((0, -len(rows) % TILE_ROWS), (0, 0)), mode="edge")
        # Called as it is: `model_.predict` would first build a graph, which takes
        # longer than all the rest unless there are very many rows.
        outputs = self.model_(filled, training=False)
        return keras.ops.convert_to_numpy(outputs)[: len(rows)]

    def _adapt_targets(self, model: Any, y: np.ndarray, weights: Any) -> None:
        """Standardises the targets of a table, where the estimator has such."""

    def export(
        self, directory: str | os.PathLike[str], *, overwrite: bool = False
    ) -> None:
        """Writes a SavedModel that takes the columns of a table, by name.

        Its `serve` takes `{name: [rows]}`: numbers float32, with NaN for what is
        missing, and text as strings, with `""`. It gives `predictions`; of a classifier
        `probabilities`, `class_index` and `classes`. The file `signature.json` in it
        says what each column may hold. It needs TensorFlow and nothing else. Features
        without names are `x0`, `x1` and so on.

        Args:
            directory: The directory to write.
            overwrite: Whether a SavedModel that is there may be replaced. Defaults to
                `False`.

        Raises:
            sklearn.exceptions.NotFittedError: If it is not fitted.
            FileExistsError: If the directory exists and may not be replaced.
            OSError: If it cannot be written; nothing is left of it.
        """
        check_is_fitted(self, "model_")
        names = getattr(self, "feature_names_in_", None)
        model = TabularModel(
            self.model_,
            columns=None if self._table is not None or names is None else names,
            class_names=[str(name) for name in getattr(self, "classes_", ())] or None,
        )
        export_saved_model(model, directory, overwrite=overwrite)

    def _seed(self) -> int:
        return int(self._random.randint(2**31 - 1))

    def __getstate__(self) -> dict[str, Any]:
        return plain_state(super().__getstate__())

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(restored_state(state))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags
