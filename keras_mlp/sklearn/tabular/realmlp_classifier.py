"""RealMLP for classes, for scikit-learn."""

from collections.abc import Sequence
from typing import Any

from keras_mlp import models
from keras_mlp.sklearn.tabular.tabular_classes import TabularClasses
from keras_mlp.sklearn.tabular.tabular_estimator import TabularEstimator


class RealMLPClassifier(TabularClasses, TabularEstimator):
    """RealMLP that classifies, as a scikit-learn estimator.

    It trains a `keras_mlp.models.RealMLPClassifier`, whose defaults are those that the
    authors publish. A part of the examples is set aside: the weights of the epoch with
    the fewest wrong answers on it are kept, and probabilities are calibrated by it.

    Args:
        variant: `"td"`, all of RealMLP, or `"td-s"`, the simple one, which is faster.
            Defaults to `"td"`.
        n_ens: Number of networks, trained in one program on the same examples. Their
            probabilities are averaged. Defaults to `1`.
        hidden_units: Width of each hidden layer. Defaults to three times 256.
        dropout: Rate of dropout after each hidden layer, at first. Defaults to `None`:
            0.15 for `"td"`, and 0.
        label_smoothing: Share of each target that the loss spreads over all classes,
            from 0 up to 1. Defaults to `0.1`.
        learning_rate: The top of the waves that the learning rate makes. Defaults to
            `None`: 0.04.
        epochs: How often all examples are trained on. Defaults to `256`.
        batch_size: Examples in a training step; all of them, where there are fewer.
            Defaults to `256`.
        class_weight: How much each class counts: a dictionary, `"balanced"` or `None`,
            as for `MLPClassifier`. Defaults to `None`.
        validation_fraction: Share of the examples that are set aside, of each class the
            same where there are enough. Defaults to `0.2`.
        calibrate: Whether logits are divided by the temperature that gives the least
            log loss on what is set aside. No answer changes by it, but how sure it is.
            Defaults to `True`.
        preprocessing: What turns a data frame into numbers. `"auto"`: where one has
            text, dates or gaps, the `data.TabularPreprocessing` that suits RealMLP.
            Pass one to choose how columns are treated, or `None` for numbers only.
            Defaults to `"auto"`.
        random_state: Integer, `RandomState` or `None`: fixes the initial weights,
            the order of the examples, dropout, and what is set aside. The same integer
            gives the same weights, bit for bit. Defaults to `None`.
        verbose: What `keras.Model.fit` prints: 0, 1 or 2. Defaults to `0`.

    Attributes:
        classes_: The classes, sorted. `predict_proba` has a column for each.
        model_: Keras model that gives the logits of these probabilities. It takes what
            `X` holds.
        models_: The trained networks in it, `keras_mlp.models.RealMLPClassifier`.
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

    from keras_mlp.sklearn import RealMLPClassifier

    X, y = load_iris(return_X_y=True)
    X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
    classifier = RealMLPClassifier("td-s", epochs=30, random_state=0)
    assert classifier.fit(X_train, y_train).score(X_test, y_test) > 0.9
    assert classifier.predict_proba(X_test).shape == (38, 3)
    ```
    """

    _network_class = models.RealMLPClassifier
    _options = (*TabularEstimator._options, "label_smoothing")

    def __init__(
        self,
        variant: str = "td",
        *,
        n_ens: int = 1,
        hidden_units: Sequence[int] = (256, 256, 256),
        dropout: float | None = None,
        label_smoothing: float = 0.1,
        learning_rate: float | None = None,
        epochs: int = 256,
        batch_size: int = 256,
        class_weight: str | dict | None = None,
        validation_fraction: float = 0.2,
        calibrate: bool = True,
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
        self.label_smoothing = label_smoothing
        self.class_weight = class_weight
        self.calibrate = calibrate
