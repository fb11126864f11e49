"""Reading a whole split into memory."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

import tensorflow as tf

from keras_mlp.data.loading.records import damaged, encoded_batches
from keras_mlp.messages import one_line

# Decoding takes seconds, and a program often loads the same split again: up to this
# size altogether, splits are kept. Complete MNIST and Fashion-MNIST have 105 MiB.
KEPT_BYTES = 128 * 2**20

_kept: OrderedDict[Hashable, tuple[tf.Tensor, tf.Tensor]] = OrderedDict()
_lock = threading.Lock()


def decoded_split(
    name: str,
    builder: Any,
    split: str,
    image_size: tuple[int, int] | None,
    decode: Callable[[Any], tf.Tensor],
) -> tuple[tf.Tensor, tf.Tensor]:
    """Returns all images and labels of a split, in the order of its files.

    Args:
        name: Name of the data set, for the message.
        builder: Its builder.
        split: A split, in TFDS' syntax.
        image_size: The size that `decode` resizes to, if it does.
        decode: From a compressed image to a uint8 image.

    Returns:
        Images, uint8 of shape `(count, height, width, channels)`, and labels, int64.

    Raises:
        DatasetNotPreparedError: If the files are damaged or incomplete.
    """
    about = builder.info.splits[split]
    try:
        # The state of the files is part of the key: they may be prepared anew.
        states = [
            (file.filename, state.length, state.mtime_nsec)
            for file in about.file_instructions
            for state in [tf.io.gfile.stat(file.filename)]
        ]
        return kept(
            (split, image_size, *states),
            lambda: decode_all(
                encoded_batches(builder, split), decode, about.num_examples
            ),
        )
    except tf.errors.OpError as error:
        raise damaged(name, builder, one_line(error.message)) from error


def kept(
    key: Hashable, read: Callable[[], tuple[tf.Tensor, tf.Tensor]]
) -> tuple[tf.Tensor, tf.Tensor]:
    """Returns what was read before under a key, or reads it.

    Args:
        key: What the images and labels depend on.
        read: Returns them.
    """
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
        decoded = read()
        if _bytes(decoded) <= KEPT_BYTES:
            _kept[key] = decoded
            while sum(map(_bytes, _kept.values())) > KEPT_BYTES:
                _kept.popitem(last=False)
        return decoded


def decode_all(
    examples: tf.data.Dataset, decode: Callable[[Any], tf.Tensor], count: int
) -> tuple[tf.Tensor, tf.Tensor]:
    """Returns all images, uint8, and labels of a data set, each as one tensor.

    Args:
        examples: Batches of compressed images and of labels.
        decode: From a compressed image to a uint8 image.
        count: Number of examples.
    """

    @tf.autograph.experimental.do_not_convert
    def decode_batch(
        images: tf.Tensor, labels: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor]:
        decoded = tf.map_fn(decode, images, fn_output_signature=tf.uint8)
        return decoded, labels

    # Where there is a GPU, the pipeline still runs beside it, on the CPU.
    with tf.device("CPU:0"):
        return (
            examples.map(
                decode_batch, num_parallel_calls=tf.data.AUTOTUNE, deterministic=True
            )
            .rebatch(count)
            .get_single_element()
        )


def _bytes(tensors: tuple[tf.Tensor, ...]) -> int:
    return sum(tensor.shape.num_elements() * tensor.dtype.size for tensor in tensors)
