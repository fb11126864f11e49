"""Compares the estimators of keras_mlp with scikit-learn's on the tables it ships.

    python scripts/measurements/tabular.py [--repeats N] [--sets NAME ...]

Each repeat is a cross-validation in 5 parts, divided anew, the same for both, with new
initial weights for each. Ours get the tables as they are; scikit-learn's get scaled
ones, by a StandardScaler that is fitted to the training part alone. It prints the table
of docs/guides/scikit-learn.md.
"""

import argparse
import statistics
import time
import warnings

import numpy as np
from sklearn import datasets, neural_network
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import KFold, StratifiedKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from keras_mlp.sklearn import MLPClassifier, MLPRegressor

SETS = {
    "breast_cancer": datasets.load_breast_cancer,
    "wine": datasets.load_wine,
    "diabetes": datasets.load_diabetes,
}
# All that is set; the rest are defaults. It is the rate of hidden units that Srivastava
# et al. recommend, "Dropout", 2014, https://jmlr.org/papers/v15/srivastava14a.html.
SETTINGS = {"dropout": 0.5}


def main() -> None:
    """Prints a line for each set."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=10)
    parser.add_argument("--sets", nargs="+", choices=SETS, default=list(SETS))
    arguments = parser.parse_args()
    print("| set | examples | score | keras_mlp | scikit-learn | difference |")
    print("| --- | --- | --- | --- | --- | --- |")
    for name in arguments.sets:
        started = time.perf_counter()
        ours, theirs = zip(
            *(compare(name, repeat) for repeat in range(arguments.repeats)),
            strict=True,
        )
        print(line(name, np.array(ours), np.array(theirs)), flush=True)
        print(f"<!-- {time.perf_counter() - started:.0f} s -->")


def compare(
    name: str, seed: int, parts: int = 5, **settings: object
) -> tuple[float, float]:
    """Returns our mean score on the parts of a set, and scikit-learn's.

    Args:
        name: One of `SETS`.
        seed: Fixes how the set is divided, and the initial weights.
        parts: How many parts it is divided in.
        **settings: Arguments of our estimator that are to differ from `SETTINGS`.
    """
    features, targets = SETS[name](return_X_y=True)
    settings = {**SETTINGS, **settings, "random_state": seed}
    if name == "diabetes":
        ours = MLPRegressor(**settings)
        theirs = neural_network.MLPRegressor(random_state=seed)
        division = KFold(parts, shuffle=True, random_state=seed)
    else:
        ours = MLPClassifier(**settings)
        theirs = neural_network.MLPClassifier(random_state=seed)
        division = StratifiedKFold(parts, shuffle=True, random_state=seed)
    scaled = make_pipeline(StandardScaler(), theirs)
    with warnings.catch_warnings():
        # Its defaults end before it has converged, and it says so.
        warnings.simplefilter("ignore", ConvergenceWarning)
        scores = [
            cross_val_score(each, features, targets, cv=division).mean()
            for each in (ours, scaled)
        ]
    return scores[0], scores[1]


def line(name: str, ours: np.ndarray, theirs: np.ndarray) -> str:
    """Returns a line of the table: means, and the standard error of the difference."""
    difference = ours - theirs
    error = statistics.stdev(difference) / len(difference) ** 0.5
    score = "R²" if name == "diabetes" else "accuracy"
    return (
        f"| `{name}` | {len(SETS[name]().target)} | {score} | {ours.mean():.4f} "
        f"| {theirs.mean():.4f} | {difference.mean():+.4f} ± {error:.4f} |"
    )


if __name__ == "__main__":
    main()
