"""Which part of a divided table each row is in, by the column that decides it."""

import numpy as np

from keras_mlp.data.tables.dividing.splitting import (
    group_parts,
    random_parts,
    time_parts,
)
from keras_mlp.data.tables.dividing.times import sortable
from keras_mlp.data.tables.names import check_column
from keras_mlp.data.tables.table_contents import TableContents


def chosen_parts(
    contents: TableContents,
    places: np.ndarray,
    sizes: tuple[int, int],
    stratify: str | None,
    group: str | None,
    time: str | None,
    seed: int,
) -> np.ndarray:
    """Returns the part of each row: 0 for training, 1 for validation, 2 for the test.

    Args:
        contents: The table.
        places: Which of its rows are divided.
        sizes: Numbers of rows of parts 1 and 2.
        stratify: As for `TableDataset.split`.
        group: As for `TableDataset.split`.
        time: As for `TableDataset.split`.
        seed: Fixes what is left to chance.

    Raises:
        ValueError: If more than one column is named, or one that is not there or does
            not go, or one class only is left for training.
    """
    named = {
        argument: name
        for argument, name in (("group", group), ("time", time), ("stratify", stratify))
        if name is not None and (argument, name) != ("stratify", "auto")
    }
    if len(named) > 1:
        raise ValueError(
            "Arguments `stratify`, `group` and `time` exclude each other. "
            f"Received: {named}. Pass one."
        )
    for argument, name in named.items():
        check_column(argument, name, contents.source.types)
    target = contents.target
    is_class = target is not None and target.class_names is not None
    if group is not None:
        _, groups = np.unique(contents.codes(group)[places], return_inverse=True)
        parts = group_parts(groups, sizes, seed)
    elif time is not None:
        parts = time_parts(sortable(time, contents.values(time))[places], sizes)
    else:
        if stratify == "auto":
            stratify = target.name if target is not None and is_class else None
        strata = None if stratify is None else contents.codes(stratify)[places]
        parts = random_parts(len(places), sizes, seed, strata)
    if target is not None and is_class:
        left = places[parts == 0]
        if len(np.unique(contents.codes(target.name)[left])) == 1:
            raise ValueError(
                "The part for training must hold several classes of "
                f"{target.name!r}. Received: {len(left):,} rows of one class. Divide "
                "the table in another way, or by `stratify`."
            )
    return parts
