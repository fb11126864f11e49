"""RealMLP for numbers, for scikit-learn."""

from collections.abc import Sequence
from typing import Any

from keras_mlp import models
from keras_mlp.sklearn.tabular.tabular_estimator import TabularEstimator
from keras_mlp.sklearn.tabular.tabular_numbers import TabularNumbers


class RealMLPRegressor(TabularNumbers, TabularEstimator):
    """RealMLP that predicts numbers, as a scikit-learn estimator.

    It trains a `keras_mlp.models.RealMLPRegressor`, whose defaults are those that the
    authors publish. A part of the examples is set aside, and the weights of the epoch
    with the least squared error on it are kept.

    Args:
        variant: `"td"`, all of RealMLP, or `"td-s"`, the simple one, which is faster.
            Defaults to `"td"`.
        n_ens: Number of networks, trained in one program on the same examples. What
            they predict is averaged. Defaults to `1`.
        hidden_units: Width of each hidden layer. Defaults to three times 256.
        dropout: Rate of dropout after each hidden layer, at first. Defaults to `None`:
            0.15 for `"td"`, and 0.
        learning_rate: The top of the waves that the learning rate makes. Defaults to
            `None`: 0.2 for `"td"`, 0.07 for `"td-s"`.
        epochs: How often all examples are trained on. Defaults to `256`.
        batch_size: Examples in a training step; all of them, where there are fewer.
            Defaults to `256`.
        validation_fraction: Share of the examples that are set aside. Defaults to
            `0.2`.
        preprocessing: As for `RealMLPClassifier`. Defaults to `"auto"`.
        random_state: As for `RealMLPClassifier`. Defaults to `None`.
        verbose: What `keras.Model.fit` prints: 0, 1 or 2. Defaults to `0`.

    Attributes:
        model_: Keras model that gives the predictions. It takes what `X` holds.
        models_: The trained networks in it, `keras_mlp.models.RealMLPRegressor`.
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

    from keras_mlp.sklearn import RealMLPRegressor

    X, y = load_diabetes(return_X_y=True)
    regressor = RealMLPRegressor("td-s", epochs=30, random_state=0)
    assert regressor.fit(X[:300], y[:300]).score(X[300:], y[300:]) > 0.3
    ```
    """

    _network_class = models.RealMLPRegressor

    def __init__(
        self,
        variant: str = "td",
        *,
        n_ens: int = 1,
        hidden_units: Sequence[int] = (256, 256, 256),
        dropout: float | None = None,
        learning_rate: float | None = None,
        epochs: int = 256,
        batch_size: int = 256,
        validation_fraction: float = 0.2,
        preprocessing: Any = "auto",
        random_state: Any = None,
        verbose: Any = 0,
    ) -> None:
        super().__init__(
            variant,
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
