"""scikit-learn's perceptron, with all that it needs around it."""

from typing import Any

from sklearn.compose import (
    ColumnTransformer,
    TransformedTargetRegressor,
    make_column_selector,
)
from sklearn.impute import SimpleImputer
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler


def perceptron(regression: bool, seed: int, threads: int) -> Any:
    """Scaled numbers and one-hot categories; numbers to predict are scaled, too."""
    columns = ColumnTransformer(
        [
            (
                "numbers",
                make_pipeline(SimpleImputer(strategy="median"), StandardScaler()),
                make_column_selector(dtype_include="number"),
            ),
            (
                "categories",
                OneHotEncoder(handle_unknown="ignore"),
                make_column_selector(dtype_include="category"),
            ),
        ]
    )
    if not regression:
        return make_pipeline(columns, MLPClassifier(random_state=seed))
    return TransformedTargetRegressor(
        make_pipeline(columns, MLPRegressor(random_state=seed)),
        transformer=StandardScaler(),
    )
