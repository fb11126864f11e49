"""Loading prepared data sets as batches."""

import os
from typing import Any

import tensorflow as tf

from keras_mlp.data.batches.in_memory import InMemoryExamples
from keras_mlp.data.batches.loaded_dataset import LoadedDataset
from keras_mlp.data.batches.streamed import StreamedExamples
from keras_mlp.data.loading.options import LoadingOptions, announce_streaming
from keras_mlp.data.loading.records import check_files, encoded_examples
from keras_mlp.data.loading.source_order import SOURCE_ORDERED
from keras_mlp.data.loading.source_order import source_order as find_source_order
from keras_mlp.data.loading.split_choice import choose_split
from keras_mlp.data.loading.whole_split import decoded_split
from keras_mlp.data.prepared import is_image_classification, prepared_builder
from keras_mlp.data.tables.table import table
from keras_mlp.validation import check_switch


def load(
    name: str,
    split: str = "train",
    batch_size: int = 32,
    *,
    flatten: bool = True,
    scale: bool = True,
    one_hot: bool = False,
    shuffle: bool | None = None,
    source_order: bool = False,
    seed: int | None = None,
    drop_remainder: bool = False,
    image_size: tuple[int, int] | None = None,
    in_memory: bool | None = None,
    data_dir: str | os.PathLike[str] | None = None,
) -> LoadedDataset:
    """Loads a split of an image-classification data set as `(image, label)` batches.

    Pass the result to `fit`, `evaluate` and `predict` as it is. `"mnist_5k"`, 5,000
    MNIST images, comes with the package. Any other name is one of TFDS. The set is read
    from where TFDS has prepared it, or TFDS downloads and prepares it first. For a
    table, such as one that `data.table(..., store_as=name)` has stored, this returns
    the same as `data.table(name, ...)`, and the arguments for images are not used.

    The order of a shuffled set is a function of `seed` and the epoch. In epoch `e`, the
    `e`-th iteration counted from 0, it is
    `tf.random.experimental.stateless_shuffle(tf.range(count, dtype="int64"), (seed, e),
    alg="philox")`. So every batch of every epoch can be computed again. The returned
    data set, a `LoadedDataset`, has these additional attributes:

    - `split_at(n)` returns its first `n` batches in the order of the files, and the
      others. Each is a data set like this one and is shuffled separately. `take`,
      `skip` and `shard` select batches of that order too.
    - `epoch`, an int64 `tf.Variable`: the number of the next iteration. A resumed run
      sets it.
    - `seed`, an integer: the one that was passed or drawn.
    - `batch_size`, an integer: the one that was passed.
    - `shuffled`: whether each epoch has a different order.
    - `class_names`: the name of each class, in the order of the labels.
    - `endless()` returns a `tf.data.Dataset` of the same batches that continues from
      epoch to epoch, from `epoch` on.
    - `deferred(batches=1, endless=False)` returns a `tf.data.Dataset` of the same
      batches as they are on disk, uint8 images and integer labels, with this number of
      `batches` in each element.
    - `rest(skip, batches=1, deferred=False)` returns a `tf.data.Dataset` of the batches
      of one epoch without its first `skip` ones, to continue a stopped run. They are
      not read. If the set is read from disk, they are not decoded.
    - `preprocess`: the function that converts those to the batches of this data set.
      The models of this package apply it inside their compiled program.

    A split of up to 1 GiB of pixels is held in memory, as uint8, and converted batch by
    batch. A larger one is read from disk in every epoch. It is shuffled within a buffer
    of 256 MiB of compressed images; `seed` and the epoch fix this order too.

    Args:
        name: `"mnist_5k"`, or the name of a TFDS data set, such as `"mnist"`,
            `"emnist/letters"` or `"mnist:3.0.1"`.
        split: A split in TFDS' syntax: `"test"`, `"train[:80%]"`, `"train+test"`.
            Defaults to `"train"`.
        batch_size: Number of examples in a batch, at least 1. Defaults to 32.
        flatten: Whether an image becomes one row of numbers. Defaults to `True`.
        scale: Whether pixels are divided by 255. Otherwise they are 0 to 255, also as
            floats. Defaults to `True`.
        one_hot: Whether labels are one-hot rows rather than integers. Defaults to
            `False`.
        shuffle: Whether each epoch has an order of its own. `False` is the order of the
            files. `None`, the default, shuffles what is read from the split `"train"`,
            and nothing else.
        source_order: Whether the files' order is that of the set's own source, which
            TFDS changes when it prepares a set: the first training image of `"mnist"`
            is then the famous five. For whole splits, held in memory and not shuffled,
            of `"mnist"`, `"fashion_mnist"` and `"kmnist"`. Defaults to `False`.
        seed: Integer of at least 0 that fixes all orders. `None`, the default, draws
            one, which `keras.utils.set_random_seed` makes repeatable.
        drop_remainder: Whether a last batch with fewer examples is left out. Defaults
            to `False`.
        image_size: `(height, width)` to which images are resized, in memory as well
            as from disk. Needed where they differ in size. `None`, the default, leaves
            them as they are.
        in_memory: Whether to hold the split in memory. `None`, the default, does so up
            to 1 GiB.
        data_dir: Directory of prepared TFDS data sets. Defaults to the environment
            variable `TFDS_DATA_DIR`, then to TFDS' own directories.

    Returns:
        A `LoadedDataset`, which is a `tf.data.Dataset`, of known length with elements
        `(image, label)`: images as float32 of shape `(batch_size, height * width *
        channels)` or, unless `flatten`, `(batch_size, height, width, channels)`; labels
        as int64 of shape `(batch_size,)` or as one-hot float32 of shape `(batch_size,
        num_classes)`.

    Raises:
        UnknownDatasetError: If there is no such data set. A `ValueError`.
        DatasetNotPreparedError: If its files are not here and cannot be downloaded, or
            are damaged or incomplete. A `FileNotFoundError`. Of a set that is read from
            disk, only what is missing is noticed here; TensorFlow compares the
            checksum of each example when it is read, with `tf.errors.DataLossError`.
        ValueError: If it is neither images of classes nor a table, there is no such
            split, or
            another argument is not as above.

    Example:

    ```python
    import keras_mlp

    train = keras_mlp.data.load("mnist_5k", "train", batch_size=128, seed=0)
    images, labels = next(iter(train))
    assert images.shape == (128, 784) and images.dtype == "float32"
    assert labels.shape == (128,) and labels.dtype == "int64"
    assert len(train) == 32
    assert int(train.epoch) == 1
    ```
    """
    options = LoadingOptions(
        batch_size=batch_size,
        flatten=flatten,
        scale=scale,
        one_hot=one_hot,
        shuffle=shuffle,
        seed=seed,
        drop_remainder=drop_remainder,
        image_size=image_size,
        in_memory=in_memory,
    )
    check_switch("source_order", source_order)
    image_size = options.image_size
    builder = prepared_builder(name, data_dir)
    if not is_image_classification(builder):
        _check_images_only(name, one_hot, source_order, image_size)
        return table(
            name,
            batch_size=batch_size,
            split=split,
            shuffle=shuffle,
            seed=seed,
            drop_remainder=drop_remainder,
            in_memory=in_memory,
            data_dir=data_dir,
        )
    image_key, label_key = builder.info.supervised_keys
    image_feature = builder.info.features[image_key]
    label_feature = builder.info.features[label_key]
    image_shape = (*(image_size or image_feature.shape[:2]), image_feature.shape[2])
    if None in image_shape:
        raise ValueError(
            f"Argument `image_size` is needed, as the images of {name!r} differ in "
            f"size. Received: image_size={image_size}. Pass a height and a width, such "
            "as `image_size=(64, 64)`."
        )
    choice = choose_split(name, builder.info.splits, split)

    def decode(compressed: tf.Tensor) -> tf.Tensor:
        image = image_feature.decode_example(compressed)
        if image_size is not None and image_feature.shape[:2] != image_size:
            image = tf.image.resize(image, image_size, antialias=True)
            image = tf.saturate_cast(tf.round(image), tf.uint8)
        return image

    batching = options.batching(
        choice.count, label_feature.num_classes, choice.reads_train
    )
    keep = options.keeps(choice.count, image_shape)
    if source_order:
        _check_source_order(builder, split, keep and not batching.shuffle)
    class_names = tuple(label_feature.names)
    if keep:
        images, labels = decoded_split(name, builder, split, image_size, decode)
        places = find_source_order(split, choice.count) if source_order else None
        held = InMemoryExamples(images, labels, places=places)
        return LoadedDataset(held, batching, class_names)
    check_files(name, builder, split)
    example_bytes = _compressed_bytes(builder.info.splits)
    announce_streaming(name, image_shape, batching, example_bytes)
    compressed = encoded_examples(builder, split)
    examples = StreamedExamples(compressed, decode, example_bytes)
    return LoadedDataset(examples, batching, class_names)


def _check_images_only(
    name: str, one_hot: bool, source_order: bool, image_size: Any
) -> None:
    for argument, value in (
        ("one_hot", one_hot),
        ("source_order", source_order),
        ("image_size", image_size),
    ):
        if value:
            raise ValueError(
                f"Argument `{argument}` is for images. Received: {argument}={value!r} "
                f"with {name!r}, a table. Leave it out."
            )


def _check_source_order(builder: Any, split: str, possible: bool) -> None:
    if builder.name in SOURCE_ORDERED and split in builder.info.splits and possible:
        return
    raise ValueError(
        "Argument `source_order` goes with a whole split of "
        f"{', '.join(sorted(SOURCE_ORDERED))}, in memory and with `shuffle=False`. "
        f"Received: name={builder.name!r}, split={split!r}. Pass "
        "`source_order=False` for TFDS' own order."
    )


def _compressed_bytes(splits: Any) -> int:
    count = sum(split.num_examples for split in splits.values())
    return sum(split.num_bytes for split in splits.values()) // max(1, count)
