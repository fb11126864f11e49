"""TabM for numbers, for scikit-learn."""

from collections.abc import Sequence
from typing import Any

from keras_mlp import models
from keras_mlp.sklearn.tabular.tabm_estimator import TabMEstimator
from keras_mlp.sklearn.tabular.tabular_numbers import TabularNumbers


class TabMRegressor(TabularNumbers, TabMEstimator):
    """TabM that predicts numbers, as a scikit-learn estimator.

    It trains a `keras_mlp.models.TabMRegressor`: many perceptrons in one network, with
    the authors' defaults, but for fewer and narrower ones, which suit a CPU. A part of
    the examples is set aside: when the squared error on it has not fallen for
    `patience` epochs, training ends, and the weights of the best epoch are kept.

    Args:
        variant: `"tabm"`, or `"mini"`, whose perceptrons share more. Defaults to
            `"tabm"`.
        ensemble_size: Number of perceptrons in a network. Defaults to `16`; the authors
            have 32.
        n_ens: Number of such networks, trained in one program on the same examples.
            What they predict is averaged. Defaults to `1`.
        hidden_units: As for `TabMClassifier`. Defaults to `None`.
        dropout: Rate of dropout after each hidden layer. Defaults to `0.1`.
        scaling: As for `TabMClassifier`. Defaults to `"quantile"`.
        embedding: As for `TabMClassifier`. Defaults to `None`.
        learning_rate: Learning rate. Defaults to `None`: 0.002.
        epochs: How often all examples are trained on at most. Defaults to `1000`.
        batch_size: Examples in a training step. Defaults to `256`.
        patience: How many epochs in a row may pass without progress. Defaults to `16`.
        validation_fraction: Share of the examples that are set aside. Defaults to
            `0.2`.
        preprocessing: As for `RealMLPClassifier`. Defaults to `"auto"`.
        random_state: As for `RealMLPClassifier`. Defaults to `None`.
        verbose: What `keras.Model.fit` prints: 0, 1 or 2. Defaults to `0`.

    Attributes:
        model_: Keras model that gives the predictions. It takes what `X` holds.
        models_: The trained networks in it, `keras_mlp.models.TabMRegressor`.
        histories_: Losses and figures of the validation by epoch, for each network; the
            loss in units of the targets' deviation.
        n_features_in_: Number of features; `feature_names_in_`, their names, where
            `X` was a data frame.

    Raises:
        ValueError: In `fit`, if an argument is out of range or the loss becomes
            infinite.

    Example:

    ```python
    from sklearn.datasets import load_diabetes

    from keras_mlp.sklearn import TabMRegressor

    X, y = load_diabetes(return_X_y=True)
    regressor = TabMRegressor(
        ensemble_size=4, hidden_units=(32, 32), learning_rate=0.01, random_state=0
    )
    assert regressor.fit(X[:300], y[:300]).score(X[300:], y[300:]) > 0.3
    ```
    """

    _network_class = models.TabMRegressor

    def __init__(
        self,
        variant: str = "tabm",
        *,
        ensemble_size: int = 16,
        n_ens: int = 1,
        hidden_units: Sequence[int] | None = None,
        dropout: float = 0.1,
        scaling: str = "quantile",
        embedding: Any = None,
        learning_rate: float | None = None,
        epochs: int = 1000,
        batch_size: int = 256,
        patience: int = 16,
        validation_fraction: float = 0.2,
        preprocessing: Any = "auto",
        random_state: Any = None,
        verbose: Any = 0,
    ) -> None:
        super().__init__(
            variant,
            ensemble_size=ensemble_size,
            scaling=scaling,
            embedding=embedding,
            patience=patience,
            n_ens=n_ens,
            hidden_units=hidden_units,
            dropout=dropout,
            learning_rate=learning_rate,
            epochs=epochs,
            batch_size=batch_size,
            validation_fraction=validation_fraction,
            preprocessing=preprocessing,
            random_state=random_state,
            verbose=verbose,
        )
