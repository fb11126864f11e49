"""What the TabM models of classes and of numbers share."""

from collections.abc import Sequence
from typing import Any, ClassVar

import keras
import tensorflow as tf
from keras import ops

from keras_mlp.layers import MLP
from keras_mlp.models.mlp.mlp_model import MLPModel
from keras_mlp.models.tabm import published as defaults
from keras_mlp.models.tabm.feature_sizes import feature_sizes
from keras_mlp.models.tabm.members import keep_members, members_of
from keras_mlp.models.tabm.tabm_block import TabMBlock
from keras_mlp.models.tabm.tabm_inputs import TabMInputs
from keras_mlp.models.tabular.encoded_rows import learnt_rows
from keras_mlp.models.tabular.published_fit import not_adapted, with_default
from keras_mlp.training.checking.columns import learn_columns
from keras_mlp.training.feeding.arrays import count_examples

# Options of `layers.MLP` that TabM decides on.
_DECIDED = ("kernel_initializer", "bias_initializer", "final_activation")


class TabMModel(MLPModel):
    """An ensemble in one network, behind scaling and embeddings of numbers.

    Args:
        num_outputs: Width of the last layer.
        hidden_units: Width of each hidden layer.
        variant: `"tabm"` or `"mini"`.
        ensemble_size: Number of networks.
        scaling: How numbers are scaled.
        embedding: Embedding of numbers, its configuration, or `None`.
        preprocessing: A `data.TabularPreprocessing`, another layer, or `None`.
        standardize: Has no effect: it is adapted in any case.
        **options: The other arguments of `MLPModel`.
    """

    _block_class: ClassVar[type[MLP]] = TabMBlock

    def __init__(
        self,
        num_outputs: int,
        hidden_units: Sequence[int],
        *,
        variant: str,
        ensemble_size: int,
        scaling: str,
        embedding: Any,
        preprocessing: Any,
        standardize: bool = False,
        **options: Any,
    ) -> None:
        for name in _DECIDED:
            if options.pop(name, None) is not None:
                raise ValueError(
                    f"Argument `{name}` is none of a TabM model's, which decides on "
                    "it. Received: a value for it. Leave it out, or build a network "
                    "with `layers.EnsembleDense`."
                )
        super().__init__(
            num_outputs,
            hidden_units,
            preprocessing=preprocessing,
            standardize=False,
            ensemble=ensemble_size,
            variant=variant,
            input_scaling="random_signs" if embedding is None else "normal",
            **options,
        )
        self.ensemble_size = self.mlp.ensemble
        dtype = keras.backend.result_type(self.variable_dtype, "float32")
        self.table_inputs = TabMInputs(scaling, embedding, name="inputs", dtype=dtype)
        # Whether columns are scaled and embedded by data.
        self.is_adapted = False
        self._only_shapes = False

    def _steps(self) -> list[keras.layers.Layer]:
        steps = (self.preprocessing, self.table_inputs, self.mlp)
        return [layer for layer in steps if layer is not None]

    def _adapt_inputs(self, data: Any) -> None:
        """Learns the columns, and how numbers are scaled and embedded."""
        rows = learnt_rows(self, data, defaults.preprocessing)
        if self.takes_columns:
            self.table_inputs.know(self.preprocessing)
        self.table_inputs.adapt(rows)
        if not self.takes_columns:
            learn_columns(self, data)
        self.is_adapted = True

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Builds every layer for inputs of this shape."""
        shape: Any = input_shape
        if self.preprocessing is not None:
            shape = self.preprocessing.compute_output_shape(input_shape)
        if len(shape) != 2:
            raise ValueError(
                f"Model '{self.name}' takes rows of numbers, or columns by name. "
                f"Received: inputs of shape {tuple(input_shape)}. Flatten them, such "
                "as by `x.reshape(len(x), -1)`."
            )
        columns = self.preprocessing if self.takes_columns else None
        if columns is not None:
            self.table_inputs.know(columns)
        width = self.table_inputs.number_width
        self.mlp.feature_sizes = feature_sizes(columns, shape[-1], width)
        super().build(input_shape)

    def _members(self, inputs: Any, training: bool | None) -> Any:
        """Returns the outputs of each network, `[batch, networks, outputs]`."""
        return MLPModel.call(self, inputs, training=training)

    def compute_output_shape(
        self, input_shape: tuple[int | None, ...]
    ) -> tuple[int | None, ...]:
        """Returns the shape of the mean of the networks' outputs."""
        batch, _, outputs = super().compute_output_shape(input_shape)
        return (batch, outputs)

    def _symbolic_build(self, *args: Any, **kwargs: Any) -> None:
        # Keras computes the loss of outputs that it knows the shape of, and nothing
        # else: it is to make the metrics' and the optimizer's variables.
        self._only_shapes = True
        try:
            super()._symbolic_build(*args, **kwargs)
        finally:
            self._only_shapes = False

    def _mean_loss(
        self, x: Any, y: Any, y_pred: Any, sample_weight: Any, training: bool
    ) -> Any:
        """Returns the mean of the losses of the networks, not the loss of their mean.

        Each is to be good by itself: trained together, they would stop to differ.
        """
        count = self.ensemble_size
        if self._only_shapes:
            keep_members(y_pred, ops.repeat(y_pred[:, None], count, axis=1))
        members = members_of(self.name, y_pred)
        members = ops.reshape(members, (-1, members.shape[-1]))
        y, sample_weight = (
            None if part is None else ops.repeat(part, count, axis=0)
            for part in (y, sample_weight)
        )
        return super().compute_loss(x, y, members, sample_weight, training=training)

    def default_optimizer(
        self, learning_rate: float | None = None
    ) -> keras.optimizers.Optimizer:
        """Returns AdamW with the published rates.

        Args:
            learning_rate: Another learning rate. Defaults to the published one.
        """
        return defaults.optimizer(learning_rate)

    def early_stopping(self) -> keras.callbacks.Callback:
        """Returns the callback that `fit` ends by: it keeps the best weights."""
        raise NotImplementedError

    def fit(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        epochs: int | None = None,
        verbose: Any = "auto",
        callbacks: Any = None,
        validation_split: float = 0.0,
        validation_data: Any = None,
        *args: Any,
        **kwargs: Any,
    ) -> Any:
        """Trains the model as published.

        Arguments and result are those of `keras.Model.fit`, with these differences:
        batches of arrays and tables have 256 rows by default; and with validation data,
        training ends when more than 16 epochs in a row were no better, with the weights
        of the best one, unless there is an `EarlyStopping` among `callbacks`.

        Raises:
            ValueError: If `adapt` was not called, or neither `epochs` nor validation
                data say when to end.
        """
        if not self.is_adapted and self.table_inputs.scaling != "none":
            raise not_adapted(self)
        is_validated = validation_data is not None or bool(validation_split)
        if epochs is None and not is_validated:
            raise ValueError(
                "Argument `epochs` must say how long to train where no validation data "
                "do. Received: epochs=None. Pass epochs=50, for example, or "
                "`validation_split=0.2`."
            )
        x, y = self.prepare_data(x, y)
        if count_examples(x) is not None:
            batch_size = batch_size or defaults.BATCH_SIZE
        if is_validated:
            callbacks = with_default(
                callbacks, keras.callbacks.EarlyStopping, self.early_stopping
            )
            if not isinstance(validation_data, tf.data.Dataset):
                kwargs.setdefault(
                    "validation_batch_size", defaults.VALIDATION_BATCH_SIZE
                )
        return super().fit(
            x,
            y,
            batch_size,
            defaults.MOST_EPOCHS if epochs is None else epochs,
            verbose,
            callbacks,
            validation_split,
            validation_data,
            *args,
            **kwargs,
        )

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments that make this model again, and what it learnt."""
        config = super().get_config()
        for name in (*_DECIDED, "ensemble", "input_scaling", "standardize"):
            del config[name]
        inputs = self.table_inputs.get_config()
        learnt = ("places", "quantiles")
        return {
            **config,
            "ensemble_size": self.ensemble_size,
            "scaling": inputs["scaling"],
            "embedding": inputs["embedding"],
            "learnt": {
                **{name: inputs[name] for name in learnt},
                "is_adapted": self.is_adapted,
            },
        }

    @classmethod
    def from_config(cls, config: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """Returns the model of a configuration, with what it learnt."""
        arguments = {name: config[name] for name in config if name != "learnt"}
        model = super().from_config(arguments, *args, **kwargs)
        learnt = config.get("learnt")
        if learnt is not None:
            model.is_adapted = learnt["is_adapted"]
            model.table_inputs.places = learnt["places"]
            if learnt["quantiles"] is not None:
                model.table_inputs.transform.quantiles = learnt["quantiles"]
        return model
