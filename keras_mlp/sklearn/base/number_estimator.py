"""What the regressors share."""

from typing import Any

import numpy as np
from sklearn.base import RegressorMixin
from sklearn.utils.validation import _check_sample_weight

from keras_mlp.sklearn.base.network_estimator import NetworkEstimator
from keras_mlp.sklearn.examples import weighted


class NumberEstimator(RegressorMixin, NetworkEstimator):
    """Base of the regressors: of one number, or of several."""

    _flat_targets: bool

    def predict(self, X: Any) -> np.ndarray:
        """Returns the predicted numbers, in the shape of the targets.

        Args:
            X: `[examples, features]`, as for `fit`.
        """
        outputs = self._outputs(X).astype("float64")
        return outputs[:, 0] if self._flat_targets else outputs

    def _examples(self, X: Any, y: Any, sample_weight: Any, reset: bool) -> tuple:
        X, y = self._validated(
            X, y, sample_weight, reset, multi_output=True, y_numeric=True
        )
        if reset:
            self._flat_targets = y.ndim == 1
        if sample_weight is not None:
            sample_weight = _check_sample_weight(
                sample_weight, X, dtype=np.float64, ensure_non_negative=True
            )
        return weighted(X, y.reshape(len(y), -1).astype("float32"), sample_weight)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
