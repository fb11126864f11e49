"""What a data set holds, without reading its images."""

import dataclasses
import os

from keras_mlp.data.prepared import prepared_builder


@dataclasses.dataclass(frozen=True)
class DatasetDescription:
    """What `describe` returns.

    Args:
        name: Name of the data set, as it was asked for.
        splits: Number of examples in each split.
        image_shape: `(height, width, channels)`, with `None` for a size that differs
            from image to image.
        num_classes: Number of classes.
        class_names: Name of each class, in the order of the labels.
        citation: How the authors ask to be cited, as BibTeX.
    """

    name: str
    splits: dict[str, int]
    image_shape: tuple[int | None, ...]
    num_classes: int
    class_names: tuple[str, ...]
    citation: str


def describe(
    name: str, data_dir: str | os.PathLike[str] | None = None
) -> DatasetDescription:
    """Describes an image-classification data set.

    Args:
        name: `"mnist_5k"`, or the name of a TFDS data set, as in `load`. One that is
            not prepared yet is prepared first, also as in `load`.
        data_dir: Directory of prepared TFDS data sets. Defaults to the environment
            variable `TFDS_DATA_DIR`, then to TFDS' own directories.

    Returns:
        A `DatasetDescription`.

    Raises:
        UnknownDatasetError: If there is no such data set.
        DatasetNotPreparedError: If its files are not here and cannot be downloaded.
        ValueError: If it is not an image-classification set.

    Example:

    ```python
    from keras_mlp.data import describe

    description = describe("mnist_5k")
    assert description.splits == {"train": 4000, "test": 1000}
    assert description.image_shape == (28, 28, 1)
    assert description.num_classes == 10
    assert description.class_names[3] == "3"
    ```
    """
    info = prepared_builder(name, data_dir).info
    image_key, label_key = info.supervised_keys
    label = info.features[label_key]
    return DatasetDescription(
        name=name,
        splits={split: found.num_examples for split, found in info.splits.items()},
        image_shape=tuple(info.features[image_key].shape),
        num_classes=label.num_classes,
        class_names=tuple(label.names),
        citation=info.citation,
    )
