"""What the estimators of networks for tables that classify share."""

from typing import Any

import numpy as np

from keras_mlp.models.averaging.averaged_classifier import AveragedClassifier
from keras_mlp.sklearn.base.class_estimator import ClassEstimator
from keras_mlp.sklearn.temperature import best_temperature
from keras_mlp.validation import check_switch


class TabularClasses(ClassEstimator):
    """Mixin for a `TabularEstimator`: averages probabilities, and calibrates them."""

    calibrate: bool

    def _check_arguments(self) -> None:
        super()._check_arguments()
        check_switch("calibrate", self.calibrate)

    def _outputs_for(self, y: np.ndarray) -> int:
        return len(self.classes_)

    def _adapt(self, network: Any, data: Any, y: np.ndarray, weights: Any) -> None:
        network.adapt(data)

    def _average(self, members: list[Any], held_out: tuple) -> AveragedClassifier:
        X, numbers, weights = held_out
        model = AveragedClassifier(members)
        model.build((None, X.shape[1]))
        self.temperature_ = 1.0
        if self.calibrate:
            logits = self._outputs_of_rows(model, X)
            self.temperature_ = best_temperature(logits, numbers, weights)
        model.temperature = self.temperature_
        return model
