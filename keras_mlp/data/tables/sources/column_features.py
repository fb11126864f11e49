"""Which columns a data set of TFDS has, if it is a table."""

from collections.abc import Iterator
from typing import Any

from keras_mlp.data.preparing import lazy_tfds as tfds


def column_features(builder: Any) -> dict[str, tuple[str, int | None, Any]]:
    """Returns the columns of a data set, nothing if it is no table.

    Args:
        builder: TFDS builder of the data set.

    Returns:
        For each column the name of the feature in the files, the place in it where it
        is a vector, and the feature.
    """
    columns: dict[str, tuple[str, int | None, Any]] = {}
    keys = builder.info.supervised_keys
    if keys and isinstance(keys[0], str):
        inputs = dict(builder.info.features).get(keys[0])
        if isinstance(inputs, tfds.features.Text):
            # Texts of classes, such as reviews of films.
            return {}
    for key, feature in _flat(builder.info.features):
        name = key.rpartition("/")[2]
        shape = feature.shape
        if isinstance(shape, dict) or type(feature) not in (
            tfds.features.Tensor,
            tfds.features.Scalar,
            tfds.features.ClassLabel,
            tfds.features.Text,
        ):
            return {}
        if shape == ():
            columns[name] = (key, None, feature)
        elif len(shape) == 1 and shape[0] is not None:
            for place in range(shape[0]):
                columns[f"{name}_{place}"] = (key, place, feature)
        else:
            return {}
    # What `data.table` has stored is in the order that it noted.
    order = (builder.info.metadata or {}).get("columns")
    if not isinstance(order, list) or set(order) != set(columns):
        order = sorted(columns)
    return {name: columns[name] for name in order}


def _flat(features: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yields the name in the files and the feature of all that are not nested."""
    for name, feature in features.items():
        if isinstance(feature, tfds.features.FeaturesDict):
            yield from _flat(feature, f"{prefix}{name}/")
        else:
            yield prefix + name, feature
