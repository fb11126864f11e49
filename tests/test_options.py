"""Options that cannot be right are named, with what was received."""

import keras
import numpy as np
import pytest

import keras_mlp
from keras_mlp import builders, callbacks, data, layers, metrics, models, optimizers

LOSS = keras.losses.MeanSquaredError()
WRONG = [
    (layers.Dense, (3,), {"activation": "rellu"}),
    (layers.Dense, (3,), {"use_bias": "no"}),
    (layers.Dense, (3,), {"kernel_initializer": "nonsense"}),
    (layers.Dense, (3,), {"bias_regularizer": 3}),
    (layers.Dense, (3,), {"kernel_constraint": "nonsense"}),
    (layers.MLP, ([3, 2],), {"final_activation": "rellu"}),
    (layers.MLP, ([3, 2],), {"use_final_bias": "no"}),
    (layers.MLP, ([3, 2],), {"use_bias": [True, "no"]}),
    (layers.MLP, ([3, 2],), {"activation": ["relu", "relu"]}),
    (layers.MLP, ([3, 2],), {"dropout": "0.5"}),
    (layers.MLP, ([3, 2],), {"seed": -1}),
    (layers.MLP, ([3, 2],), {"gate": "relu"}),
    (layers.dense_stack, ([3, 2],), {"seed": "0"}),
    (layers.dense_stack, ([2],), {"activation": "rellu"}),
    (layers.dense_stack, ([2],), {"bias_initializer": np.nan}),
    (models.MLPClassifier, (3,), {"hidden_units": 5}),
    (models.MLPClassifier, (3, [5]), {"class_names": 3}),
    (models.MLPRegressor, (3, [5]), {"standardize": "no"}),
    (models.MLPAutoencoder, ([5],), {"code_activation": "rellu"}),
    (models.MLPAutoencoder, ([5],), {"final_activation": "rellu"}),
    (models.MLPAutoencoder, (), {"hidden_units": None}),
    (models.LinearRegression, (), {"initial_kernel": "5"}),
    (models.ConvAutoencoder, (), {"seed": 1.5}),
    (builders.functional_mlp, (), {"input_shape": 784}),
    (builders.functional_mlp, (), {"num_classes": 0}),
    (builders.sequential_mlp, (), {"input_shape": (0,)}),
    (builders.sequential_conv, (), {"input_shape": (28, 28)}),
    (builders.conv_autoencoder, (), {"composed": "no"}),
    (optimizers.GradientDescent, (), {"learning_rate": np.nan}),
    (optimizers.GradientDescent, (), {"learning_rate": -0.1}),
    (data.noisy_line, (), {"kernel": "3"}),
    (data.noisy_line, (), {"seed": 1.5}),
    (data.load, ("mnist_5k",), {"one_hot": "no"}),
    (data.load, ("mnist_5k",), {"shuffle": "no"}),
    (data.BatchPreprocessing, (), {"flatten": True, "scale": True, "num_classes": 0}),
    (metrics.BatchLoss, (), {"loss": "mse"}),
    (callbacks.StepLosses, (), {"every": 0}),
]


@pytest.mark.parametrize(("function", "arguments", "options"), WRONG)
def test_wrong_options_are_named(function, arguments, options):
    name = list(options)[-1]
    match = rf"Argument `{name}` must .*Received: .*[.)] [A-Z].*\."
    with pytest.raises(ValueError, match=match):
        function(*arguments, **options)


def test_right_options_of_other_types():
    assert layers.Dense(np.int64(3), use_bias=np.True_).use_bias is True
    assert models.LinearRegression(np.float32(2)).initial_kernel == 2
    schedule = keras.optimizers.schedules.ExponentialDecay(0.1, 2, 0.5)
    for rate in (schedule, lambda: 0.1, np.float32(0.1), 0, 0.5):
        optimizers.GradientDescent(learning_rate=rate)
    optimizer = optimizers.GradientDescent(schedule)
    copy = type(optimizer).from_config(optimizer.get_config())
    assert copy.get_config() == optimizer.get_config()
    builders.functional_mlp(input_shape=(None, np.int64(4)))
    assert [layer.units for layer in layers.dense_stack((3, 2))] == [3, 2]
    assert keras_mlp.metrics.BatchLoss(LOSS).loss is LOSS
