"""TabM for classes, for scikit-learn."""

from collections.abc import Sequence
from typing import Any

from keras_mlp import models
from keras_mlp.sklearn.tabular.tabm_estimator import TabMEstimator
from keras_mlp.sklearn.tabular.tabular_classes import TabularClasses


class TabMClassifier(TabularClasses, TabMEstimator):
    """TabM that classifies, as a scikit-learn estimator.

    It trains a `keras_mlp.models.TabMClassifier`: many perceptrons in one network, with
    the authors' defaults, but for fewer and narrower ones, which suit a CPU. A part of
    the examples is set aside: when the share of wrong answers on it has not fallen for
    `patience` epochs, training ends; the weights of the best epoch are kept, and
    probabilities are calibrated by it.

    Args:
        variant: `"tabm"`, or `"mini"`, whose perceptrons share more. Defaults to
            `"tabm"`.
        ensemble_size: Number of perceptrons in a network. Defaults to `16`; the authors
            have 32.
        n_ens: Number of such networks, trained in one program on the same examples.
            Their probabilities are averaged. Defaults to `1`.
        hidden_units: Width of each hidden layer. Defaults to `None`: 256, three times,
            or twice with an embedding; the authors' are 512 wide.
        dropout: Rate of dropout after each hidden layer. Defaults to `0.1`.
        scaling: How numbers are scaled: `"quantile"`, by their ranks; `"standard"`, by
            mean and deviation; or `"none"`. Defaults to `"quantile"`.
        embedding: Embedding of numbers, such as `layers.PiecewiseLinearEmbedding(16)`,
            which is copied. Defaults to `None`.
        learning_rate: Learning rate. Defaults to `None`: 0.002.
        epochs: How often all examples are trained on at most. Defaults to `1000`.
        batch_size: Examples in a training step. Defaults to `256`.
        patience: How many epochs in a row may pass without progress. Defaults to `16`.
        class_weight: As for `RealMLPClassifier`. Defaults to `None`.
        validation_fraction: As for `RealMLPClassifier`. Defaults to `0.2`.
        calibrate: As for `RealMLPClassifier`. Defaults to `True`.
        preprocessing: As for `RealMLPClassifier`. Defaults to `"auto"`.
        random_state: As for `RealMLPClassifier`. Defaults to `None`.
        verbose: What `keras.Model.fit` prints: 0, 1 or 2. Defaults to `0`.

    Attributes:
        classes_: The classes, sorted. `predict_proba` has a column for each.
        model_: Keras model that gives the logits of these probabilities. It takes what
            `X` holds.
        models_: The trained networks in it, `keras_mlp.models.TabMClassifier`.
        temperature_: What logits are divided by.
        histories_: Losses and figures of the validation by epoch, for each network.
        n_features_in_: Number of features; `feature_names_in_`, their names, where
            `X` was a data frame.

    Raises:
        ValueError: In `fit`, for fewer than two classes, an argument out of range, or
            an infinite loss.

    Example:

    ```python
    from sklearn.datasets import load_iris
    from sklearn.model_selection import train_test_split

    from keras_mlp.sklearn import TabMClassifier

    X, y = load_iris(return_X_y=True)
    X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
    classifier = TabMClassifier(
        ensemble_size=4, hidden_units=(32, 32), learning_rate=0.03, random_state=0
    )
    assert classifier.fit(X_train, y_train).score(X_test, y_test) > 0.9
    assert classifier.predict_proba(X_test).shape == (38, 3)
    ```
    """

    _network_class = models.TabMClassifier

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
        class_weight: str | dict | None = None,
        validation_fraction: float = 0.2,
        calibrate: bool = True,
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
        self.class_weight = class_weight
        self.calibrate = calibrate
