"""A regressor for scikit-learn."""

from typing import Any

import numpy as np

from keras_mlp import models
from keras_mlp.sklearn.base.number_estimator import NumberEstimator
from keras_mlp.sklearn.mlp_estimator import MLPEstimator


class MLPRegressor(NumberEstimator, MLPEstimator):
    """Multilayer perceptron that predicts numbers, as a scikit-learn estimator.

    It trains a `keras_mlp.models.MLPRegressor` to the least mean squared error, and
    does what scikit-learn expects: `clone`, pickling, pipelines, cross-validation
    and searches work. Arguments have their Keras names; where scikit-learn's
    `MLPRegressor` has one that Keras lacks, it has that name.

    Args:
        hidden_units: Width of each hidden layer. Defaults to `(100,)`.
        activation: Activation of the hidden layers. Defaults to `"relu"`.
        dropout: Rate of dropout after each hidden layer. Defaults to `0.0`.
        normalization: `None`, `"batch"`, `"layer"` or `"rms"`, as for `layers.MLP`.
            Defaults to `None`.
        residual: Whether hidden layers add their inputs, as for `layers.MLP`.
            Defaults to `False`.
        gate: Gate of the hidden layers: `None`, `"glu"`, `"swiglu"` or `"geglu"`.
            Defaults to `None`.
        kernel_regularizer: Penalty on every kernel, such as
            `keras.regularizers.L2(1e-4)`. Defaults to `None`.
        optimizer: Name of a Keras optimizer, or an optimizer, which is copied.
            Defaults to `"adam"`.
        learning_rate: Learning rate, or `None` for the optimizer's own, 0.001 for
            Adam. Defaults to `None`.
        batch_size: Examples in a training step; all of them, where there are fewer.
            Defaults to `200`.
        epochs: How often all examples are trained on. Defaults to `200`.
        standardize: Whether features and targets are brought to mean 0 and
            deviation 1 inside the model, by the examples that `fit` is given.
            Predictions have the units of `y` in any case. Defaults to `True`.
        early_stopping: Whether training stops when the loss on `validation_fraction`
            of the examples, which are not trained on, no longer falls. The weights of
            the best epoch are kept. Defaults to `False`: all epochs are trained.
        validation_fraction: Share of the examples to validate on. Defaults to `0.1`.
        n_iter_no_change: How many epochs in a row may pass without progress, with
            `early_stopping`. Defaults to `10`.
        tol: By how much the loss must fall to be progress. Defaults to `1e-4`.
        preprocessing: What turns a data frame into numbers. `"auto"`: where one has
            text, dates or gaps, a `data.TabularPreprocessing` that is adapted to what
            `fit` is given. Pass one to choose how columns are treated, or `None` for
            numbers only. Defaults to `"auto"`.
        random_state: Integer, `RandomState` or `None`: fixes the initial weights,
            the order of the examples, dropout, and what is validated on. The same
            integer gives the same weights, bit for bit. Defaults to `None`.
        verbose: What `keras.Model.fit` prints: 0, 1 or 2. Defaults to `0`.

    Attributes:
        model_: The trained `keras_mlp.models.MLPRegressor`. It takes what `X` holds.
        history_: What `keras.Model.fit` recorded of each epoch, `"loss"` and, with
            `early_stopping`, `"val_loss"`; in units of the targets' deviation if
            `standardize`.
        n_features_in_: Number of features.
        feature_names_in_: Their names, where `X` was a data frame with names.

    Raises:
        ValueError: In `fit`, if an argument is out of range or the loss becomes
            infinite.

    Example:

    ```python
    from sklearn.datasets import load_diabetes
    from sklearn.model_selection import cross_val_score

    from keras_mlp.sklearn import MLPRegressor

    X, y = load_diabetes(return_X_y=True)
    regressor = MLPRegressor((32,), epochs=30, random_state=0)
    assert cross_val_score(regressor, X, y, cv=2).mean() > 0.35
    ```
    """

    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> "MLPRegressor":
        """Trains for one epoch, from where training stopped.

        The first call makes the network, and standardises with the examples that it
        is given. `epochs` and `early_stopping` have no part in it.

        Args:
            X: `[examples, features]`, also sparse.
            y: `[examples]` or `[examples, outputs]`.
            sample_weight: As for `fit`.

        Returns:
            The estimator itself.
        """
        self._check_arguments()
        fresh = not hasattr(self, "model_")
        self._partial_fit(self._examples(X, y, sample_weight, reset=fresh))
        return self

    def _network(self, X: np.ndarray, y: np.ndarray, **options: Any) -> Any:
        return models.MLPRegressor(y.shape[1], **options)

    def _adapt_targets(self, model: Any, y: np.ndarray, weights: Any) -> None:
        if self.standardize:
            model.adapt_targets(None, y, weights)
