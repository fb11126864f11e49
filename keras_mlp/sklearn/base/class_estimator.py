"""What the classifiers share."""

from typing import Any

import numpy as np
from scipy.special import log_softmax
from sklearn.base import ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight

from keras_mlp.losses.class_probabilities import class_probabilities
from keras_mlp.sklearn.base.network_estimator import NetworkEstimator
from keras_mlp.sklearn.class_weights import class_weights
from keras_mlp.sklearn.examples import weighted


class ClassEstimator(ClassifierMixin, NetworkEstimator):
    """Base of the classifiers: from names of classes to numbers, and back."""

    classes_: np.ndarray
    class_weight: Any

    def predict(self, X: Any) -> np.ndarray:
        """Returns the most probable class of each example.

        Args:
            X: `[examples, features]`, as for `fit`.
        """
        # First, since an estimator that is not fitted has no classes.
        numbers = self.predict_proba(X).argmax(axis=1)
        return self.classes_[numbers]

    def predict_proba(self, X: Any) -> np.ndarray:
        """Returns the probability of each class, in the order of `classes_`.

        Args:
            X: `[examples, features]`, as for `fit`.
        """
        return class_probabilities(self._outputs(X), from_logits=True)

    def predict_log_proba(self, X: Any) -> np.ndarray:
        """Returns the logarithm of the probability of each class, in float64.

        It is finite also where the probability itself is rounded to zero.

        Args:
            X: `[examples, features]`, as for `fit`.
        """
        logits = self._outputs(X).astype("float64")
        if logits.shape[1] == 1:
            # The output is the logit of the second class beside one of 0.
            logits = np.pad(logits, ((0, 0), (1, 0)))
        return log_softmax(logits, axis=1)

    def _examples(
        self, X: Any, y: Any, sample_weight: Any, reset: bool, known: Any = None
    ) -> tuple:
        X, y = self._validated(X, y, sample_weight, reset)
        check_classification_targets(y)
        if known is None:
            self.classes_ = np.unique(y)
        elif not np.isin(y, known).all():
            raise ValueError(
                "`y` must hold nothing but the classes of the first call. Received: "
                f"{np.setdiff1d(y, known)}, not among {known}."
            )
        if sample_weight is not None:
            sample_weight = _check_sample_weight(
                sample_weight, X, dtype=np.float64, ensure_non_negative=True
            )
        if self.class_weight is not None:
            by_class = class_weights(self.class_weight, self.classes_, y)
            sample_weight = by_class * (1 if sample_weight is None else sample_weight)
        X, y, weights = weighted(X, y, sample_weight)
        present = self.classes_ if known is not None else np.unique(y)
        if len(present) < 2:
            raise ValueError(
                "A classifier needs examples of at least two classes, of weights "
                f"above 0. Received: 1 class, {present}."
            )
        numbers = np.searchsorted(self.classes_, y)
        return X, numbers.astype("float32" if self._one_logit() else "int32"), weights

    def _one_logit(self) -> bool:
        """Returns whether the network has a single output, the second class' logit."""
        return False
