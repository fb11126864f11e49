"""Tables in prepared TFDS data sets."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from keras_mlp.data.loading.records import check_files, damaged, record_batches
from keras_mlp.data.preparing import lazy_tfds as tfds
from keras_mlp.data.tables.sources.column_features import column_features
from keras_mlp.messages import one_line


class PreparedSource:
    """A split of a prepared TFDS data set whose features are single values.

    Classes are columns of their names.

    Args:
        name: Name of the data set, for messages.
        builder: Its builder.
        split: A split, in TFDS' syntax.

    Attributes:
        target: The column that TFDS' supervised keys name, `None` if they name none.
    """

    facts: Mapping[str, str] = {}

    def __init__(self, name: str, builder: Any, split: str) -> None:
        self.name = repr(name)
        check_files(name, builder, split)
        self._dataset_name = name
        self._builder = builder
        self._split = split
        self._features = column_features(builder)
        keys = builder.info.supervised_keys
        self.target = keys[1] if keys else None
        self.classes: Mapping[str, tuple[str, ...]] = {
            column: tuple(feature.names)
            for column, (_, _, feature) in self._features.items()
            if isinstance(feature, tfds.features.ClassLabel)
        }
        self.types = {
            column: _type_of(feature)
            for column, (_, _, feature) in self._features.items()
        }

    def blocks(self, names: Sequence[str]) -> Iterator[Any]:
        """Yields the rows, as `Source` says."""
        import pyarrow
        import tensorflow as tf

        batches = record_batches(self._builder, self._split)
        try:
            for batch in batches.as_numpy_iterator():
                yield pyarrow.table({name: self._column(batch, name) for name in names})
        except tf.errors.OpError as error:
            raise damaged(
                self._dataset_name, self._builder, one_line(error.message)
            ) from error

    def _column(self, batch: Mapping[str, np.ndarray], name: str) -> Any:
        import pyarrow

        key, place, feature = self._features[name]
        values = batch[key] if place is None else batch[key][:, place]
        if isinstance(feature, tfds.features.ClassLabel):
            # TFDS' mark for an example without a class.
            known = pyarrow.array(values, mask=values < 0)
            return pyarrow.array(feature.names).take(known)
        if values.dtype == object:
            return pyarrow.array(values, pyarrow.binary()).cast(pyarrow.string())
        return pyarrow.array(values, from_pandas=True).cast(self.types[name])


def _type_of(feature: Any) -> Any:
    import pyarrow

    kind = np.dtype(feature.np_dtype)
    if isinstance(feature, tfds.features.ClassLabel) or kind.kind == "O":
        return pyarrow.string()
    return pyarrow.from_numpy_dtype(kind)
