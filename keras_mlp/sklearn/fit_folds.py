"""Cross-validation of networks that are trained together."""

import time
from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.base import clone, is_classifier
from sklearn.metrics import check_scoring
from sklearn.model_selection import check_cv
from sklearn.utils import _safe_indexing, indexable

from keras_mlp.models.together.train_together import train_together
from keras_mlp.sklearn.base.network_estimator import NetworkEstimator


def fit_folds(
    estimator: NetworkEstimator,
    X: Any,
    y: Any,
    *,
    cv: Any = None,
    groups: Any = None,
    sample_weight: Any = None,
    scoring: Any = None,
    random_states: Sequence[int] | None = None,
    return_train_score: bool = False,
) -> dict[str, Any]:
    """Trains the networks of all folds of a cross-validation in one program.

    It returns what scikit-learn's `cross_validate` does. Each network is what
    `clone(estimator).fit(X[train], y[train])` gives, to rounding: it has columns,
    weights, order, dropout and end of its own. What is saved is time: the program is
    built once, and a step takes that of many networks at once. Folds that differ in
    their number of examples, or of categories, are programs of their own. Networks for
    sparse features are trained one after the other.

    Args:
        estimator: Any of `keras_mlp.sklearn`. It is left alone: clones are fitted.
        X: As for its `fit`.
        y: As for its `fit`.
        cv: Number of folds, a splitter of scikit-learn, or pairs of indices. Defaults
            to `None`: 5 folds, of classes stratified.
        groups: Group of each example, for splitters that take one.
        sample_weight: How much each counts in training, `[examples]`, as for `fit`.
        scoring: What scikit-learn's `cross_validate` takes: a name, a callable, or
            several of them. Defaults to the estimator's own `score`.
        random_states: Integers, to train the networks of all folds once for each, in
            place of the estimator's `random_state`. Defaults to `None`.
        return_train_score: Whether to score what was trained on, too. Defaults to
            `False`.

    Returns:
        A dictionary of what there is for each network, all folds with the first of the
        `random_states` first: arrays `"test_score"`, or `"test_NAME"` for each of
        several; `"train_score"` alike; `"fit_time"`, the same share of all for each,
        and `"score_time"`, in seconds; lists `"estimator"`, and in `"indices"`
        `"train"` and `"test"`.

    Raises:
        ValueError: If it is no estimator of this package, there are no
            `random_states`, or as `fit` does.

    Example:

    ```python
    from sklearn.datasets import load_iris

    from keras_mlp.sklearn import MLPClassifier, fit_folds

    X, y = load_iris(return_X_y=True)
    classifier = MLPClassifier((16,), epochs=100, learning_rate=0.02, random_state=0)
    result = fit_folds(classifier, X, y, cv=3, random_states=[0, 1])
    assert result["test_score"].shape == (6,)
    assert result["test_score"].mean() > 0.9
    first, part = result["estimator"][0], result["indices"]["test"][0]
    assert first.score(X[part], y[part]) == result["test_score"][0]
    ```
    """
    if not isinstance(estimator, NetworkEstimator):
        raise ValueError(
            "Argument `estimator` must be one of keras_mlp.sklearn. Received: "
            f"estimator={estimator!r}. Use sklearn.model_selection.cross_validate for "
            "others."
        )
    estimators = _one_for_each(estimator, random_states)
    X, y, groups, sample_weight = indexable(X, y, groups, sample_weight)
    scorer = check_scoring(estimator, scoring=scoring)
    splitter = check_cv(cv, y, classifier=is_classifier(estimator))
    folds = list(splitter.split(X, y, groups))
    start = time.perf_counter()
    fitted = [clone(each) for each in estimators for _ in folds]
    parts = folds * len(estimators)
    begun = [
        each._begin(*_rows(train, X, y, sample_weight))
        for each, (train, _) in zip(fitted, parts, strict=True)
    ]
    with estimator._naming_divergence():
        histories = iter(train_together([one for each in begun for one in each]))
    for each, trainings in zip(fitted, begun, strict=True):
        each._finish(trainings, [next(histories) for _ in trainings])
    seconds = (time.perf_counter() - start) / len(fitted)

    scores, times = [], []
    for each, (_, test) in zip(fitted, parts, strict=True):
        start = time.perf_counter()
        scores.append(scorer(each, *_rows(test, X, y)))
        times.append(time.perf_counter() - start)
    result = {
        "fit_time": np.full(len(fitted), seconds),
        "score_time": np.array(times),
        "estimator": fitted,
        "indices": {
            "train": [train for train, _ in parts],
            "test": [test for _, test in parts],
        },
        **_named("test", scores),
    }
    if return_train_score:
        scores = [
            scorer(each, *_rows(train, X, y))
            for each, (train, _) in zip(fitted, parts, strict=True)
        ]
        result.update(_named("train", scores))
    return result


def _one_for_each(estimator: Any, random_states: Any) -> list[Any]:
    if random_states is None:
        return [estimator]
    if isinstance(random_states, str) or not len(random_states):
        raise ValueError(
            "Argument `random_states` must hold an integer for each network of a fold. "
            f"Received: random_states={random_states!r}. Pass a list, such as "
            "[0, 1, 2], or None for the estimator's own."
        )
    return [clone(estimator).set_params(random_state=each) for each in random_states]


def _rows(chosen: np.ndarray, *arrays: Any) -> list[Any]:
    return [None if each is None else _safe_indexing(each, chosen) for each in arrays]


def _named(part: str, scores: list[Any]) -> dict[str, np.ndarray]:
    if isinstance(scores[0], dict):
        return {
            f"{part}_{name}": np.array([score[name] for score in scores])
            for name in scores[0]
        }
    return {f"{part}_score": np.array(scores)}
