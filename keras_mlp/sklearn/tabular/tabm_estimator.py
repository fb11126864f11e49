"""What the TabM estimators share."""

from collections.abc import Sequence
from typing import Any

import keras

from keras_mlp.sklearn.tabular.tabular_estimator import TabularEstimator
from keras_mlp.validation import check_positive_integer


class TabMEstimator(TabularEstimator):
    """Base of `TabMClassifier` and `TabMRegressor`; their docstrings say the rest."""

    _whole_batches = False
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
            config = self.embedding.get_config()
            if config.get("seed", 0) is None:
                config["seed"] = self._seed()
            options["embedding"] = type(self.embedding).from_config(config)
        return options

    def _callback(self, network: Any) -> keras.callbacks.EarlyStopping:
        stopping = network.early_stopping()
        # Keras stops in the last of so many epochs, the authors after it.
        stopping.patience = int(self.patience) + 1
        return stopping
