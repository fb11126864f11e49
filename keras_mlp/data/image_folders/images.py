"""Loading a folder of images as batches."""

import os

import tensorflow as tf

from keras_mlp.data.batches.in_memory import InMemoryExamples
from keras_mlp.data.batches.loaded_dataset import LoadedDataset
from keras_mlp.data.batches.streamed import StreamedExamples
from keras_mlp.data.image_files.read_image import ImageFileError
from keras_mlp.data.image_folders.image_folder import LabelledFile, read_folder
from keras_mlp.data.image_folders.reading import decode_file, file_tensors
from keras_mlp.data.image_folders.store import check_store, store
from keras_mlp.data.loading.options import LoadingOptions, announce_streaming
from keras_mlp.data.loading.split_choice import choose_split
from keras_mlp.data.loading.whole_split import decode_all, kept
from keras_mlp.messages import one_line

# Files that are decoded together.
_TOGETHER = 64


def images(
    directory: str | os.PathLike[str],
    split: str | None = None,
    batch_size: int = 32,
    *,
    flatten: bool = True,
    scale: bool = True,
    one_hot: bool = False,
    shuffle: bool | None = None,
    seed: int | None = None,
    drop_remainder: bool = False,
    image_size: tuple[int, int] | None = None,
    color: bool | None = None,
    skip_broken: bool = False,
    in_memory: bool | None = None,
    store_as: str | None = None,
    data_dir: str | os.PathLike[str] | None = None,
) -> LoadedDataset:
    """Loads a folder of PNG and JPEG files as `(image, label)` batches.

    The folder has the layout of TFDS' `ImageFolder`: `directory/train/cat/1.png`, with
    the splits `train`, `test`, `val` or `validation`. Without splits it is
    `directory/cat/1.png`. Then all images are in one split, `train`, and `split`
    selects parts of it. Classes have the names of their folders, and are numbered in
    the order of these names.

    The files of a split have a fixed order, by a hash of their names. In this order
    each class is spread evenly. So a part such as `"train[:80%]"` has its share of
    every class, and is the same each time.

    Every file of all splits is read once and checked, whatever `split` is, so that
    training and test images get one size. Images are read as a viewer shows them, like
    in `read_image`. They are resized to one size; their proportions are kept, and the
    rest is filled with black. An exported model treats files in the same way.

    The result is like that of `load`: the same order for the same `seed` and epoch,
    `split_at`, `epoch`, `deferred` and so on.

    Args:
        directory: The folder above those of the splits, or of the classes. Files and
            folders that begin with a dot are left out; other files that are no PNG or
            JPEG by their names are left out with a `UserWarning` that names them.
        split: A split in TFDS' syntax: `"test"`, `"train[:80%]"`. Defaults to `None`,
            `"train"`.
        batch_size: As for `load`, and so are `flatten`, `scale`, `one_hot`, `shuffle`,
            `seed` and `drop_remainder`. Defaults to 32.
        flatten: See `load`. Defaults to `True`.
        scale: See `load`. Defaults to `True`.
        one_hot: See `load`. Defaults to `False`.
        shuffle: See `load`. Defaults to `None`: `train` is shuffled.
        seed: See `load`. Defaults to `None`: one is drawn.
        drop_remainder: See `load`. Defaults to `False`.
        image_size: `(height, width)` that images are brought to. `None`, the default,
            is the size that all files of all splits have; where they differ, the median
            height and width, made smaller to at most 64, and a warning is logged.
        color: Whether images have three channels rather than one. `None`, the default,
            is `False` if all files are grey by their format, and `True` otherwise.
        skip_broken: Whether files that cannot be decoded are left out, with a
            `UserWarning` that names them, rather than an error. Defaults to `False`.
        in_memory: Whether images are decoded once and held as uint8, rather than read
            in every epoch. `None`, the default, does so up to 1 GiB.
        store_as: A name. All splits are written as a prepared TFDS data set of that
            name, which `load`, `describe` and `tensorflow_datasets.load` read, its
            images decoded and in one size. Defaults to `None`: nothing is written.
        data_dir: Directory of prepared data sets that `store_as` writes to. Defaults to
            the environment variable `TFDS_DATA_DIR`, then to TFDS' own directory.

    Returns:
        A `LoadedDataset` with elements `(image, label)`: images as float32 of shape
        `(batch_size, height * width * channels)` or, unless `flatten`, `(batch_size,
        height, width, channels)`; labels as int64 of shape `(batch_size,)` or as
        one-hot float32 of shape `(batch_size, num_classes)`. Its `class_names` are
        those of the folders.

    Raises:
        ImageFileError: If files are broken: one error that names them. A `ValueError`.
        ValueError: If the folder has no images, a class has none, or there is one class
            only; if there is no such split; or if an argument is not as above.
        OSError: If the folder is not there (`FileNotFoundError`) or is a file; if
            there is a data set `store_as` already (`FileExistsError`), or it cannot be
            written. Nothing is then changed.

    Example:

    ```python
    from pathlib import Path

    import keras
    import numpy as np
    import keras_mlp

    for name, pixel in (("night", 0), ("day", 255)):
        Path("sky", name).mkdir(parents=True)
        for number in range(5):
            image = np.full((8, 8, 3), pixel, "uint8")
            keras.utils.save_img(f"sky/{name}/{number}.png", image, scale=False)

    train = keras_mlp.data.images("sky", "train[:80%]", batch_size=4, seed=0)
    assert train.class_names == ("day", "night")
    images, labels = next(iter(train))
    assert images.shape == (4, 192) and images.dtype == "float32"
    assert np.array_equal(images[:, 0], 1 - labels.numpy())
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
    check_store(store_as, data_dir)
    folder = read_folder(
        directory,
        image_size=options.image_size,
        color=color,
        skip_broken=skip_broken,
    )
    choice = choose_split(
        folder.name, folder.split_infos(), "train" if split is None else split
    )
    batching = options.batching(
        choice.count, len(folder.class_names), choice.reads_train
    )
    if store_as is not None:
        store(folder, store_as, data_dir)
    files = [
        file
        for name, begin, end in choice.parts
        for file in folder.splits[name][begin:end]
    ]
    shape = folder.image_shape
    if options.keeps(choice.count, shape):
        held = InMemoryExamples(*_in_memory(folder.name, files, shape))
        return LoadedDataset(held, batching, folder.class_names)
    paths = file_tensors(files)
    # The paths alone are mixed, so all of them.
    path_bytes = 256
    announce_streaming(folder.name, shape, batching, path_bytes)
    examples = StreamedExamples(paths, decode_file(files, shape), path_bytes)
    return LoadedDataset(examples, batching, folder.class_names)


def _in_memory(
    name: str, files: list[LabelledFile], image_shape: tuple[int, int, int]
) -> tuple[tf.Tensor, tf.Tensor]:
    # The state of the files is part of the key: they may be changed.
    states = tuple((str(file.path), file.label, file.facts.state) for file in files)
    try:
        return kept(
            (image_shape, states),
            lambda: decode_all(
                file_tensors(files).batch(_TOGETHER),
                decode_file(files, image_shape),
                len(files),
            ),
        )
    except tf.errors.OpError as error:
        raise ImageFileError(
            f"The images in '{name}' must not change while they are read. Received: "
            f"{one_line(error.message)}. Load the folder again."
        ) from error
