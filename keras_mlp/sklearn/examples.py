"""The examples of an estimator, dense or sparse: weighed, and as batches."""

import math
from typing import Any

import numpy as np
import tensorflow as tf
from scipy import sparse
from sklearn.model_selection import train_test_split

from keras_mlp.models.tabular.whole_batches import whole_batches
from keras_mlp.validation import check_number


def weighted(
    X: Any, y: np.ndarray, sample_weight: np.ndarray | None
) -> tuple[Any, np.ndarray, np.ndarray | None]:
    """Returns the examples that count, with weights that are 1 on average.

    Args:
        X: `[examples, features]`.
        y: `[examples]` or `[examples, outputs]`.
        sample_weight: `[examples]`, not negative; `None` for 1 each.

    Raises:
        ValueError: If none counts.
    """
    if sample_weight is None:
        return X, y, None
    counting = sample_weight > 0
    if not counting.any():
        raise ValueError(
            "`sample_weight` must hold a number above 0. Received: all weights zero."
        )
    weights = sample_weight[counting]
    weights = (weights / weights.mean()).astype("float32")
    return X[counting], y[counting], weights


def divided(
    examples: tuple,
    fraction: Any,
    random: np.random.RandomState,
    strata: Any,
    remedy: str = "",
) -> tuple[tuple, tuple]:
    """Sets examples aside to validate on.

    Args:
        examples: `X`, `y` and weights or `None`.
        fraction: How much of them, `validation_fraction`.
        random: Draws which.
        strata: The class of each example, or `None`. Both parts have the same share of
            each class, where there are enough examples for that; otherwise one example
            of each class is kept to train on.
        remedy: What helps beside a smaller fraction, `", or …"`.

    Returns:
        The examples to train on, and those that are set aside.

    Raises:
        ValueError: If none is left to train on.
    """
    fraction = check_number("validation_fraction", fraction)
    count = examples[0].shape[0]
    rows, kept = np.arange(count), np.arange(0)
    validated = math.ceil(fraction * count)
    if strata is not None:
        _, first, counts = np.unique(strata, return_index=True, return_counts=True)
        if counts.min() < 2 or min(validated, count - validated) < len(counts):
            strata, kept = None, first
            rows = np.setdiff1d(rows, kept)
    if not 0 < fraction < 1 or validated > len(rows) - (len(kept) == 0):
        raise ValueError(
            "Argument `validation_fraction` must be a number between 0 and 1 that "
            "leaves an example, and one of each class, to train on. Received: "
            f"validation_fraction={fraction:g}, n_samples={count}. Pass a smaller "
            f"one{remedy}."
        )
    if validated == len(rows):
        trained, held_out = kept, rows
    else:
        trained, held_out = train_test_split(
            rows, test_size=validated, random_state=random, stratify=strata
        )
        trained = np.concatenate([kept, trained])
    return _chosen(examples, trained), _chosen(examples, held_out)


def shuffled_batches(
    examples: tuple, batch_size: int, epochs: int, seed: int
) -> tf.data.Dataset:
    """Returns the batches of epochs, each in an order of its own.

    Of a dense array they are those of one epoch, in a data set that counts them; of a
    sparse matrix those of all epochs.

    Args:
        examples: `X`, `y` and weights or `None`.
        batch_size: Examples in a batch.
        epochs: Number of epochs.
        seed: Fixes the orders.
    """
    X, y, weights = examples
    count = X.shape[0]
    if not sparse.issparse(X):
        return whole_batches(
            X,
            y,
            weights,
            batch_size=batch_size,
            shuffle=True,
            seed=seed,
            drop_remainder=False,
        )

    def epoch_of(epoch: tf.Tensor) -> tf.data.Dataset:
        order = tf.random.experimental.stateless_shuffle(
            tf.range(count), seed=(seed, epoch), alg="philox"
        )
        return tf.data.Dataset.from_tensor_slices(order).batch(batch_size)

    orders = tf.data.Dataset.range(epochs, output_type=tf.int32).flat_map(epoch_of)
    return _gathered(examples, orders)


def batches_in_order(examples: tuple, batch_size: int) -> tf.data.Dataset:
    """Returns the batches of one pass.

    Args:
        examples: `X`, `y` and weights or `None`.
        batch_size: Examples in a batch.
    """
    rows = tf.data.Dataset.range(examples[0].shape[0]).batch(batch_size)
    return _gathered(examples, rows)


def dense(X: Any) -> np.ndarray:
    """Returns rows as an array.

    Args:
        X: `[examples, features]`, an array or a sparse matrix.
    """
    return X.toarray() if sparse.issparse(X) else X


def _gathered(examples: tuple, orders: tf.data.Dataset) -> tf.data.Dataset:
    X, *others = examples
    parts = [tf.constant(part) for part in others if part is not None]
    held = None if sparse.issparse(X) else tf.constant(X)

    def batch(chosen: tf.Tensor) -> tuple:
        if held is not None:
            rows = tf.gather(held, chosen)
        else:
            # Only the rows of a batch are ever dense.
            rows = tf.numpy_function(
                lambda numbers: dense(X[numbers]), [chosen], X.dtype.name
            )
            rows.set_shape((None, X.shape[1]))
        return (rows, *(tf.gather(part, chosen) for part in parts))

    return orders.map(batch).prefetch(tf.data.AUTOTUNE)


def _chosen(examples: tuple, rows: np.ndarray) -> tuple:
    return tuple(None if part is None else part[rows] for part in examples)
