"""What the compiled loss takes as targets."""

import dataclasses
from typing import Any

import keras

from keras_mlp.losses import SparseCategoricalCrossentropy

_SPARSE = ("SparseCategoricalCrossentropy", "sparse_categorical_crossentropy")
_CATEGORICAL = (
    "CategoricalCrossentropy",
    "categorical_crossentropy",
    "CategoricalFocalCrossentropy",
    "categorical_focal_crossentropy",
    "CategoricalHinge",
    "categorical_hinge",
)
_BINARY = (
    "BinaryCrossentropy",
    "binary_crossentropy",
    "BinaryFocalCrossentropy",
    "binary_focal_crossentropy",
)
# What compares each output with a target of its own.
_ELEMENTWISE = (
    "MeanSquaredError",
    "mean_squared_error",
    "MeanAbsoluteError",
    "mean_absolute_error",
    "MeanAbsolutePercentageError",
    "mean_absolute_percentage_error",
    "MeanSquaredLogarithmicError",
    "mean_squared_logarithmic_error",
    "Huber",
    "huber",
    "LogCosh",
    "log_cosh",
    "Poisson",
    "poisson",
    "KLDivergence",
    "kl_divergence",
    "CosineSimilarity",
    "cosine_similarity",
    "Hinge",
    "hinge",
    "SquaredHinge",
    "squared_hinge",
)
_KINDS = {
    **dict.fromkeys(_SPARSE, "sparse"),
    **dict.fromkeys(_CATEGORICAL, "categorical"),
    **dict.fromkeys(_BINARY, "binary"),
    **dict.fromkeys(_ELEMENTWISE, "elementwise"),
}


@dataclasses.dataclass(frozen=True)
class TargetRule:
    """What the compiled loss takes as targets.

    Args:
        kind: `"sparse"` for numbers of classes, `"categorical"` for one-hot rows,
            `"binary"`, `"elementwise"`, or `None` where nothing is certain: no loss, a
            loss of the caller's own, several outputs.
        output: Shape of the outputs, `None` where that is not known.
        ignored: A label that is ignored, if there is one.
        needed: Whether there must be targets.
        finite: Whether all targets must be finite: a loss of the caller's own may know
            what NaN means.
    """

    kind: str | None = None
    output: tuple[int | None, ...] | None = None
    ignored: int | None = None
    needed: bool = False
    finite: bool = False

    @property
    def classes(self) -> int | None:
        """Number of classes, `None` where there are none or nobody knows."""
        if self.output is None or len(self.output) < 2:
            return None
        if self.kind == "binary":
            return 2
        return self.output[-1] if self.kind in ("sparse", "categorical") else None


def target_rule(model: keras.Model, output: Any) -> TargetRule:
    """Returns what a model's loss takes as targets.

    Args:
        model: The model.
        output: Its symbolic output, or structure of these; `None` if it is not known.
    """
    loss = getattr(model, "loss", None)
    given = keras.tree.flatten(loss)
    if isinstance(loss, (list, tuple, dict)) and len(given) == 1:
        # Of the only output.
        [loss] = given
    if isinstance(loss, (list, tuple, dict)):
        losses = [one for one in given if one is not None]
        return TargetRule(finite=all(_kind(one) for one in losses))
    if loss is None or (output is not None and not hasattr(output, "shape")):
        return TargetRule(finite=_kind(loss) is not None)
    kind = _kind(loss)
    if kind is None:
        return TargetRule()
    return TargetRule(
        kind,
        None if output is None else tuple(output.shape),
        getattr(loss, "ignore_class", None),
        needed=not _has_steps_of_its_own(model),
        finite=True,
    )


def _kind(loss: Any) -> str | None:
    """Returns what a loss of Keras takes, `None` for one of the caller's own."""
    try:
        loss = keras.losses.get(loss)
    except (TypeError, ValueError):
        # Keras says so in its own words.
        return None
    if loss is None:
        return None
    if isinstance(loss, SparseCategoricalCrossentropy):
        return "sparse"
    # A subclass, or a function of the same name, may take anything.
    name = loss.__name__ if hasattr(loss, "__name__") else type(loss).__name__
    known = getattr(keras.losses, name, None)
    return _KINDS.get(name) if known in (loss, type(loss)) else None


def _has_steps_of_its_own(model: keras.Model) -> bool:
    """Returns whether a step may do without targets, though there is a loss."""
    return any(
        not str(getattr(type(model), name).__module__).startswith(
            ("keras.", "keras_mlp.")
        )
        for name in ("compute_loss", "train_step", "test_step")
    )
