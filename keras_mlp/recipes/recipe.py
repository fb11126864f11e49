"""What every recipe is: a documented network, with what was published of it."""

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any, Self

import keras


@dataclasses.dataclass(frozen=True, kw_only=True)
class Figure:
    """A number that a source gives, and how ours is measured.

    Args:
        name: What it is.
        measure: Function from the recipe's `Outcome` to our figure.
        published: The source's figure, in words, or `""` where it gives none.
        low: The least that counts as reproduced.
        high: The most that counts as reproduced.

    Example:

    ```python
    from keras_mlp.recipes import Figure

    figure = Figure(
        name="test accuracy",
        measure=lambda outcome: outcome.test["accuracy"],
        published="0.98",
        low=0.97,
    )
    assert figure.high == float("inf")
    ```
    """

    name: str
    measure: Callable[[Any], float]
    published: str = ""
    low: float = float("-inf")
    high: float = float("inf")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Recipe:
    """A documented network.

    Recipes are values: `replace` gives a changed copy.

    Args:
        name: Name of the recipe, as on the command line.
        title: One line that says what it is.
        notes: What the source documents, and other remarks.
        published: What the source published, as read from its record; empty
            where it gives no record.
        figures: What a reproduction is held to.
        embedded: What seeds 0 to 2 gave on `mnist_5k`, the other settings as they are,
            where the documented data set is another.

    Example:

    ```python
    import keras_mlp

    model = keras_mlp.recipes.get("sequential-toy").model(seed=0)
    assert model.count_params() == 35
    ```
    """

    name: str
    title: str
    notes: str = ""
    published: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    figures: tuple[Figure, ...] = ()
    embedded: str = ""

    def replace(self, **changes: Any) -> Self:
        """Returns a copy with other values.

        Args:
            **changes: Any of the recipe's fields.

        Raises:
            ValueError: If a name is not a field of this recipe.
        """
        fields = [field.name for field in dataclasses.fields(self)]
        unknown = sorted(set(changes) - set(fields))
        if unknown:
            raise ValueError(
                f"Recipe '{self.name}' has no setting {unknown[0]!r}. "
                f"Received: {', '.join(sorted(changes))}. "
                f"Use one of: {', '.join(fields)}."
            )
        return dataclasses.replace(self, **changes)

    def model(self, seed: int = 0) -> keras.Model:
        """Returns the network, built, and compiled if it will be trained.

        Args:
            seed: Integer that fixes the initial weights.
        """
        raise NotImplementedError
