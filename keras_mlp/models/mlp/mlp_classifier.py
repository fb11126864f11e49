"""A multilayer perceptron for classification, as a subclassed model."""

from collections.abc import Callable, Sequence
from typing import Any

import keras

from keras_mlp.models.classifier_model import ClassifierModel
from keras_mlp.models.mlp.mlp_model import block_options
from keras_mlp.serializable import serializable


@serializable
class MLPClassifier(ClassifierModel):
    """Multilayer perceptron: hidden layers and one output per class.

    It is a `layers.MLP` with everything around it that a classifier needs. The outputs
    are logits. `predict_proba` converts them to probabilities, and `predict_classes` to
    answers. `compile()` without a loss chooses the cross-entropy that fits the outputs,
    and accuracy.

    Args:
        num_classes: Positive integer, the number of outputs. With `1` there are two
            classes, and the output is the logit of the second.
        hidden_units: Sequence of positive integers, the width of each hidden
            layer. An empty one gives a linear model.
        activation: Activation of the hidden layers. Defaults to `"relu"`.
        final_activation: Activation of the outputs. Defaults to `None`: the
            outputs are logits.
        preprocessing: Keras layer that the inputs go through first, such as
            `data.ImagePreprocessing()`; it is saved with the model. Defaults to
            `None`.
        class_names: Name of each class, saved with the model; `predict_classes`
            then answers with names, and targets may be names. Defaults to `None`.
        standardize: Whether features are standardised; `adapt` sets by what, and
            turns this on by itself before the model is built. Defaults to `False`.
        label_smoothing: Share of each target that the loss which `compile()` picks
            spreads over all classes, from 0 up to 1. Defaults to `0.0`.
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
        `(batch_size, ..., num_classes)`.

    Raises:
        ValueError: If a number of units is not a positive integer, `class_names`
            does not name each class, `label_smoothing` is out of range, or an option
            is none of `layers.MLP`.

    Example:

    ```python
    import keras_mlp

    model = keras_mlp.models.MLPClassifier(10, hidden_units=[256, 128], seed=0)
    model.compile()
    history = model.fit(keras_mlp.data.load("mnist_5k"), epochs=1, verbose=0)
    assert history.history["accuracy"][0] > 0.5
    assert model.count_params() == 235_146

    test = keras_mlp.data.load("mnist_5k", "test")
    images, labels = next(test.as_numpy_iterator())
    assert model.predict_proba(images, verbose=0).shape == (32, 10)
    assert (model.predict_classes(images, verbose=0) == labels).mean() > 0.5
    ```
    """

    def __init__(
        self,
        num_classes: int,
        hidden_units: Sequence[int],
        activation: str | Callable | None = "relu",
        final_activation: str | Callable | None = None,
        *,
        preprocessing: keras.layers.Layer | None = None,
        class_names: Sequence[str] | None = None,
        standardize: bool = False,
        label_smoothing: float = 0.0,
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
            num_classes,
            hidden_units,
            class_names=class_names,
            label_smoothing=label_smoothing,
            preprocessing=preprocessing,
            standardize=standardize,
            **block_options(locals()),
            **kwargs,
        )
