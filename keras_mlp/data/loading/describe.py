"""What a data set holds, without reading it."""

import dataclasses
import os

from keras_mlp.data.prepared import is_image_classification, prepared_builder
from keras_mlp.data.tables.sources.column_features import column_features


@dataclasses.dataclass(frozen=True)
class DatasetDescription:
    """What `describe` returns.

    Args:
        name: Name of the data set, as it was asked for.
        splits: Number of examples in each split.
        image_shape: `(height, width, channels)`, with `None` for a size that differs
            from image to image. Empty for a table.
        num_classes: Number of classes, 0 where a table's target is none.
        class_names: Name of each class, in the order of the labels.
        citation: How the authors ask to be cited, as BibTeX.
        columns: Of a table, the names of its columns, the target among them.
        target: For a table, the column to predict, `None` if there is none.

    Example:

    ```python
    import keras_mlp

    description = keras_mlp.data.describe("mnist_5k")
    assert isinstance(description, keras_mlp.data.DatasetDescription)
    assert description.splits == {"train": 4000, "test": 1000}
    ```
    """

    name: str
    splits: dict[str, int]
    image_shape: tuple[int | None, ...]
    num_classes: int
    class_names: tuple[str, ...]
    citation: str
    columns: tuple[str, ...] = ()
    target: str | None = None


def describe(
    name: str, data_dir: str | os.PathLike[str] | None = None
) -> DatasetDescription:
    """Describes an image-classification data set or a table, without reading it.

    What the columns of a table hold, `data.table(name).describe()` tells.

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
        ValueError: If it is neither an image-classification set nor a table.

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
    builder = prepared_builder(name, data_dir)
    info = builder.info
    splits = {split: found.num_examples for split, found in info.splits.items()}
    if not is_image_classification(builder):
        columns = column_features(builder)
        target = info.supervised_keys[1] if info.supervised_keys else None
        names = getattr(columns[target][2], "names", ()) if target in columns else ()
        return DatasetDescription(
            name=name,
            splits=splits,
            image_shape=(),
            num_classes=len(names),
            class_names=tuple(names),
            citation=info.citation,
            columns=tuple(columns),
            target=target,
        )
    image_key, label_key = info.supervised_keys
    label = info.features[label_key]
    return DatasetDescription(
        name=name,
        splits=splits,
        image_shape=tuple(info.features[image_key].shape),
        num_classes=label.num_classes,
        class_names=tuple(label.names),
        citation=info.citation,
    )
