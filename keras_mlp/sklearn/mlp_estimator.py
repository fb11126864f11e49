"""What the scikit-learn estimators share: from arrays to a trained model."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np
from scipy import sparse
from sklearn.base import is_classifier
from sklearn.utils import check_random_state

from keras_mlp.models.inputs.moments import ROWS
from keras_mlp.models.together.training import Training
from keras_mlp.sklearn.base.network_estimator import (
    PREDICTION_ROWS,
    NetworkEstimator,
)
from keras_mlp.sklearn.data_frames import preprocessing_of, rows_of
from keras_mlp.sklearn.examples import (
    batches_in_order,
    divided,
    shuffled_batches,
)
from keras_mlp.validation import (
    check_choice,
    check_number,
    check_positive_integer,
    check_switch,
)


class MLPEstimator(NetworkEstimator):
    """Base of `MLPClassifier` and `MLPRegressor`; their docstrings say the rest."""

    _accept_sparse = "csr"
    _remedy = "Pass a lower one, or standardize=True."

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
        return self._fit(X, y, sample_weight)

    def _begin(self, X: Any, y: Any, sample_weight: Any) -> list[Training]:
        self._check_arguments()
        examples = self._examples(X, y, sample_weight, reset=True)
        self._random = check_random_state(self.random_state)
        held_out = None
        if self.early_stopping:
            examples, held_out = divided(
                examples,
                self.validation_fraction,
                self._random,
                examples[1] if is_classifier(self) else None,
                remedy=", or early_stopping=False",
            )
        self._make_model(*examples)
        return [self._training(examples, int(self.epochs), held_out)]

    def _finish(self, trainings: list[Training], histories: list[dict]) -> None:
        for name, values in histories[0].items():
            self.history_[name] = self.history_.get(name, []) + values

    def _partial_fit(self, examples: tuple) -> None:
        if not hasattr(self, "model_"):
            self._random = check_random_state(self.random_state)
            self._make_model(*examples)
        training = self._training(examples, epochs=1)
        with self._naming_divergence():
            self._finish([training], [training.alone()])

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
        if reset:
            self._table = preprocessing_of(X, self.preprocessing, sample_weight)
        if self._table is None:
            return self._checked_rows(X, y, reset, **options)
        y = self._checked_table(X, y, reset, **options)
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

    def _training(
        self, examples: tuple, epochs: int, held_out: tuple | None = None
    ) -> Training:
        callback, validation = None, held_out
        if held_out is not None:
            callback = keras.callbacks.EarlyStopping(
                monitor="val_loss",
                mode="min",
                min_delta=self.tol,
                patience=self.n_iter_no_change,
                restore_best_weights=True,
            )
            if sparse.issparse(held_out[0]):
                validation = batches_in_order(held_out, PREDICTION_ROWS)
        batch_size = int(self.batch_size)
        return Training(
            network=self.model_,
            # One data set for all epochs: making an iterator takes longer than an
            # epoch of a hundred examples.
            batches=shuffled_batches(examples, batch_size, epochs, self._seed()),
            steps=math.ceil(len(examples[1]) / batch_size),
            rows=len(examples[1]),
            epochs=epochs,
            held_out=validation,
            validation_batch_size=PREDICTION_ROWS,
            callback=callback,
            verbose=self.verbose,
        )

    def _adapt_targets(self, model: Any, y: np.ndarray, weights: Any) -> None:
        """Standardises the targets of a table, where the estimator has such."""
