"""What the estimators of networks for tables that predict numbers share."""

from typing import Any

import numpy as np

from keras_mlp.models.averaging.averaged_regressor import AveragedRegressor
from keras_mlp.sklearn.base.number_estimator import NumberEstimator


class TabularNumbers(NumberEstimator):
    """Mixin for a `TabularEstimator`: averages what networks predict."""

    def _outputs_for(self, y: np.ndarray) -> int:
        return y.shape[1]

    def _adapt(self, network: Any, data: Any, y: np.ndarray, weights: Any) -> None:
        network.adapt(data, y, weights)

    def _average(self, members: list[Any], held_out: tuple) -> AveragedRegressor:
        model = AveragedRegressor(members)
        model.build((None, held_out[0].shape[1]))
        return model
