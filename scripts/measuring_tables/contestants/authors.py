"""RealMLP and TabM in PyTorch, by pytabkit: their authors' own, and a wrapper."""

import time
from collections.abc import Iterator
from typing import Any

from sklearn.compose import ColumnTransformer, make_column_selector
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline

# A fit of TabM begins no epoch after as many of two cores: it stops by itself when 16
# epochs brought nothing, which would be long on a CPU.
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
    return _timed_tabm(regression, seed, threads, **SMALL)


def tabm_paper(regression: bool, seed: int, threads: int) -> Any:
    """TabM as its authors have it: 32 networks of width 512."""
    return _timed_tabm(regression, seed, threads)


def _timed_tabm(regression: bool, seed: int, threads: int, **options: Any) -> Any:
    """Returns TabM that begins no epoch after `TABM_SECONDS` of two cores.

    The time of its threads is counted, so other work on the machine changes nothing.
    Nothing but the number of epochs can be told to it. It counts them by a `range` that
    its module finds here, and not among Python's own.
    """
    from pytabkit.models.alg_interfaces import tabm_interface

    def timed_range(*bounds: int) -> Iterator[int]:
        begin = time.process_time()
        for number in range(*bounds):
            if time.process_time() - begin > 2 * TABM_SECONDS:
                return
            yield number

    tabm_interface.range = timed_range
    return _after_imputing(_make("TabM_D", regression, seed, threads, **options))


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
