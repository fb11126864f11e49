"""What the estimators of networks for tables share."""

from collections.abc import Sequence
from typing import Any, ClassVar

import keras
import numpy as np
from sklearn.base import is_classifier
from sklearn.utils import check_random_state

from keras_mlp.models.inputs.table_inputs import encoded
from keras_mlp.models.tabular.whole_batches import whole_batches
from keras_mlp.models.together.training import Training
from keras_mlp.sklearn.base.network_estimator import NetworkEstimator
from keras_mlp.sklearn.data_frames import Columns, columns_of, copied
from keras_mlp.sklearn.examples import divided
from keras_mlp.validation import (
    check_choice,
    check_number,
    check_positive_integer,
)


class TabularEstimator(NetworkEstimator):
    """Base of the RealMLP and TabM estimators; their docstrings say the rest."""

    # Whether rows that do not fill a batch are left out of an epoch.
    _whole_batches: ClassVar[bool] = True
    # The model, and which arguments of the estimator are its options.
    _network_class: ClassVar[Any]
    _options: ClassVar[tuple[str, ...]] = ("variant", "hidden_units", "dropout")

    def __init__(
        self,
        variant: str,
        *,
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
        self.variant = variant
        self.n_ens = n_ens
        self.hidden_units = hidden_units
        self.dropout = dropout
        self.learning_rate = learning_rate
        self.epochs = epochs
        self.batch_size = batch_size
        self.validation_fraction = validation_fraction
        self.preprocessing = preprocessing
        self.random_state = random_state
        self.verbose = verbose

    @property
    def models_(self) -> list[keras.Model]:
        """The trained networks."""
        return self.model_.members

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> "TabularEstimator":
        """Trains new networks.

        Args:
            X: `[examples, features]`, an array or a data frame. A data frame may hold
                text, dates and gaps.
            y: `[examples]`; a regressor also takes `[examples, outputs]`.
            sample_weight: How much each example counts in the loss, `[examples]`. An
                example counts once by default. Only the ratios matter; an example of
                weight 0 is as good as left out.

        Returns:
            The estimator itself.
        """
        return self._fit(X, y, sample_weight)

    def _begin(self, X: Any, y: Any, sample_weight: Any) -> list[Training]:
        self._check_arguments()
        examples = self._examples(X, y, sample_weight, reset=True)
        self._random = check_random_state(self.random_state)
        trained, held_out = divided(
            examples,
            self.validation_fraction,
            self._random,
            examples[1] if is_classifier(self) else None,
        )
        networks = [self._adapted_network(trained) for _ in range(int(self.n_ens))]
        is_table = isinstance(trained[0], Columns)
        self._table = networks[0].preprocessing if is_table else None
        trained, held_out = self._encoded(trained), self._encoded(held_out)
        return [self._training(one, trained, held_out) for one in networks]

    def _finish(self, trainings: list[Training], histories: list[dict]) -> None:
        networks = [training.network for training in trainings]
        for network in networks:
            # Only answers from here on: moments would make files three times as big.
            network.compile(optimizer=None, loss=None, metrics=None)
        self.histories_ = histories
        self.model_ = self._average(networks, trainings[0].held_out)

    def _check_arguments(self) -> None:
        """Raises an error for what the model would not refuse, or too late."""
        for name in ("n_ens", "batch_size", "epochs"):
            check_positive_integer(name, getattr(self, name))
        if self.learning_rate is not None:
            check_number("learning_rate", self.learning_rate, least=0)
        check_choice("verbose", self.verbose, (0, 1, 2, False, True, "auto"))

    def _validated(
        self, X: Any, y: Any, sample_weight: Any, reset: bool, **options: Any
    ) -> tuple:
        table = columns_of(X, self.preprocessing)
        if table is None:
            return self._checked_rows(X, y, reset, **options)
        return table, self._checked_table(X, y, reset, **options)

    def _adapted_network(self, examples: tuple) -> Any:
        """Returns a new network that has learnt columns and starts from the data."""
        X, y, weights = examples
        network = self._network_class(
            self._outputs_for(y),
            **self._network_options(),
            preprocessing=copied(self.preprocessing),
            seed=self._seed(),
        )
        self._adapt(network, X.columns if isinstance(X, Columns) else X, y, weights)
        return network

    def _network_options(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self._options}

    def _encoded(self, examples: tuple) -> tuple:
        X, *others = examples
        if self._table is not None:
            X = encoded(self._table, self._table.raw(X.columns))
        return (X, *others)

    def _training(self, network: Any, trained: tuple, held_out: tuple) -> Training:
        if not network.built:
            network.build((None, trained[0].shape[1]))
        network.compile(
            network.default_optimizer(self.learning_rate), on_divergence="raise"
        )
        rows = len(trained[1])
        batch_size = min(int(self.batch_size), rows)
        batches = whole_batches(
            *trained,
            batch_size=batch_size,
            shuffle=True,
            seed=network.seed,
            drop_remainder=self._whole_batches,
        )
        return Training(
            network=network,
            batches=batches,
            steps=len(batches),
            rows=len(batches) * batch_size if self._whole_batches else rows,
            epochs=int(self.epochs),
            held_out=held_out,
            callback=self._callback(network),
            verbose=self.verbose,
        )

    def _callback(self, network: Any) -> keras.callbacks.EarlyStopping:
        """Returns what keeps the weights of the best epoch."""
        return network.best_weights()

    def _outputs_for(self, y: np.ndarray) -> int:
        """Returns how many outputs a network for these targets has."""
        raise NotImplementedError

    def _adapt(self, network: Any, data: Any, y: np.ndarray, weights: Any) -> None:
        """Has a network learn the columns, and what it learns of the targets."""
        raise NotImplementedError

    def _average(self, members: list[Any], held_out: tuple) -> keras.Model:
        """Returns the model that answers for all networks."""
        raise NotImplementedError
