"""Groups of variables, by their paths, and the factors that hold for them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import keras

from keras_mlp.validation import check_number

# A number, or a schedule of one.
Factor = Any

_FACTORS = ("learning_rate", "weight_decay")


class Factors(NamedTuple):
    """What the rates of an optimizer are multiplied by."""

    learning_rate: Factor = 1.0
    weight_decay: Factor = 1.0


class _Group(NamedTuple):
    given: dict[str, Any]
    patterns: list[re.Pattern[str]]
    factors: Factors

    def matches(self, path: str) -> bool:
        return any(pattern.search(path) for pattern in self.patterns)


class Grouping:
    """Groups of variables, of which the first that matches a variable holds for it.

    Args:
        groups: A dictionary for each group, as for `ParameterGroups`.

    Raises:
        ValueError: If a group is none.
    """

    def __init__(self, groups: Any) -> None:
        if isinstance(groups, (str, Mapping)) or not isinstance(groups, Iterable):
            raise ValueError(
                "Argument `groups` must be a list of dictionaries, one for each group. "
                f'Received: groups={groups!r}. Pass for example [{{"match": "bias", '
                '"weight_decay": 0}].'
            )
        self._groups = [_checked(f"groups[{i}]", g) for i, g in enumerate(groups)]

    def of(self, path: str) -> Factors:
        """Returns the factors that hold for a variable.

        Args:
            path: The path of the variable, such as `"mlp/dense_0/kernel"`.
        """
        return next((g.factors for g in self._groups if g.matches(path)), Factors())

    def unused(self, paths: Sequence[str]) -> list[str]:
        """Returns what those groups look for that match none of the variables.

        Args:
            paths: The paths of all variables.
        """
        return [
            repr(group.given["match"])
            for group in self._groups
            if not any(map(group.matches, paths))
        ]

    def factors(self) -> list[Factors]:
        """Returns the factors of each group."""
        return [group.factors for group in self._groups]

    def given(self) -> list[dict[str, Any]]:
        """Returns the dictionaries that make these groups again."""
        return [dict(group.given) for group in self._groups]


def _checked(name: str, group: Any) -> _Group:
    if not isinstance(group, Mapping) or "match" not in group:
        raise ValueError(
            f'Argument `{name}` must be a dictionary with "match", a part of the paths '
            f"of variables. Received: {name}={group!r}. Pass for example "
            '{"match": "bias", "weight_decay": 0}.'
        )
    unknown = sorted(set(map(str, group)) - {"match", *_FACTORS})
    if unknown:
        raise ValueError(
            f'Argument `{name}` must have no keys but "match", "learning_rate" and '
            f'"weight_decay". Received: {", ".join(map(repr, unknown))}. Leave it out: '
            "everything else belongs to the optimizer."
        )
    factors = {
        key: _factor(f'{name}["{key}"]', group[key]) for key in _FACTORS if key in group
    }
    match = group["match"]
    patterns = [match] if isinstance(match, str) else match
    if not isinstance(patterns, Sequence) or not patterns:
        raise ValueError(_no_patterns(name, match))
    match = match if isinstance(match, str) else list(match)
    return _Group(
        {"match": match, **factors},
        [_compiled(name, pattern) for pattern in patterns],
        Factors(**factors),
    )


def _compiled(name: str, pattern: Any) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except (TypeError, re.error) as error:
        raise ValueError(f"{_no_patterns(name, pattern)} ({error})") from error


def _no_patterns(name: str, match: Any) -> str:
    return (
        f'Argument `{name}["match"]` must be a part of the paths of variables, a '
        f"regular expression, or a list of these. Received: {match!r}. Pass for "
        "example "
        '"bias" or "dense_0/kernel$"; `variable.path` says what there is.'
    )


def _factor(name: str, value: Any) -> Factor:
    if isinstance(value, keras.optimizers.schedules.LearningRateSchedule):
        return value
    return check_number(name, value, least=0)
