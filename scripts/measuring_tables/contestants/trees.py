"""Boosted trees, at their defaults."""

from typing import Any

import pandas as pd


def xgboost(regression: bool, seed: int, threads: int) -> Any:
    """XGBoost, which splits categories itself."""
    from xgboost import XGBClassifier, XGBRegressor

    kind = XGBRegressor if regression else XGBClassifier
    return kind(enable_categorical=True, random_state=seed, n_jobs=threads)


def lightgbm(regression: bool, seed: int, threads: int) -> Any:
    """LightGBM, which splits categories itself."""
    from lightgbm import LGBMClassifier, LGBMRegressor

    kind = LGBMRegressor if regression else LGBMClassifier
    return kind(random_state=seed, n_jobs=threads, verbosity=-1)


def catboost(regression: bool, seed: int, threads: int) -> Any:
    """CatBoost, which is told of the categories."""
    from catboost import CatBoostClassifier, CatBoostRegressor

    kind = CatBoostRegressor if regression else CatBoostClassifier
    return _CatBoost(
        kind(
            random_seed=seed,
            thread_count=threads,
            verbose=False,
            allow_writing_files=False,
        )
    )


class _CatBoost:
    """CatBoost takes categories as text only, missing ones too."""

    def __init__(self, trees: Any) -> None:
        self._trees = trees

    def fit(self, columns: pd.DataFrame, targets: Any) -> "_CatBoost":
        categories = list(columns.select_dtypes("category"))
        self._trees.fit(_as_text(columns), targets, cat_features=categories)
        return self

    def predict(self, columns: pd.DataFrame) -> Any:
        return self._trees.predict(_as_text(columns))


def _as_text(columns: pd.DataFrame) -> pd.DataFrame:
    columns = columns.copy()
    for name in columns.select_dtypes("category"):
        columns[name] = columns[name].astype(object).fillna("missing").astype(str)
    return columns
