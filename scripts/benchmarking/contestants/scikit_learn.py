"""scikit-learn: an epoch is a call of `partial_fit`; and its `fit` on small tables."""

import warnings

from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from benchmarking import examples
from benchmarking.turns import Turns
from benchmarking.workload import LEARNING_RATE, Workload


def train(workload: Workload, turns: Turns) -> None:
    """Trains; what has a squared error, which its classifier has not, by regression."""
    x, y = examples.arrays(workload)
    estimator = MLPRegressor if workload.squared_error else MLPClassifier
    # The regressor's loss is half of a sum over outputs, where ours is their mean.
    scale = 2 / workload.widths[-1] if workload.squared_error else 1
    turns.note = estimator.__name__
    model = estimator(
        hidden_layer_sizes=workload.widths[1:-1],
        solver="sgd",
        alpha=0,
        batch_size=workload.batch_size,
        learning_rate_init=LEARNING_RATE * scale,
        momentum=0,
        shuffle=False,
        random_state=0,
    )
    options = {} if workload.squared_error else {"classes": range(workload.widths[-1])}
    warnings.simplefilter("ignore")
    while turns.begin():
        model.partial_fit(x, y, **options)
        turns.end()


def fit_estimator(workload: Workload, turns: Turns) -> None:
    """Trains for 200 epochs, however little the loss falls."""
    x, y = examples.table(workload)
    warnings.simplefilter("ignore")
    while turns.begin():
        # Its defaults, but for the standard features, which ours makes by itself.
        model = MLPClassifier(random_state=0, n_iter_no_change=1000)
        make_pipeline(StandardScaler(), model).fit(x, y)
        turns.end()
