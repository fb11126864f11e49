"""The folds of a cross-validation, trained together."""

from typing import Any, NamedTuple

import numpy as np
from sklearn.base import clone, is_classifier
from sklearn.model_selection import check_cv
from sklearn.utils import _safe_indexing, indexable

from keras_mlp.models.together.train_together import train_together
from keras_mlp.sklearn.base.network_estimator import NetworkEstimator


class Fold(NamedTuple):
    """A part of a cross-validation.

    Attributes:
        estimator: Fitted to the examples `train`.
        train: Numbers of the examples that it was fitted to.
        test: Numbers of the others, or those of them that the division is for.
    """

    estimator: Any
    train: np.ndarray
    test: np.ndarray


def fit_folds(
    estimator: NetworkEstimator,
    X: Any,
    y: Any,
    *,
    cv: Any = None,
    groups: Any = None,
    sample_weight: Any = None,
) -> list[Fold]:
    """Fits an estimator to each fold of a cross-validation, all in one program.

    Each is what `clone(estimator).fit(X[train], y[train])` gives, to rounding: it has
    columns, weights, order, dropout and end of its own. What is saved is time: the
    program is built once, and a step takes that of many networks at once. Folds that
    differ in their number of examples, or of categories, are programs of their own, as
    is anything with sparse features and `early_stopping`.

    Args:
        estimator: Any of `keras_mlp.sklearn`. It is not changed.
        X: As for its `fit`.
        y: As for its `fit`.
        cv: As for scikit-learn's `cross_val_score`: a number of folds, or what divides.
            Defaults to `None`: 5 folds, of classes stratified.
        groups: What each example belongs to, for `cv` that asks for it.
        sample_weight: As for its `fit`.

    Returns:
        A fitted estimator for each fold, with the numbers of its examples.

    Raises:
        ValueError: If it is no estimator of this package, or as `fit` does.

    Example:

    ```python
    import numpy as np
    from sklearn.datasets import load_iris

    from keras_mlp.sklearn import MLPClassifier, fit_folds

    X, y = load_iris(return_X_y=True)
    classifier = MLPClassifier((16,), epochs=100, learning_rate=0.02, random_state=0)
    folds = fit_folds(classifier, X, y, cv=3)
    scores = [fold.estimator.score(X[fold.test], y[fold.test]) for fold in folds]
    assert np.mean(scores) > 0.9
    ```
    """
    if not isinstance(estimator, NetworkEstimator):
        raise ValueError(
            "Argument `estimator` must be one of keras_mlp.sklearn. Received: "
            f"estimator={estimator!r}. Use sklearn.model_selection.cross_validate for "
            "others."
        )
    X, y, groups, sample_weight = indexable(X, y, groups, sample_weight)
    divider = check_cv(cv, y, classifier=is_classifier(estimator))
    folds, trainings = [], []
    for train, test in divider.split(X, y, groups):
        one = clone(estimator)
        weights = (
            None if sample_weight is None else _safe_indexing(sample_weight, train)
        )
        begun = one._begin(_safe_indexing(X, train), _safe_indexing(y, train), weights)
        trainings.append(begun)
        folds.append(Fold(one, train, test))
    with estimator._naming_divergence():
        histories = iter(
            train_together([training for begun in trainings for training in begun])
        )
    for fold, begun in zip(folds, trainings, strict=True):
        fold.estimator._finish(begun, [next(histories) for _ in begun])
    return folds
