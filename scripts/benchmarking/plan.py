"""Who is measured, and at what."""

import dataclasses

from benchmarking.workload import Workload

OURS = "keras_mlp fit, data.load"
OURS_ARRAYS = "keras_mlp fit, arrays"
OURS_BFLOAT16 = "keras_mlp fit, data.load, mixed_bfloat16"
STOCK = "Keras fit, tf.data"
STOCK_ARRAYS = "Keras fit, arrays"
STOCK_BEST = "Keras fit, best setting"
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

# The module in `contestants` and its function.
CONTESTANTS = {
    OURS: ("ours", "fit_load"),
    OURS_ARRAYS: ("ours", "fit_arrays"),
    OURS_BFLOAT16: ("ours", "fit_bfloat16"),
    STOCK: ("stock_keras", "fit_dataset"),
    STOCK_ARRAYS: ("stock_keras", "fit_arrays"),
    STOCK_BEST: ("stock_keras", "fit_best_setting"),
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
}
# Their times are not those of an epoch.
LARGE = (LARGE_NUMPY, LARGE_TENSORFLOW)

_FEW = (OURS, STOCK, TORCH, JAX, PRODUCTS)
_MORE = (OURS, STOCK, STOCK_BEST, TORCH, JAX, PRODUCTS)
_ALL = (
    OURS,
    OURS_ARRAYS,
    STOCK,
    STOCK_ARRAYS,
    STOCK_BEST,
    TAPE,
    TORCH,
    TORCH_COMPILED,
    JAX,
    SCIKIT_LEARN,
    PRODUCTS,
)

# What the ratios of `ratios` are about.
N1 = Workload("N1", 128, 60000)
DEEP = Workload("4x1024", 1024, 8192)
WIDE = Workload("2x4096", 1024, 3072)
PREDICTION = Workload("N1", 32, 10000, "predict")
LATENCY = Workload("N1", 1, 1, "latency")

# Large networks see few images, so that a turn takes a few seconds at most.
FULL = {
    N1: _ALL,
    Workload("N1", 32, 15000): _MORE,
    Workload("N1", 1024, 60000): _MORE,
    Workload("N8", 128, 30000): _MORE,
    Workload("N8", 32, 10000): _FEW,
    Workload("N8", 1024, 30000): _FEW,
    Workload("4x1024", 32, 1024): _FEW,
    Workload("4x1024", 128, 4096): _FEW,
    DEEP: (*_MORE, *LARGE),
    Workload("2x4096", 32, 256): _FEW,
    Workload("2x4096", 128, 1024): _FEW,
    WIDE: (*_FEW, OURS_BFLOAT16),
    PREDICTION: (PREDICT, STOCK_PREDICT),
    LATENCY: (PREDICT, STOCK_PREDICT, CALL, STOCK_CALL),
}

Plan = dict[Workload, tuple[str, ...]]


def make_plan(quick: bool, most_examples: int | None) -> Plan:
    """Returns the contestants of each workload.

    Args:
        quick: Whether to leave out all workloads that no ratio is about.
        most_examples: Examples that no workload exceeds, `None` for no limit.
    """
    chosen = (N1, DEEP, WIDE, PREDICTION, LATENCY) if quick else FULL
    return {
        dataclasses.replace(
            workload,
            examples=min(workload.examples, most_examples or workload.examples),
        ): FULL[workload]
        for workload in chosen
    }
