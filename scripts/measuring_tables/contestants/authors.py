"""RealMLP and TabM in PyTorch, by pytabkit: their authors' own, and a wrapper."""

import time
from typing import Any

import pandas as pd
from sklearn.base import BaseEstimator
from sklearn.compose import ColumnTransformer, make_column_selector
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline

# A fit of TabM makes as many epochs as there is time for: it stops by itself when 16 of
# them brought nothing, which a CPU may not live to see.
TABM_SECONDS = 60
# What keras_mlp's TabM has by default. The paper's take eight times as long.
SMALL = {"tabm_k": 16, "d_block": 256}


def realmlp_td(regression: bool, seed: int, threads: int) -> Any:
    """RealMLP-TD."""
    return _after_imputing(_make("RealMLP_TD", regression, seed, threads))


def realmlp_td_s(regression: bool, seed: int, threads: int) -> Any:
    """RealMLP-TD-S."""
    return _after_imputing(_make("RealMLP_TD_S", regression, seed, threads))


def tabm(regression: bool, seed: int, threads: int) -> Any:
    """TabM, 16 networks of width 256."""
    return _after_imputing(_TimedTabM(regression, seed, threads, SMALL))


def tabm_paper(regression: bool, seed: int, threads: int) -> Any:
    """TabM as its authors have it: 32 networks of width 512."""
    return _after_imputing(_TimedTabM(regression, seed, threads, {}))


class _TimedTabM(BaseEstimator):
    """TabM that makes as many epochs as fit into `TABM_SECONDS`, at most.

    How long an epoch takes is found out by a fit of one.
    """

    def __init__(
        self, regression: bool, seed: int, threads: int, options: dict[str, Any]
    ) -> None:
        self.regression = regression
        self.seed = seed
        self.threads = threads
        self.options = options

    def fit(self, columns: pd.DataFrame, targets: Any) -> "_TimedTabM":
        begin = time.perf_counter()
        self._make(1).fit(columns, targets)
        first = time.perf_counter() - begin
        self.network_ = self._make(max(1, int(TABM_SECONDS / first)))
        self.network_.fit(columns, targets)
        return self

    def predict(self, columns: pd.DataFrame) -> Any:
        return self.network_.predict(columns)

    def _make(self, epochs: int) -> Any:
        return _make(
            "TabM_D",
            self.regression,
            self.seed,
            self.threads,
            n_epochs=epochs,
            **self.options,
        )


def _make(name: str, regression: bool, seed: int, threads: int, **options: Any) -> Any:
    import pytabkit

    kind = getattr(pytabkit, name + ("_Regressor" if regression else "_Classifier"))
    return kind(device="cpu", random_state=seed, n_threads=threads, **options)


def _after_imputing(network: Any) -> Any:
    """Returns the network after medians where numbers are missing: it takes none."""
    columns = ColumnTransformer(
        [
            (
                "numbers",
                SimpleImputer(strategy="median"),
                make_column_selector(dtype_include="number"),
            )
        ],
        remainder="passthrough",
        verbose_feature_names_out=False,
    )
    return make_pipeline(columns.set_output(transform="pandas"), network)
