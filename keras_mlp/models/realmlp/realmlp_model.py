"""What the RealMLP models of classes and of numbers share."""

import dataclasses
from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from keras_mlp.callbacks import BestWeights
from keras_mlp.layers import ParametricActivation, PeriodicEmbedding, Scale
from keras_mlp.layers.initializers import layer_seeds
from keras_mlp.models.mlp.mlp_model import (
    MLPModel,
    checked_preprocessing,
    options_config,
)
from keras_mlp.models.realmlp import published as defaults
from keras_mlp.models.realmlp.start_from_data import some_rows, start_from_data
from keras_mlp.models.realmlp.tabular_inputs import (
    TabularInputs,
    embedded_columns,
)
from keras_mlp.models.tabular.encoded_rows import learnt_rows
from keras_mlp.models.tabular.published_fit import not_adapted, with_default
from keras_mlp.models.tabular.whole_batches import whole_batches
from keras_mlp.optimizers.schedules import FlatCosine
from keras_mlp.training.checking.arguments import check_fraction
from keras_mlp.training.checking.columns import learn_columns
from keras_mlp.training.feeding.arrays import count_examples, split_arrays
from keras_mlp.validation import check_rate

VALIDATION_BATCH_SIZE = 1024


class RealMLPModel(MLPModel):
    """A `layers.MLP` behind robust scaling, embeddings of numbers and a `layers.Scale`.

    Args:
        num_outputs: Width of the last layer.
        hidden_units: Width of each hidden layer.
        published: The defaults of its variant for its task.
        variant: Its variant.
        dropout: Of the hidden layers at first; `None` is what is published.
        preprocessing: A `data.TabularPreprocessing`, another layer, or `None`.
        seed: Fixes the weights, the dropout and the order of examples.
        standardize: Has no effect: inputs are scaled in any case.
        **options: The other arguments of `MLPModel`.
    """

    # Keras' names of what `MLPModel` would make; the targets' are made at once.
    standardize = True

    def __init__(
        self,
        num_outputs: int,
        hidden_units: Sequence[int],
        *,
        published: defaults.Published,
        variant: str,
        dropout: float | None,
        preprocessing: Any,
        seed: int | None,
        standardize: bool = False,
        **options: Any,
    ) -> None:
        seeds = layer_seeds(seed, 5)
        dropout = (
            published.dropout if dropout is None else check_rate("dropout", dropout)
        )
        if published.is_full:
            options["activation"] = ParametricActivation(published.activation)
        else:
            options["activation"] = published.activation
            # The last layer starts with zeros.
            last = [*[None] * len(hidden_units), "zeros"]
            options |= {"kernel_initializer": last, "bias_initializer": last}
        super().__init__(
            num_outputs,
            hidden_units,
            preprocessing=None,
            standardize=False,
            dropout=FlatCosine(dropout) if dropout else 0.0,
            parametrization="ntk",
            seed=seeds[0],
            **options,
        )
        self.variant, self.published = variant, published
        self.dropout, self.seed = dropout, seed
        # Whether medians, quartiles and the start are those of data.
        self.is_adapted = False
        self._seeds = seeds
        embedding = None
        if published.is_full:
            embedding = PeriodicEmbedding(
                defaults.EMBEDDING_UNITS,
                defaults.FREQUENCIES,
                defaults.FREQUENCY_SCALE,
                seed=seeds[1],
                name="periodic_embedding",
            )
        # Scaled before anything is rounded to half precision.
        dtype = keras.backend.result_type(self.variable_dtype, "float32")
        self.tabular_inputs = TabularInputs(embedding, name="inputs", dtype=dtype)
        self.scale = Scale(name="scale", dtype=self.dtype_policy)
        # After the others, as where `adapt` makes it: the order of weights is one.
        self.preprocessing = checked_preprocessing(preprocessing)

    def _steps(self) -> list[keras.layers.Layer]:
        steps = (self.preprocessing, self.tabular_inputs, self.scale, self.mlp)
        return [layer for layer in steps if layer is not None]

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Builds every layer for inputs of this shape."""
        if self.takes_columns:
            self.tabular_inputs.know(self.preprocessing)
        super().build(input_shape)

    def default_optimizer(
        self, learning_rate: float | None = None
    ) -> keras.optimizers.Optimizer:
        """Returns Adam with the published rates, schedules and groups of weights.

        Args:
            learning_rate: The top of the waves that the learning rate makes. Defaults
                to the published one.
        """
        published = self.published
        if learning_rate is not None:
            published = dataclasses.replace(published, learning_rate=learning_rate)
        return published.optimizer()

    def fit(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        epochs: int = defaults.EPOCHS,
        verbose: Any = "auto",
        callbacks: Any = None,
        validation_split: float = 0.0,
        validation_data: Any = None,
        shuffle: bool | str | None = None,
        class_weight: Any = None,
        sample_weight: Any = None,
        initial_epoch: int = 0,
        *args: Any,
        **kwargs: Any,
    ) -> Any:
        """Trains the model as published.

        Arguments and result are those of `keras.Model.fit`, with these differences:
        there are 256 epochs; batches of arrays and tables have 256 rows, or all if
        there are fewer, and rows that do not fill a batch are left out of the epoch;
        the order is a function of `seed` and the epoch. Data sets are taken as they
        are. With validation data, the weights of the last epoch whose validation error
        was as low as the lowest are kept, by a `callbacks.BestWeights`, unless there is
        one among `callbacks`.

        Raises:
            ValueError: If `adapt` was not called.
        """
        if not self.is_adapted:
            raise not_adapted(self)
        x, y = self.prepare_data(x, y)
        rows = None if isinstance(x, tf.data.Dataset) else count_examples(x)
        if rows is not None:
            if validation_split and validation_data is None:
                check_fraction(validation_split)
                (x, y, sample_weight), validation_data = split_arrays(
                    (x, y, sample_weight), validation_split
                )
                validation_split = 0.0
            x = whole_batches(
                x,
                y,
                sample_weight,
                batch_size=batch_size or defaults.BATCH_SIZE,
                shuffle=shuffle is not False,
                seed=self._seeds[3],
                first_epoch=initial_epoch,
            )
            y = sample_weight = batch_size = shuffle = None
        if validation_data is not None or validation_split:
            callbacks = with_default(callbacks, BestWeights, self.best_weights)
            if not isinstance(validation_data, tf.data.Dataset):
                kwargs.setdefault("validation_batch_size", VALIDATION_BATCH_SIZE)
        return super().fit(
            x,
            y,
            batch_size,
            epochs,
            verbose,
            callbacks,
            validation_split,
            validation_data,
            shuffle,
            class_weight,
            sample_weight,
            initial_epoch,
            *args,
            **kwargs,
        )

    def best_weights(self) -> keras.callbacks.Callback:
        """Returns the callback that keeps the weights of the best epoch."""
        raise NotImplementedError

    def _adapt_inputs(self, data: Any) -> None:
        """Learns medians and quartiles of the columns, and starts the network anew."""
        rows = learnt_rows(
            self, data, lambda: self.published.preprocessing(self._seeds[4])
        )
        scaled = rows.shape[1]
        if self.takes_columns:
            self.tabular_inputs.know(self.preprocessing)
            scaled -= len(embedded_columns(self.preprocessing))
        self.tabular_inputs.adapt(rows[:, :scaled])
        if not self.built:
            self.build((None, rows.shape[1]))
        if not self.takes_columns:
            learn_columns(self, data)
        if self.published.is_full:
            seed = self._seeds[2]
            rows = some_rows(rows, seed)
            columns = self.preprocessing(rows) if self.takes_columns else rows
            start_from_data(self.mlp, self.scale(self.tabular_inputs(columns)), seed)
        self.is_adapted = True

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments that make this model again, and that it is adapted."""
        config = super().get_config()
        for name in (*options_config(self.mlp), "standardize"):
            del config[name]
        return {
            **config,
            "variant": self.variant,
            "dropout": self.dropout,
            "seed": self.seed,
            "is_adapted": self.is_adapted,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """Returns the model of a configuration, adapted if it says so."""
        arguments = {name: config[name] for name in config if name != "is_adapted"}
        model = super().from_config(arguments, *args, **kwargs)
        model.is_adapted = config.get("is_adapted", False)
        return model
