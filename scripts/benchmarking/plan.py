"""Who is measured, and at what."""

import dataclasses

from benchmarking.workload import Workload

OURS = "keras_mlp fit, data.load"
OURS_ONCE = "keras_mlp, one epoch a call, data.load"
OURS_ARRAYS_ONCE = "keras_mlp, one epoch a call, arrays"
OURS_DATASET_ONCE = "keras_mlp, one epoch a call, tf.data"
OURS_THRICE = "keras_mlp, three epochs a call, data.load"
OURS_ARRAYS_THRICE = "keras_mlp, three epochs a call, arrays"
OURS_DATASET_THRICE = "keras_mlp, three epochs a call, tf.data"
OURS_BFLOAT16 = "keras_mlp fit, data.load, mixed_bfloat16"
STOCK = "Keras fit, tf.data"
STOCK_ONCE = "Keras, one epoch a call, tf.data"
STOCK_BEST = "Keras fit, best setting"
STOCK_BEST_ONCE = "Keras, one epoch a call, best setting"
TAPE = "GradientTape loop, eager"
TORCH = "PyTorch, eager"
TORCH_COMPILED = "PyTorch, torch.compile"
JAX = "JAX, lax.scan"
SCIKIT_LEARN = "scikit-learn MLP"
PRODUCTS = "matrix products alone, NumPy"
LARGE_NUMPY = "one 4096 x 4096 product, NumPy"
LARGE_TENSORFLOW = "one 4096 x 4096 product, TensorFlow"
PREDICT, STOCK_PREDICT = "keras_mlp predict", "Keras predict"
CALL, STOCK_CALL = "keras_mlp model(x)", "Keras model(x)"
ESTIMATOR, ITS_ESTIMATOR = "keras_mlp.sklearn", "scikit-learn"

# The module in `contestants` and its function; and how many epochs a call of `fit` has,
# where it is not a single long call.
CONTESTANTS: dict[str, tuple] = {
    OURS: ("ours", "fit_load"),
    OURS_ONCE: ("ours", "fit_load", 1),
    OURS_ARRAYS_ONCE: ("ours", "fit_arrays", 1),
    OURS_DATASET_ONCE: ("ours", "fit_dataset", 1),
    OURS_THRICE: ("ours", "fit_load", 3),
    OURS_ARRAYS_THRICE: ("ours", "fit_arrays", 3),
    OURS_DATASET_THRICE: ("ours", "fit_dataset", 3),
    OURS_BFLOAT16: ("ours", "fit_bfloat16"),
    STOCK: ("stock_keras", "fit_dataset"),
    STOCK_ONCE: ("stock_keras", "fit_dataset", 1),
    STOCK_BEST: ("stock_keras", "fit_best_setting"),
    STOCK_BEST_ONCE: ("stock_keras", "fit_best_setting", 1),
    TAPE: ("gradient_tape", "train"),
    TORCH: ("pytorch", "train_eager"),
    TORCH_COMPILED: ("pytorch", "train_compiled"),
    JAX: ("jax_scan", "train"),
    SCIKIT_LEARN: ("scikit_learn", "train"),
    PRODUCTS: ("matrix_products", "train"),
    LARGE_NUMPY: ("matrix_products", "large_numpy"),
    LARGE_TENSORFLOW: ("matrix_products", "large_tensorflow"),
    PREDICT: ("ours", "predict"),
    STOCK_PREDICT: ("stock_keras", "predict"),
    CALL: ("ours", "call"),
    STOCK_CALL: ("stock_keras", "call"),
    ESTIMATOR: ("ours", "fit_estimator"),
    ITS_ESTIMATOR: ("scikit_learn", "fit_estimator"),
}
# Their times are not those of an epoch.
LARGE = (LARGE_NUMPY, LARGE_TENSORFLOW)

_ONCE = (OURS_ONCE, OURS_ARRAYS_ONCE, OURS_DATASET_ONCE, STOCK_ONCE, STOCK_BEST_ONCE)
_THRICE = (OURS_THRICE, OURS_ARRAYS_THRICE, OURS_DATASET_THRICE)
_OTHERS = (TORCH, JAX)
_FEW = (OURS, STOCK, *_OTHERS, PRODUCTS)
_MORE = (OURS, STOCK, STOCK_BEST, *_OTHERS, PRODUCTS)
_PREDICTION = (PREDICT, STOCK_PREDICT)

# What the ratios of `ratios` are about.
N1 = Workload("N1", 128, 60000)
N1_SMALL = Workload("N1", 32, 15000)
N8 = Workload("N8", 128, 30000)
DEEP = Workload("4x1024", 1024, 8192)
WIDE = Workload("2x4096", 1024, 3072)
PREDICTION = Workload("N1", 32, 10000, "predict")
LATENCY = Workload("N1", 1, 1, "latency")
LATENCY_64 = Workload("N1", 64, 64, "latency")
BREAST_CANCER = Workload("breast_cancer", 200, 569, "estimator")
DIGITS = Workload("digits", 200, 1797, "estimator")

Plan = dict[Workload, tuple[str, ...]]

# A quarter of an hour on two cores.
DEFAULT: Plan = {
    N1: (*_ONCE, *_THRICE, OURS, *_OTHERS, PRODUCTS),
    N1_SMALL: (OURS, OURS_ONCE, *_OTHERS),
    N8: (OURS, OURS_ONCE, *_OTHERS),
    WIDE: (OURS, OURS_BFLOAT16, STOCK),
    PREDICTION: _PREDICTION,
    LATENCY: (*_PREDICTION, CALL, STOCK_CALL),
    LATENCY_64: _PREDICTION,
    BREAST_CANCER: (ESTIMATOR, ITS_ESTIMATOR),
    DIGITS: (ESTIMATOR, ITS_ESTIMATOR),
}
# Large networks see few images, so that a turn takes a few seconds at most.
FULL: Plan = DEFAULT | {
    N1: (*DEFAULT[N1], STOCK, STOCK_BEST, TAPE, TORCH_COMPILED, SCIKIT_LEARN),
    N1_SMALL: (*DEFAULT[N1_SMALL], STOCK, STOCK_BEST, PRODUCTS),
    Workload("N1", 1024, 60000): _MORE,
    N8: (*DEFAULT[N8], STOCK, STOCK_BEST, PRODUCTS),
    Workload("N8", 32, 10000): _FEW,
    Workload("N8", 1024, 30000): _FEW,
    Workload("4x1024", 32, 1024): _FEW,
    Workload("4x1024", 128, 4096): _FEW,
    DEEP: (*_MORE, *LARGE),
    Workload("2x4096", 32, 256): _FEW,
    Workload("2x4096", 128, 1024): _FEW,
    WIDE: (*_FEW, OURS_BFLOAT16),
}


def make_plan(full: bool, most_examples: int | None) -> Plan:
    """Returns the contestants of each workload.

    Args:
        full: Whether to measure what takes hours, too.
        most_examples: Images that no workload exceeds, `None` for no limit.
    """
    return {
        dataclasses.replace(
            workload,
            examples=min(workload.examples, most_examples or workload.examples),
        ): names
        for workload, names in (FULL if full else DEFAULT).items()
    }
