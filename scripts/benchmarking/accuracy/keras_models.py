"""Ours and stock Keras: the same layers, each in the way that is best for it."""

from types import ModuleType
from typing import Any

import keras

from benchmarking.accuracy.clock import Clock
from benchmarking.accuracy.settings import Setting


def train_ours(setting: Setting, clock: Clock) -> None:
    """Trains as our models do by themselves."""
    import keras_mlp

    _train(keras_mlp, setting, clock)


def train_stock(setting: Setting, clock: Clock) -> None:
    """Trains with many steps in a program, of XLA's where nothing is drawn for inputs.

    With noise, XLA took 84 s for an epoch of `mnist-best` in place of 17: it draws
    normal numbers slowly.
    """
    options = {"steps_per_execution": 64, "jit_compile": not setting.noise}
    _train(keras, setting, clock, **options)


class _Epochs(keras.callbacks.Callback):
    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock

    def on_train_begin(self, logs: Any = None) -> None:
        self._clock.start()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        def classify(images: Any) -> Any:
            return self.model.predict(images, batch_size=1000, verbose=0)

        self.model.stop_training = self._clock.ends_epoch(classify)


def _train(library: ModuleType, setting: Setting, clock: Clock, **options: Any) -> None:
    images, labels = clock.images()
    keras.utils.set_random_seed(clock.seed)
    steps = setting.epochs * -(-len(images) // setting.batch_size)
    model = library.Sequential([keras.Input(images.shape[1:]), *_layers(setting)])
    model.compile(
        keras.optimizers.Adam(
            keras.optimizers.schedules.CosineDecay(setting.learning_rate, steps)
        ),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        **options,
    )
    model.fit(
        images,
        labels,
        batch_size=setting.batch_size,
        epochs=setting.epochs,
        verbose=0,
        callbacks=[_Epochs(clock)],
    )


def _layers(setting: Setting) -> list[keras.layers.Layer]:
    layers: list[keras.layers.Layer] = []
    if setting.noise:
        layers.append(keras.layers.GaussianNoise(setting.noise))
    for units in setting.hidden_units:
        layers.append(keras.layers.Dense(units, kernel_initializer="he_normal"))
        if setting.normalize:
            layers.append(keras.layers.BatchNormalization())
        if setting.noise:
            layers.append(keras.layers.GaussianNoise(setting.noise))
        layers.append(keras.layers.ReLU())
        if setting.dropout:
            layers.append(keras.layers.Dropout(setting.dropout))
    return [*layers, keras.layers.Dense(10)]
