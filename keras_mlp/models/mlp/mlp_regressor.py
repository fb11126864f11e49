"""A multilayer perceptron for regression, as a subclassed model."""

from collections.abc import Callable, Sequence
from typing import Any

import keras

from keras_mlp.models.mlp.mlp_model import block_options
from keras_mlp.models.regressor_model import RegressorModel
from keras_mlp.serializable import serializable


@serializable
class MLPRegressor(RegressorModel):
    """Multilayer perceptron: hidden layers and one output per predicted number.

    It is a `layers.MLP` with everything around it that a regressor needs. After
    `adapt(x, y)`, the network inside sees standardized inputs and targets. The model
    still takes and returns the units of the data: in training, in prediction, and after
    export.

    The loss is in units of the targets' standard deviation: a mean squared error of 1.0
    is that of always predicting the mean, and all outputs count equally. Metrics are in
    the units of the data.

    Args:
        num_outputs: Positive integer, how many numbers are predicted.
        hidden_units: Sequence of positive integers, the width of each hidden
            layer. An empty one gives a linear model.
        activation: Activation of the hidden layers. Defaults to `"relu"`.
        final_activation: Activation of the outputs, before they are turned to the
            units of the data. Defaults to `None`.
        preprocessing: Keras layer that the inputs go through first; it is saved
            with the model. Defaults to `None`.
        standardize: Whether features and targets are standardised; `adapt` sets by
            what, and turns this on by itself before the model is built. Defaults to
            `False`.
        use_bias: Whether each layer adds a bias. Defaults to `True`.
        use_final_bias: Whether the last layer adds a bias. Defaults to `None`: what
            `use_bias` says.
        kernel_initializer: Initializer of each layer's kernels. Defaults to `None`:
            what `layers.MLP` chooses.
        bias_initializer: Initializer of each layer's bias. Defaults to `None`:
            `"zeros"`.
        kernel_regularizer: Penalty on each layer's kernels. Defaults to `None`.
        bias_regularizer: Penalty on each layer's bias. Defaults to `None`.
        activity_regularizer: Penalty on what each layer's activation returns. Defaults
            to `None`.
        kernel_constraint: Projection of kernels after each update. Defaults to `None`.
        bias_constraint: Projection of biases after each update. Defaults to `None`.
        dropout: Share of its outputs that a hidden layer drops while training, from 0
            up to 1, or a schedule of it. Defaults to `0.0`.
        normalization: Normalization of the hidden layers: `None`, `"batch"`,
            `"layer"`, `"rms"`, a layer or a callable that makes one. Defaults to
            `None`.
        residual: Whether a hidden layer adds its inputs to its outputs: `False`,
            `True` or `"project"`. Defaults to `False`.
        gate: Gate of the hidden layers: `None`, `"glu"`, `"swiglu"` or `"geglu"`.
            Defaults to `None`.
        parametrization: `"standard"` or `"ntk"`, as for `layers.Dense`. Defaults to
            `"standard"`.
        spectral_normalization: Whether kernels are divided by their largest singular
            value. Defaults to `False`.
        seed: Integer that fixes the initial weights and the dropout. Defaults to
            `None`.
        **kwargs: `name`, `dtype` and `trainable`: the arguments of `keras.Model`.

    All options of the hidden layers are those of `layers.MLP`: one value, or a list
    with one for each layer.

    Input shape:
        `(batch_size, ..., features)`.

    Output shape:
        `(batch_size, ..., num_outputs)`. Targets have the same shape; those of a
        single output may leave its axis out.

    Raises:
        ValueError: If a number of units is not a positive integer, or an option is
            none of `layers.MLP`.

    Example:

    ```python
    import keras
    import numpy as np
    import keras_mlp

    random = np.random.default_rng(0)
    metres = random.uniform(1000, 9000, size=(500, 1))
    pascals = 101_325 * (1 - 2.25577e-5 * metres) ** 5.25588

    model = keras_mlp.models.MLPRegressor(1, hidden_units=[32], seed=0)
    model.adapt(metres, pascals)
    model.compile(keras.optimizers.Adam(0.01))
    history = model.fit(metres, pascals, epochs=5, verbose=0).history
    assert history["loss"][-1] < 0.05
    assert model.predict(metres, verbose=0).mean() > 50_000
    ```
    """

    def __init__(
        self,
        num_outputs: int,
        hidden_units: Sequence[int],
        activation: str | Callable | None = "relu",
        final_activation: str | Callable | None = None,
        *,
        preprocessing: keras.layers.Layer | None = None,
        standardize: bool = False,
        use_bias: bool | Sequence[bool] = True,
        use_final_bias: bool | None = None,
        kernel_initializer: Any = None,
        bias_initializer: Any = None,
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        dropout: Any = 0.0,
        normalization: Any = None,
        residual: Any = False,
        gate: Any = None,
        parametrization: str | Sequence[str] = "standard",
        spectral_normalization: bool | Sequence[bool] = False,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            num_outputs,
            hidden_units,
            preprocessing=preprocessing,
            standardize=standardize,
            **block_options(locals()),
            **kwargs,
        )
