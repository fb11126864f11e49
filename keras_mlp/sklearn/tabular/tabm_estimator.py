"""What the TabM estimators share."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from keras_mlp.models.realmlp.whole_batches import whole_batches
from keras_mlp.sklearn.tabular.tabular_estimator import TabularEstimator
from keras_mlp.validation import check_positive_integer


class TabMEstimator(TabularEstimator):
    """Base of `TabMClassifier` and `TabMRegressor`; their docstrings say the rest."""

    _options = (*TabularEstimator._options, "ensemble_size", "scaling", "embedding")

    def __init__(
        self,
        variant: str,
        *,
        ensemble_size: int,
        scaling: str,
        embedding: Any,
        patience: int,
        n_ens: int,
        hidden_units: Sequence[int] | None,
        dropout: float | None,
        learning_rate: float | None,
        epochs: int,
        batch_size: int,
        validation_fraction: float,
        preprocessing: Any,
        random_state: Any,
        verbose: Any,
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
        self.ensemble_size = ensemble_size
        self.scaling = scaling
        self.embedding = embedding
        self.patience = patience

    def _check_arguments(self) -> None:
        super()._check_arguments()
        check_positive_integer("patience", self.patience)

    def _network_options(self) -> dict[str, Any]:
        options = super()._network_options()
        if isinstance(self.embedding, keras.layers.Layer):
            # A copy: each network learns one of its own.
            layer = type(self.embedding)
            options["embedding"] = layer.from_config(self.embedding.get_config())
        return options

    def _data_of(self, network: Any, X: Any, y: np.ndarray, weights: Any) -> dict:
        # Of arrays, the network would take any order.
        batches = whole_batches(
            X,
            y,
            weights,
            batch_size=int(self.batch_size),
            shuffle=True,
            seed=network.seed,
            drop_remainder=False,
        )
        return {"x": batches}

    def _callbacks(self, network: Any) -> list[keras.callbacks.Callback]:
        stopping = network.early_stopping()
        # Keras stops in the last of so many epochs, the authors after it.
        stopping.patience = int(self.patience) + 1
        return [stopping]
