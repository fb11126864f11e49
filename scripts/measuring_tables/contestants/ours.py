"""The estimators of this package, at their defaults."""

from typing import Any


def perceptron(regression: bool, seed: int, threads: int) -> Any:
    """The plain one."""
    return _estimator("MLP", regression, seed)


def realmlp(regression: bool, seed: int, threads: int) -> Any:
    """RealMLP-TD."""
    return _estimator("RealMLP", regression, seed)


def realmlp_simple(regression: bool, seed: int, threads: int) -> Any:
    """RealMLP-TD-S."""
    return _estimator("RealMLP", regression, seed, variant="td-s")


def tabm(regression: bool, seed: int, threads: int) -> Any:
    """TabM, at the sizes that are sensible on a CPU."""
    return _estimator("TabM", regression, seed)


def tabm_mini(regression: bool, seed: int, threads: int) -> Any:
    """TabM-mini, at the same sizes."""
    return _estimator("TabM", regression, seed, variant="mini")


def _estimator(kind: str, regression: bool, seed: int, **options: Any) -> Any:
    from keras_mlp import sklearn

    name = kind + ("Regressor" if regression else "Classifier")
    return getattr(sklearn, name)(random_state=seed, **options)
