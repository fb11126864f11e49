"""Compares the estimators with scikit-learn's on tables with text and gaps.

    python scripts/measurements/data_frames.py DIRECTORY [--tables NAME ...] [--seeds N]

DIRECTORY holds CSV files whose last column is the target. Both are trained at their
defaults, on the same rows, and measured on the 30 % that are left. Ours get the data
frame; scikit-learn's gets a ColumnTransformer: gaps filled, numbers scaled, text
one-hot, and targets that are numbers standardised. Printed are the share of wrong
answers, or the root of the mean squared error, and the standard error of the
difference over the seeds.
"""

import argparse
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.compose import (
    ColumnTransformer,
    TransformedTargetRegressor,
    make_column_selector,
)
from sklearn.exceptions import ConvergenceWarning
from sklearn.impute import SimpleImputer
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier as TheirClassifier
from sklearn.neural_network import MLPRegressor as TheirRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from keras_mlp.sklearn import MLPClassifier, MLPRegressor

# Integers with more different values than this are numbers.
MOST_CLASSES = 30


def main() -> None:
    """Prints a line for each table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--tables", nargs="+")
    parser.add_argument("--seeds", type=int, default=5)
    arguments = parser.parse_args()
    warnings.simplefilter("ignore", ConvergenceWarning)
    print("| table | error | scikit-learn | keras_mlp | difference | seconds |")
    print("| --- | --- | --- | --- | --- | --- |")
    for path in sorted(arguments.directory.glob("*.csv*")):
        name = path.name.partition(".")[0]
        if arguments.tables and name not in arguments.tables:
            continue
        rows = [compare(path, seed) for seed in range(arguments.seeds)]
        print(line(name, is_regression(pd.read_csv(path)), np.array(rows)), flush=True)


def is_regression(table: pd.DataFrame) -> bool:
    """Returns whether the last column is a number, rather than a class."""
    target = table.iloc[:, -1]
    return pd.api.types.is_numeric_dtype(target) and target.nunique() > MOST_CLASSES


def compare(path: Path, seed: int) -> tuple[float, float, float, float]:
    """Returns the errors of theirs and ours, and the seconds of both fits."""
    table = pd.read_csv(path)
    regression = is_regression(table)
    x, y = table.iloc[:, :-1], table.iloc[:, -1]
    parts = train_test_split(
        x, y, test_size=0.3, random_state=seed, stratify=None if regression else y
    )
    if regression:
        theirs = TransformedTargetRegressor(
            make_pipeline(columns(), TheirRegressor(random_state=seed)),
            transformer=StandardScaler(),
        )
        ours = MLPRegressor(random_state=seed)
    else:
        theirs = make_pipeline(columns(), TheirClassifier(random_state=seed))
        ours = MLPClassifier(random_state=seed)
    errors, seconds = zip(
        *(error(model, *parts, regression=regression) for model in (theirs, ours)),
        strict=True,
    )
    return (*errors, *seconds)


def columns() -> ColumnTransformer:
    """Returns what scikit-learn's perceptron needs before it."""
    numbers = make_pipeline(SimpleImputer(), StandardScaler())
    texts = make_pipeline(
        SimpleImputer(strategy="constant", fill_value="missing"),
        OneHotEncoder(handle_unknown="ignore", sparse_output=False),
    )
    return ColumnTransformer(
        [
            ("numbers", numbers, make_column_selector(dtype_include=np.number)),
            ("texts", texts, make_column_selector(dtype_exclude=np.number)),
        ]
    )


def error(
    model: object, x: object, rest: object, y: object, truth: object, regression: bool
) -> tuple[float, float]:
    """Returns the error of a model on other rows, and the seconds of `fit`."""
    started = time.perf_counter()
    model.fit(x, y)
    seconds = time.perf_counter() - started
    answers = model.predict(rest)
    if regression:
        return float(np.sqrt(np.mean(np.square(answers - truth)))), seconds
    return float(np.mean(answers != truth)), seconds


def line(name: str, regression: bool, rows: np.ndarray) -> str:
    """Returns a row of the table."""
    differences = rows[:, 1] - rows[:, 0]
    spread = differences.std(ddof=1) / np.sqrt(len(differences))
    theirs, ours, their_seconds, our_seconds = rows.mean(axis=0)
    measure = "RMSE" if regression else "wrong"
    return (
        f"| {name} | {measure} | {theirs:.4g} | {ours:.4g} | "
        f"{differences.mean():+.3g} ± {spread:.2g} | "
        f"{their_seconds:.1f}, {our_seconds:.1f} |"
    )


if __name__ == "__main__":
    main()
