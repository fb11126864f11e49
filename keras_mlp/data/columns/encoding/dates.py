"""Columns of dates as days and seconds, and these as inputs of a network."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from keras_mlp.data.columns.date_column import NO_DAY, PATTERN, DateColumn

_DAY_SECONDS = 86_400


def days_and_seconds(texts: Any) -> Any:
    """Returns the days since 1970-01-01 and the seconds of the day.

    Args:
        texts: Strings as ISO 8601 has them, `[batch, columns]`.

    Returns:
        int32, `[batch, columns, 2]`; `(NO_DAY, 0)` for what is no date.
    """
    is_date = tf.strings.regex_full_match(texts, PATTERN)
    padded = tf.strings.join([tf.where(is_date, texts, "1970-01-01"), "T00:00:00"])

    def part(begin: int, length: int) -> Any:
        return tf.strings.to_number(tf.strings.substr(padded, begin, length), tf.int32)

    days = _days(part(0, 4), part(5, 2), part(8, 2))
    # "2024-05-01T12:30" goes on with "T00", where a second would be.
    has_seconds = tf.strings.regex_full_match(tf.strings.substr(padded, 16, 1), ":")
    seconds = tf.where(
        has_seconds,
        tf.strings.to_number(
            tf.where(has_seconds, tf.strings.substr(padded, 17, 2), "0"), tf.int32
        ),
        0,
    )
    seconds += 3600 * part(11, 2) + 60 * part(14, 2)
    return tf.stack(
        [tf.where(is_date, days, NO_DAY), tf.where(is_date, seconds, 0)], axis=-1
    )


def _days(year: Any, month: Any, day: Any) -> Any:
    """Returns the days since 1970-01-01 of dates of the Gregorian calendar."""
    # Years that begin in March: the leap day is then the last of its year.
    year = year - tf.cast(month <= 2, tf.int32)
    month = (month + 9) % 12
    return (
        365 * year
        + year // 4
        - year // 100
        + year // 400
        + (153 * month + 2) // 5
        + day
        - 1
        - 719_468
    )


class DateEncoding:
    """Turns days and seconds of several columns into inputs.

    Args:
        columns: The columns, complete.
    """

    def __init__(self, columns: Sequence[DateColumn]) -> None:
        self._columns = list(columns)

    def __call__(self, dates: Any) -> Any:
        """Returns float32 `[batch, sum of widths]`, one column after the other.

        Args:
            dates: int32 days and seconds, `[batch, columns, 2]`.
        """
        return tf.concat(
            [
                _encoded(column, dates[:, place, 0], dates[:, place, 1])
                for place, column in enumerate(self._columns)
            ],
            axis=1,
        )


def _encoded(column: DateColumn, days: Any, seconds: Any) -> Any:
    missing = tf.equal(days, NO_DAY)
    days = tf.where(missing, 0, days)
    assert column.center is not None
    assert column.scale is not None
    parts = [
        # Multiplied with, as TensorFlow's graphs would do it, and calls would not.
        ((tf.cast(days, tf.float32) - column.center) * (1.0 / column.scale))[:, None],
        # 400 years have 146,097 days. In whole numbers, which lose no digits.
        _on_circle(tf.math.floormod(400 * days, 146_097), 146_097),
        # 1970-01-01 was a Thursday.
        tf.cast(
            tf.equal(tf.math.floormod(days + 3, 7)[:, None], np.arange(7)), tf.float32
        ),
    ]
    if column.has_times:
        parts.append(_on_circle(seconds, _DAY_SECONDS))
    inputs = tf.where(missing[:, None], 0.0, tf.concat(parts, axis=1))
    if not column.indicator:
        return inputs
    return tf.concat([inputs, tf.cast(missing, tf.float32)[:, None]], axis=1)


def _on_circle(part: Any, whole: int) -> Any:
    angle = tf.cast(part, tf.float32) * (2 * math.pi / whole)
    return tf.stack([tf.sin(angle), tf.cos(angle)], axis=1)
