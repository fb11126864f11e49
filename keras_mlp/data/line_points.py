"""Points scattered about a straight line."""

import tensorflow as tf

from keras_mlp.validation import check_number, check_positive_integer, check_seed


def noisy_line(
    samples: int = 1000,
    batch_size: int = 1000,
    *,
    kernel: float = 3.0,
    bias: float = 2.0,
    seed: int = 0,
) -> tf.data.Dataset:
    """Returns points of `y = kernel * x + bias + noise`.

    Both `x` and the noise are drawn from the standard normal distribution.

    Args:
        samples: Number of points. Defaults to `1000`.
        batch_size: Points in a batch. Defaults to `1000`.
        kernel: Slope of the line. Defaults to `3.0`.
        bias: Intercept of the line. Defaults to `2.0`.
        seed: Integer that fixes the points: the same seed gives the same ones.

    Returns:
        `tf.data.Dataset` of `(x, y)` batches, each float32 `[batch]`.

    Raises:
        ValueError: If `samples` or `batch_size` is not a positive integer, `kernel` or
            `bias` no finite number, or `seed` no integer of at least 0.

    Example:

    ```python
    import keras_mlp

    [(x, y)] = keras_mlp.data.noisy_line(samples=5)
    assert x.shape == y.shape == (5,)
    ```
    """
    samples = check_positive_integer("samples", samples)
    batch_size = check_positive_integer("batch_size", batch_size)
    kernel, bias = check_number("kernel", kernel), check_number("bias", bias)
    seed = check_seed("seed", seed) or 0
    x, noise = tf.unstack(tf.random.stateless_normal((2, samples), seed=(seed, 0)))
    points = tf.data.Dataset.from_tensor_slices((x, kernel * x + bias + noise))
    return points.batch(batch_size).prefetch(tf.data.AUTOTUNE)
