"""What is learnt of a column of text: categories, or dates."""

import re
import warnings
from collections import Counter

import numpy as np

from keras_mlp.data.columns.category_column import CategoryColumn
from keras_mlp.data.columns.column import Column
from keras_mlp.data.columns.date_column import PATTERN, DateColumn
from keras_mlp.data.columns.learning.number_statistics import NumberStatistics

# So many different texts are counted; of more, the rarest so far are forgotten.
COUNTED = 200_000

_DAY_SECONDS = 86_400


class TextStatistics:
    """Counts the texts of a column that come in batches.

    Of more different texts than can be counted, those that are rarest when there is no
    room are forgotten, as in "lossy counting" (Manku and Motwani, 2002): the commonest
    are found all the same.

    Args:
        name: Name of the column, for the warning.
        may_be_dates: Whether texts that are all dates make it a column of dates.
        seed: Fixes the sample of dates.
    """

    def __init__(self, name: str, may_be_dates: bool, seed: int) -> None:
        self._name = name
        self._counts: Counter[str] = Counter()
        self._days = NumberStatistics(seed) if may_be_dates else None
        self._has_times = False
        self._forgotten = False
        self.missing = 0

    def update(self, values: np.ndarray) -> None:
        """Adds a batch.

        Args:
            values: Texts, `""` for what is missing.
        """
        counts = Counter(values.tolist())
        self.missing += counts.pop("", 0)
        if self._days is not None:
            self._update_days(counts)
        self._counts.update(counts)
        if len(self._counts) > COUNTED:
            self._forgotten = True
            self._counts = Counter(dict(self._counts.most_common(COUNTED // 2)))

    def _update_days(self, counts: Counter[str]) -> None:
        assert self._days is not None
        texts = list(counts)
        if not all(re.fullmatch(PATTERN, text) for text in texts):
            self._days = None
            return
        if not texts:
            return
        try:
            times = np.array([t.rstrip("Z") for t in texts], "datetime64[s]")
        except ValueError:
            # Such as the 30th of February.
            self._days = None
            return
        seconds = times.astype("int64")
        days = seconds // _DAY_SECONDS
        self._has_times = self._has_times or bool((seconds % _DAY_SECONDS).any())
        self._days.update(np.repeat(days, list(counts.values())).astype("float64"))

    @property
    def is_empty(self) -> bool:
        """Whether all texts are missing."""
        return not self._counts

    def completed(
        self,
        column: Column | None,
        *,
        category_encoding: str,
        one_hot_limit: int,
        embedding_dim: int,
        max_categories: int,
    ) -> Column:
        """Returns the column with what was learnt.

        Args:
            column: What is given of it, if anything.
            category_encoding: How few categories are encoded.
            one_hot_limit: Up to so many categories are few.
            embedding_dim: Numbers of an embedding.
            max_categories: So many categories are known; others are unknown ones.
        """
        if isinstance(column, DateColumn) or (column is None and self._days):
            return self._dates(column or DateColumn(), one_hot_limit)
        assert isinstance(column, CategoryColumn | None)
        column = column or CategoryColumn()
        # The commonest first; in the order of the alphabet where there are as many.
        ordered = sorted(self._counts.items(), key=lambda item: (-item[1], item[0]))
        if column.vocabulary is None and len(ordered) > max_categories:
            number = (
                f"more than {COUNTED:,}" if self._forgotten else f"{len(ordered):,}"
            )
            warnings.warn(
                f"Column {self._name!r} has {number} categories. The "
                f"{max_categories:,} commonest are known, all others share one place. "
                "If it only numbers the rows, leave it out with `exclude`; otherwise "
                "choose with `max_categories`.",
                stacklevel=4,
            )
        vocabulary = [word for word, _ in ordered[:max_categories]]
        column = column.completed(vocabulary=vocabulary)
        assert column.vocabulary is not None
        few = len(column.vocabulary) <= one_hot_limit
        column = column.completed(encoding=category_encoding if few else "embedding")
        if column.encoding == "embedding":
            column = column.completed(embedding_dim=embedding_dim)
        return column

    def _dates(self, column: Column, one_hot_limit: int) -> Column:
        if self._days is None:
            wrong = next(t for t in self._counts if not re.fullmatch(PATTERN, t))
            raise ValueError(
                f"Column {self._name!r} must hold dates such as '2024-05-01' or "
                f"'2024-05-01T12:30:00'. Received: {wrong!r}. Convert it, for example "
                "with `pandas.to_datetime`."
            )
        learnt = self._days.completed(None, "standard").get_config()
        return column.completed(
            center=learnt["center"],
            scale=learnt["scale"],
            has_times=self._has_times,
            indicator=self.missing > 0,
            first=_as_date(self._days.least),
            last=_as_date(self._days.most),
        )


def _as_date(days: float) -> str:
    return str(np.datetime64(int(days), "D"))
