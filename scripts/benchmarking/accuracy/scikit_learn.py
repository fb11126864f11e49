"""scikit-learn: no dropout, noise or normalization, and a constant rate for Adam."""

from sklearn.neural_network import MLPClassifier

from benchmarking.accuracy.clock import Clock
from benchmarking.accuracy.settings import Setting


def train(setting: Setting, clock: Clock) -> None:
    """Trains, an epoch for each call of `partial_fit`."""
    images, labels = clock.images()
    model = MLPClassifier(
        setting.hidden_units, batch_size=setting.batch_size, random_state=clock.seed
    )
    clock.start()
    for _ in range(setting.epochs):
        model.partial_fit(images, labels, classes=range(10))
        if clock.ends_epoch(model.predict_proba):
            break
