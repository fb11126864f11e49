"""What all estimators share: checked inputs, outputs, export and pickling."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils import check_X_y
from sklearn.utils.validation import check_is_fitted, validate_data

from keras_mlp.export import TabularModel, export_saved_model
from keras_mlp.models.together.train_together import train_together
from keras_mlp.models.together.training import Training
from keras_mlp.sklearn.data_frames import rows_of
from keras_mlp.sklearn.examples import dense
from keras_mlp.sklearn.stored_model import plain_state, restored_state
from keras_mlp.training import DivergedError

# Rows that are predicted together.
PREDICTION_ROWS = 8192

# A multiple of the rows that matrix products take at a time.
TILE_ROWS = 64


class NetworkEstimator(BaseEstimator):
    """Base of the estimators: of classes, with `classes_`, and of numbers.

    Subclasses set, in `fit`, `_random`, what random numbers are drawn from; `model_`,
    the trained model; and `_table`, what encodes data frames for it, or `None`.
    """

    # Which sparse matrices are features, as for scikit-learn's `validate_data`.
    _accept_sparse: Any = False
    # What helps where a training diverges.
    _remedy: str = "Pass a lower one."
    _random: np.random.RandomState
    _table: Any

    def _fit(self, X: Any, y: Any, sample_weight: Any) -> Any:
        trainings = self._begin(X, y, sample_weight)
        with self._naming_divergence():
            histories = train_together(trainings)
        self._finish(trainings, histories)
        return self

    def _begin(self, X: Any, y: Any, sample_weight: Any) -> list[Training]:
        """Returns how each network is to be trained; they are made, not trained yet."""
        raise NotImplementedError

    def _finish(self, trainings: list[Training], histories: list[dict]) -> None:
        """Makes of trained networks what answers."""
        raise NotImplementedError

    def _validated(
        self, X: Any, y: Any, sample_weight: Any, reset: bool, **options: Any
    ) -> tuple:
        """Returns examples and targets, once they are what the estimator takes.

        Args:
            X: As for `fit`.
            y: As for `fit`.
            sample_weight: As for `fit`.
            reset: Whether it has seen none before.
            **options: As for scikit-learn's `validate_data`.
        """
        raise NotImplementedError

    def _checked_rows(self, X: Any, y: Any, reset: bool, **options: Any) -> tuple:
        """Returns features and targets as arrays, once they are right.

        Args:
            X: As for `fit`.
            y: As for `fit`.
            reset: Whether the estimator has seen none before.
            **options: As for scikit-learn's `validate_data`.
        """
        return validate_data(
            self,
            X,
            y,
            accept_sparse=self._accept_sparse,
            dtype=np.float32,
            reset=reset,
            **options,
        )

    def _checked_table(self, X: Any, y: Any, reset: bool, **options: Any) -> np.ndarray:
        """Returns targets, once they and the columns of a data frame are right."""
        # The names of the columns, and how many there are.
        validate_data(self, X, reset=reset, skip_check_array=True)
        _, y = check_X_y(np.zeros((len(X), 1)), y, **options)
        return y

    @contextmanager
    def _naming_divergence(self) -> Iterator[None]:
        """Says of a training that diverges what an estimator can do about it."""
        try:
            yield
        except DivergedError as error:
            raise DivergedError(
                f"The training of {type(self).__name__} diverged in epoch "
                f"{error.epoch}: the loss is not finite. Received: learning_rate="
                f"{self.learning_rate!r}. {self._remedy}",
                error.epoch,
                error.step,
                error.kept,
            ) from error

    def _outputs(self, X: Any) -> np.ndarray:
        """Returns what the network makes of the examples."""
        check_is_fitted(self, "model_")
        if self._table is not None:
            validate_data(self, X, reset=False, skip_check_array=True)
            X = rows_of(X, self._table)
        else:
            X = validate_data(
                self,
                X,
                accept_sparse=self._accept_sparse,
                dtype=np.float32,
                reset=False,
            )
        return self._outputs_of_rows(self.model_, X)

    def _outputs_of_rows(self, model: keras.Model, X: Any) -> np.ndarray:
        return np.concatenate(
            [
                _outputs_of(model, dense(X[start : start + PREDICTION_ROWS]))
                for start in range(0, X.shape[0], PREDICTION_ROWS)
            ]
        )

    def export(
        self, directory: str | os.PathLike[str], *, overwrite: bool = False
    ) -> None:
        """Writes a SavedModel that takes the columns of a table, by name.

        Its `serve` takes `{name: [rows]}`: numbers float32, with NaN for what is
        missing, and text as strings, with `""`. It gives `predictions`; of a classifier
        `probabilities`, `class_index` and `classes`. The file `signature.json` in it
        says what each column may hold. It needs TensorFlow and nothing else. Features
        without names are `x0`, `x1` and so on.

        Args:
            directory: The directory to write.
            overwrite: Whether a SavedModel that is there may be replaced. Defaults to
                `False`.

        Raises:
            sklearn.exceptions.NotFittedError: If it is not fitted.
            FileExistsError: If the directory exists and may not be replaced.
            OSError: If it cannot be written; nothing is left of it.
        """
        check_is_fitted(self, "model_")
        names = getattr(self, "feature_names_in_", None)
        model = TabularModel(
            self.model_,
            columns=None if self._table is not None or names is None else names,
            class_names=[str(name) for name in getattr(self, "classes_", ())] or None,
        )
        export_saved_model(model, directory, overwrite=overwrite)

    def _seed(self) -> int:
        return int(self._random.randint(2**31 - 1))

    def __getstate__(self) -> dict[str, Any]:
        return plain_state(super().__getstate__())

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(restored_state(state))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = self._accept_sparse is not False
        return tags


def _outputs_of(model: keras.Model, rows: np.ndarray) -> np.ndarray:
    # Rows that do not fill a tile are multiplied by other routines, on some
    # processors, and come out different in the last bit than among others.
    filled = np.pad(rows, ((0, -len(rows) % TILE_ROWS), (0, 0)), mode="edge")
    # Called as it is: `model.predict` would first build a graph, which takes
    # longer than all the rest unless there are very many rows.
    outputs = model(filled, training=False)
    return keras.ops.convert_to_numpy(outputs)[: len(rows)]
