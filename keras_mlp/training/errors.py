"""Errors of training, so that callers can tell them apart."""


class InputError(ValueError):
    """What `fit`, `evaluate` or `predict` was given cannot be right.

    The message says what was expected, what was received and how to mend it.

    Example:

    ```python
    import numpy as np
    import keras_mlp

    model = keras_mlp.models.MLPClassifier(3, [8])
    model.compile()
    try:
        model.fit(np.ones((4, 2)), np.array([0, 1, 2, 3]), verbose=0)
    except keras_mlp.training.InputError as error:
        assert "3" in str(error)
    ```
    """


class DivergedError(ValueError):
    """The loss is no longer finite though the data are: a setting of the run is wrong.

    A `ValueError`, like all mistakes that this package names. `fit` raises it where the
    model was compiled with `on_divergence="raise"`.

    Args:
        message: What happened, and what may help.
        epoch: The epoch, counted from 1.
        step: The step in that epoch, counted from 1, whose loss was not finite.
        kept: Number of steps of that epoch after which the model had the state that it
            has now. Where that is the state of an earlier epoch it is negative: so many
            steps before this one began.

    Example:

    ```python
    import keras_mlp

    points = keras_mlp.data.noisy_line(100, seed=0)
    model = keras_mlp.models.LinearRegression()
    rule = keras_mlp.optimizers.GradientDescent(1e30)
    model.compile(rule, "mse", on_divergence="raise")
    try:
        model.fit(points, epochs=5, verbose=0)
    except keras_mlp.training.DivergedError as error:
        assert error.epoch == 2
    ```
    """

    def __init__(self, message: str, epoch: int, step: int, kept: int) -> None:
        super().__init__(message)
        self.epoch = epoch
        self.step = step
        self.kept = kept


class StartError(ValueError):
    """`fit` cannot start at the point where it should continue."""
