"""What the models on the multilayer perceptron share."""

from collections.abc import Sequence
from typing import Any, ClassVar

import keras

from keras_mlp.layers import MLP, Dense
from keras_mlp.layers.mlp_block.mlp_options import OPTIONS
from keras_mlp.models.default_compile import DefaultCompile
from keras_mlp.models.inputs.standardization import Standardization
from keras_mlp.models.inputs.takes_columns import TakesColumns
from keras_mlp.models.inspectable import Inspectable
from keras_mlp.models.model import Model
from keras_mlp.validation import check_switch, check_units


class MLPModel(TakesColumns, DefaultCompile, Inspectable, Model):
    """A `layers.MLP` behind what its inputs need: base of classifier and regressor.

    Inputs go through `preprocessing`, `standardization` and `mlp`; the first two
    need not be there. A `data.TabularPreprocessing` scales by itself.

    Args:
        num_outputs: Width of the last layer.
        hidden_units: Width of each hidden layer.
        preprocessing: A Keras layer, its configuration, or `None`.
        standardize: Whether inputs are standardised.
        name: Name of the model.
        dtype: Dtype or dtype policy of the model and of the block.
        trainable: Whether the weights are trained.
        **options: What `layers.MLP` is given beside its units.
    """

    _block_class: ClassVar[type[MLP]] = MLP
    standardize = False
    standardization: Any = None

    def __init__(
        self,
        num_outputs: int,
        hidden_units: Sequence[int],
        *,
        preprocessing: Any,
        standardize: bool,
        name: str | None = None,
        dtype: Any = None,
        trainable: bool = True,
        **options: Any,
    ) -> None:
        super().__init__(name=name, dtype=dtype, trainable=trainable)
        self.hidden_units = check_units("hidden_units", hidden_units)
        self.preprocessing: Any = checked_preprocessing(preprocessing)
        self.mlp = self._block_class(
            [*self.hidden_units, num_outputs],
            dtype=self.dtype_policy,
            name="mlp",
            **options,
        )
        set_options(self, self.mlp)
        if check_switch("standardize", standardize):
            self._standardize()
        self.supports_masking = True

    @property
    def input_dtype(self) -> str:
        """Dtype that floating-point inputs are cast to.

        That of the weights, also in mixed precision: inputs are standardised before
        they are rounded to half precision, by the layers of the block.
        """
        return self.variable_dtype

    @property
    def dense_layers(self) -> list[Dense]:
        """The layer of each matrix product, the last one included."""
        # Keras saves the weights of these under this name, and those of earlier
        # releases lie there.
        return [layer for layer in self.mlp.layers if layer.name.startswith("dense_")]

    def _make_room(self) -> None:
        """Makes the layers that `adapt` sets, unless they are there."""
        if self.standardize:
            return
        if self.built:
            raise ValueError(
                f"Model '{self.name}' was built without standardisation, and has no "
                "place for it now. Call `adapt` before the model is built, trained or "
                "called, or make the model with `standardize=True`."
            )
        self._standardize()

    def _preprocessed(self, batch: Any) -> Any:
        if self.preprocessing is None:
            return batch
        return keras.ops.convert_to_numpy(self.preprocessing(batch))

    def _standardize(self) -> None:
        self.standardize = True
        if not self.takes_columns:
            self.standardization = self._new_standardization("standardization")

    def _new_standardization(self, name: str) -> Standardization:
        # A year is no number to be rounded to half precision, under any policy.
        dtype = keras.backend.result_type(self.variable_dtype, "float32")
        return Standardization(name=name, dtype=dtype)

    def _steps(self) -> list[keras.layers.Layer]:
        steps = (self.preprocessing, self.standardization, self.mlp)
        return [layer for layer in steps if layer is not None]

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Builds every layer for inputs of this shape."""
        for layer in self._steps():
            if not layer.built:
                layer.build(input_shape)
            input_shape = layer.compute_output_shape(input_shape)

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        """Returns the outputs of the last layer."""
        outputs = inputs
        for layer in self._steps():
            outputs = layer(outputs)
        return outputs

    def compute_output_shape(
        self, input_shape: tuple[int | None, ...]
    ) -> tuple[int | None, ...]:
        """Returns the inputs' shape with the number of outputs as its last axis."""
        for layer in self._steps():
            input_shape = layer.compute_output_shape(input_shape)
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments that make this model again, and names of columns."""
        names = getattr(self, "_column_names", None)
        return {
            **super().get_config(),
            **options_config(self.mlp),
            "hidden_units": list(self.hidden_units),
            "preprocessing": keras.saving.serialize_keras_object(self.preprocessing),
            "standardize": self.standardize,
            # Learnt from data, and no argument: where there are any.
            **({} if names is None else {"column_names": list(names[0])}),
        }

    @classmethod
    def from_config(cls, config: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """Returns the model of a configuration, which knows its columns."""
        names = config.get("column_names")
        arguments = {name: config[name] for name in config if name != "column_names"}
        model = super().from_config(arguments, *args, **kwargs)
        if names is not None:
            model._column_names = (tuple(names),)
        return model


def block_options(arguments: dict[str, Any]) -> dict[str, Any]:
    """Returns those arguments of a model that are options of its block.

    Args:
        arguments: All its arguments, by name.
    """
    names = (*OPTIONS, "final_activation", "use_final_bias", "seed")
    return {name: arguments[name] for name in names}


def options_config(block: MLP) -> dict[str, Any]:
    """Returns the options of a block, as the configuration of a model has them."""
    # These a model has of its own, or in another form.
    others = {"name", "dtype", "trainable", "units", "shared_key"}
    return {
        name: value for name, value in block.get_config().items() if name not in others
    }


def set_options(model: keras.Model, block: MLP) -> None:
    """Makes the options of a block attributes of the model: as in Keras, arguments are.

    Except for `activity_regularizer`, which Keras would apply to the outputs too.
    """
    for name in options_config(block).keys() - {"activity_regularizer"}:
        setattr(model, name, getattr(block, name))


def checked_preprocessing(preprocessing: Any) -> keras.layers.Layer | None:
    """Returns the layer that inputs go through first, if there is one.

    Args:
        preprocessing: A Keras layer, its configuration, or `None`.

    Raises:
        ValueError: If it is none of these.
    """
    if isinstance(preprocessing, dict):
        preprocessing = keras.saving.deserialize_keras_object(preprocessing)
    if preprocessing is None or isinstance(preprocessing, keras.layers.Layer):
        return preprocessing
    raise ValueError(
        "Argument `preprocessing` must be a Keras layer, which can be saved with the "
        f"model, or None. Received: preprocessing={preprocessing!r}. Functions can be "
        "made layers by subclassing keras.layers.Layer."
    )
