"""A classifier for scikit-learn."""

from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np

from keras_mlp import models
from keras_mlp.sklearn.base.class_estimator import ClassEstimator
from keras_mlp.sklearn.mlp_estimator import MLPEstimator


class MLPClassifier(ClassEstimator, MLPEstimator):
    """Multilayer perceptron that classifies, as a scikit-learn estimator.

    It trains a `keras_mlp.models.MLPClassifier`, and does what scikit-learn expects.
    Arguments have their Keras names, or scikit-learn's where Keras lacks one.

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
        label_smoothing: Share of each target that the loss spreads over all classes,
            from 0 up to 1. Defaults to `0.0`.
        class_weight: How much each class counts: a dictionary, where a class that is
            left out has 1; `"balanced"` for weights inversely proportional to how
            often classes are in `y`; or `None`. It is multiplied with
            `sample_weight`. Defaults to `None`.
        standardize: Whether features are brought to mean 0 and deviation 1 inside
            the model, by the examples that `fit` is given. Defaults to `True`.
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
        classes_: The classes, sorted. `predict_proba` has a column for each.
        model_: The trained `keras_mlp.models.MLPClassifier`. It takes what `X` holds.
        history_: `"loss"` of each epoch and, with `early_stopping`, `"val_loss"`.
        n_features_in_: Number of features; `feature_names_in_`, their names, where
            `X` was a data frame.

    Raises:
        ValueError: In `fit`, for fewer than two classes, an argument out of range, or
            an infinite loss.

    Example:

    ```python
    from sklearn.datasets import load_iris
    from sklearn.model_selection import train_test_split

    from keras_mlp.sklearn import MLPClassifier

    X, y = load_iris(return_X_y=True)
    X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)
    classifier = MLPClassifier((32,), epochs=50, learning_rate=0.01, random_state=0)
    assert classifier.fit(X_train, y_train).score(X_test, y_test) > 0.9
    assert classifier.predict_proba(X_test).shape == (38, 3)
    ```
    """

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
        class_weight: str | dict | None = None,
        label_smoothing: float = 0.0,
        standardize: bool = True,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        n_iter_no_change: int = 10,
        tol: float = 1e-4,
        preprocessing: Any = "auto",
        random_state: Any = None,
        verbose: Any = 0,
    ) -> None:
        super().__init__(
            hidden_units,
            activation=activation,
            dropout=dropout,
            normalization=normalization,
            residual=residual,
            gate=gate,
            kernel_regularizer=kernel_regularizer,
            optimizer=optimizer,
            learning_rate=learning_rate,
            batch_size=batch_size,
            epochs=epochs,
            standardize=standardize,
            early_stopping=early_stopping,
            validation_fraction=validation_fraction,
            n_iter_no_change=n_iter_no_change,
            tol=tol,
            preprocessing=preprocessing,
            random_state=random_state,
            verbose=verbose,
        )
        self.class_weight = class_weight
        self.label_smoothing = label_smoothing

    def partial_fit(
        self, X: Any, y: Any, classes: Any = None, sample_weight: Any = None
    ) -> "MLPClassifier":
        """Trains for one epoch, from where training stopped.

        The first call makes the network, and standardises with the examples that it
        is given. `epochs` and `early_stopping` have no part in it.

        Args:
            X: `[examples, features]`, also sparse.
            y: `[examples]`.
            classes: All classes that will ever be in `y`, for the first call.
            sample_weight: As for `fit`.

        Returns:
            The estimator itself.
        """
        self._check_arguments()
        if isinstance(self.class_weight, str) and self.class_weight == "balanced":
            raise ValueError(
                "`partial_fit` does not know how often classes are in all examples. "
                'Received: class_weight="balanced". Pass a dictionary.'
            )
        fresh = not hasattr(self, "model_")
        if fresh:
            if classes is None:
                raise ValueError(
                    "Argument `classes` is needed by the first call of `partial_fit`. "
                    "Received: classes=None. Pass all classes that `y` will ever hold, "
                    "such as np.unique(y)."
                )
            self.classes_ = np.unique(classes)
        elif classes is not None and not np.array_equal(
            np.unique(classes), self.classes_
        ):
            raise ValueError(
                f"`classes` must be those of the first call, {self.classes_}. "
                f"Received: classes={classes}."
            )
        examples = self._examples(X, y, sample_weight, fresh, self.classes_)
        self._partial_fit(examples)
        return self

    def _one_logit(self) -> bool:
        return len(self.classes_) == 2

    def _network(self, X: np.ndarray, y: np.ndarray, **options: Any) -> Any:
        return models.MLPClassifier(
            # Two classes take one logit.
            1 if self._one_logit() else len(self.classes_),
            label_smoothing=self.label_smoothing,
            **options,
        )
