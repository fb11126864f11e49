"""Loading tables as batches of columns and targets."""

import logging
import os
from collections.abc import Mapping, Sequence
from typing import Any

from keras_mlp.data.batches.batching import Batching, as_they_are
from keras_mlp.data.drawn_seed import drawn_seed
from keras_mlp.data.preparing.storing import check_storable
from keras_mlp.data.tables.description.profile import Profile
from keras_mlp.data.tables.names import check_column, check_columns
from keras_mlp.data.tables.sources.csv_files.column_types import WANTED_TYPES
from keras_mlp.data.tables.sources.open_source import open_source
from keras_mlp.data.tables.sources.source import Source
from keras_mlp.data.tables.storing import store
from keras_mlp.data.tables.table_contents import TableContents
from keras_mlp.data.tables.table_dataset import TableDataset
from keras_mlp.data.tables.target import find_target
from keras_mlp.validation import check_choice, check_positive_integer, check_switch

# Tables up to this size, as tensors, are held in memory unless the caller decides.
IN_MEMORY_BYTES = 2**30

_logger = logging.getLogger("keras_mlp")


def table(
    source: Any,
    target: str | None = None,
    batch_size: int = 32,
    *,
    columns: Sequence[str] | None = None,
    exclude: Sequence[str] = (),
    task: str | None = None,
    split: str | None = None,
    shuffle: bool | None = None,
    seed: int | None = None,
    drop_remainder: bool = False,
    in_memory: bool | None = None,
    missing_values: Sequence[str] | None = None,
    types: Mapping[str, str] | None = None,
    store_as: str | None = None,
    data_dir: str | os.PathLike[str] | None = None,
) -> TableDataset:
    """Loads a table as batches of `(columns, target)`.

    Pass the result to `fit`, `evaluate` and `predict` as it is. Each value is read
    once, so that the types of columns, the classes and the missing values are those of
    the whole table. `describe()` of the result reports them.

    The order of a shuffled table in memory is a function of `seed` and the epoch;
    `keras_mlp.data.load` documents it. A table of more than 1 GiB, as tensors, is read
    from its files in every epoch, and shuffled within pools of about 32 MiB. The order
    of a pool is a function of `seed`, the epoch and the number of the pool.

    Args:
        source: One of these:

            - the path of a CSV file, a pattern such as `"rows-*.csv"`, or a list of
              paths. Commas, semicolons, tabs and bars as separators are found, UTF-8,
              UTF-16 and Latin-1 as encodings, and gzip;
            - such a path, pattern or list of Parquet files, which end with `.parquet`;
            - a data frame of pandas or polars, a table of pyarrow, or a dictionary of
              columns `[rows]`;
            - the name of a prepared TFDS data set whose features are single values:
              `"penguins_344"` and `"diamonds_5k"`, which come with the package, or such
              as `"titanic"`, which TFDS downloads if necessary.
        target: The column to predict. Defaults to what a TFDS data set
            says; for others to none: batches are `(columns,)` then.
        batch_size: Number of rows in a batch, at least 1. Defaults to 32.
        columns: The columns that are inputs. Defaults to all but the target.
        exclude: Columns that are no inputs. Defaults to none.
        task: `"classification"` or `"regression"`. `None`, the default, takes text,
            Booleans and integers with at most 20 different values for classes.
        split: For a TFDS data set, a split in TFDS' syntax. Defaults to `"train"`.
        shuffle: Whether each epoch has an order of its own. `None`, the default,
            shuffles tables with a target, but of TFDS data sets only what is read from
            the split `"train"`.
        seed: Integer of at least 0 that fixes all orders. `None`, the default, draws
            one, which `keras.utils.set_random_seed` makes repeatable.
        drop_remainder: Whether a last batch with fewer rows is left out. Defaults to
            `False`.
        in_memory: Whether to hold the rows in memory. `None`, the default, does so up
            to 1 GiB.
        missing_values: Texts in CSV files that stand for a missing value, beside the
            empty field. `None`, the default, takes `"NA"`, `"NaN"`, `"null"` and what
            else pandas does.
        types: What columns of CSV files hold, by name, `"number"`, `"text"` or
            `"date"`: such as `{"zip": "text"}`, which keeps the zeros of `"00501"`.
            `None`, the default, and columns that are not named: what all values look
            like.
        store_as: Name under which the table is also written as a prepared TFDS data
            set, with one split `"train"`, in the same order. `tensorflow_datasets.load`
            and `keras_mlp.data.load` then read it.
        data_dir: Directory of prepared TFDS data sets, to read from and to store in.
            Defaults to the environment variable `TFDS_DATA_DIR`, then to TFDS' own
            directories.

    Returns:
        A `TableDataset`, which is a `tf.data.Dataset`, of known length with elements
        `(columns, target)`. `columns` is a dictionary with a tensor `[batch_size]` for
        each column: numbers, and Booleans as 0 and 1, are float32, NaN where missing;
        text is a string and a date a string in ISO 8601, empty where missing. The
        target `[batch_size]` is int64, a place in `class_names`, or float32.

    Raises:
        FileNotFoundError: If there is no such file, or no such data set here.
        ValueError: If it is no table, the target is not there, constant or has gaps, or
            another argument is not as above. Rows are counted from 1.

    Example:

    ```python
    import keras_mlp

    rows = {"age": [31, 40, 25, 58], "job": ["cook", "", "smith", "cook"]}
    table = keras_mlp.data.table({**rows, "buys": [0, 1, 0, 1]}, "buys", 2, seed=0)
    columns, buys = next(iter(table))
    assert columns["age"].dtype == "float32" and columns["job"].dtype == "string"
    assert buys.dtype == "int64" and table.class_names == ("0", "1")
    ```
    """
    batch_size = check_positive_integer("batch_size", batch_size)
    for argument, value in (
        ("shuffle", shuffle is not None and shuffle),
        ("drop_remainder", drop_remainder),
        ("in_memory", in_memory is not None and in_memory),
    ):
        check_switch(argument, value)
    seed = drawn_seed(seed)
    if store_as is not None:
        check_storable(store_as, data_dir)
    for name, kind in (types or {}).items():
        check_choice(f"types[{name!r}]", kind, WANTED_TYPES)
    opened, for_training = open_source(source, split, missing_values, data_dir, types)
    if target is None:
        target = getattr(opened, "target", None)
    else:
        check_column("target", target, opened.types)
    inputs = _inputs(opened, target, columns, exclude)
    check_columns("types", list(types or {}), opened.types)
    profile = Profile(opened, [*inputs, *([] if target is None else [target])])
    found = None if target is None else find_target(opened, profile, target, task)
    contents = TableContents(
        source=opened, profile=profile, columns=tuple(inputs), target=found
    )
    batching = Batching(
        count=profile.rows,
        batch_size=batch_size,
        drop_remainder=drop_remainder,
        shuffle=for_training and target is not None if shuffle is None else shuffle,
        seed=seed,
        preprocess=as_they_are,
    )
    if batching.steps == 0:
        raise ValueError(
            f"Argument `batch_size` must be at most {profile.rows}, the number of "
            "rows, where `drop_remainder` leaves out a batch with fewer. "
            f"Received: batch_size={batch_size}. Pass `drop_remainder=False`."
        )
    # Without a target, it is no table to train on: one row may be all there is.
    for text in contents.warnings() if target is not None else ():
        _logger.warning("%s: %s.", opened.name, text)
    if store_as is not None:
        store(contents, store_as, data_dir)
    keep = profile.bytes <= IN_MEMORY_BYTES if in_memory is None else in_memory
    if keep:
        return TableDataset(contents, contents.in_memory(), batching)
    rows = contents.streamed()
    _announce(contents, batching, rows.pool)
    return TableDataset(contents, rows, batching)


def _inputs(
    source: Source,
    target: str | None,
    columns: Sequence[str] | None,
    exclude: Sequence[str],
) -> list[str]:
    names = list(source.types)
    if columns is not None:
        names = check_columns("columns", columns, names)
        if target in names:
            raise ValueError(
                f"Argument `columns` must not name the target. Received: {target!r} in "
                "both. Leave it out of `columns`."
            )
    left_out = {target, *check_columns("exclude", exclude, source.types)}
    names = [name for name in names if name not in left_out]
    if not names:
        raise ValueError(
            "A table must have a column beside the target. Received: "
            f"{', '.join(map(repr, source.types))}, and none of them is left. Pass "
            "other `columns`, a shorter `exclude`, or a file with another separator "
            f"than is understood ({source.facts.get('separator', 'none')} was found)."
        )
    return names


def _announce(contents: TableContents, batching: Batching, pool: int) -> None:
    partly = batching.shuffle and pool < batching.count
    _logger.log(
        logging.WARNING if partly else logging.INFO,
        "%s: %d rows (%.1f GiB) are read from its files in every epoch%s.",
        contents.source.name,
        batching.count,
        contents.profile.bytes / 2**30,
        f", shuffled within pools of {pool}" if partly else "",
    )
