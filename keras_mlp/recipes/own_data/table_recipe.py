"""What recipes of networks on tables share."""

import dataclasses
import functools
from pathlib import Path
from typing import Any, ClassVar

import keras
import tensorflow as tf

from keras_mlp import data
from keras_mlp.data import TableDataset
from keras_mlp.data.tasks import TASKS
from keras_mlp.export import TabularModel, export_saved_model
from keras_mlp.recipes.kinds.trained_recipe import TrainedRecipe
from keras_mlp.recipes.outcome import Outcome
from keras_mlp.report import Section
from keras_mlp.report.evaluation.evaluated import evaluate
from keras_mlp.report.sections import example_sections
from keras_mlp.validation import check_choice


@dataclasses.dataclass(frozen=True, kw_only=True)
class TableRecipe(TrainedRecipe):
    """A network on a table: the columns are prepared inside the model.

    The table is divided into rows for training, validation and the test.

    Args:
        target: The column to predict.
        task: `"classification"`, `"regression"`, or `None` to find out.
        columns: The columns that are inputs; none for all but the target.
        exclude: Columns that are no inputs.
        validation_size: Share of the rows for validation.
        test_size: Share of the rows for the test.
        group: A column whose values stay together in one part, or `None`.
        time: A column of dates or numbers by which the last rows are the test, or
            `None`.
    """

    target: str = ""
    task: str | None = None
    columns: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    validation_size: float = 0.1
    test_size: float = 0.2
    group: str | None = None
    time: str | None = None
    # Of a last batch that is not full, whether it is left out of the epoch.
    whole_batches: ClassVar[bool] = False

    def __post_init__(self) -> None:
        super().__post_init__()
        check_choice("task", self.task, (None, *TASKS))

    @property
    def run_name(self) -> str:
        """Name of a run's directory, unless one is chosen."""
        return f"{self.name}-{Path(self.dataset).name.split('.')[0]}"

    def table(self, seed: int = 0) -> TableDataset:
        """Returns all rows.

        Args:
            seed: Integer that fixes the order of the training.
        """
        rows = _table(
            _state_of(self.dataset),
            source=self.dataset,
            target=self.target,
            batch_size=self.batch_size,
            columns=self.columns or None,
            exclude=self.exclude,
            task=self.task,
            data_dir=self.data_dir,
        )
        return rows.with_seed(seed)

    def parts(self, seed: int = 0) -> tuple[TableDataset, ...]:
        """Returns the rows for training, validation, if any, and the test.

        Which row is in which part does not depend on the seed.

        Args:
            seed: Integer that fixes the order of the training.
        """
        return self.table(seed).split(
            self.validation_size, self.test_size, group=self.group, time=self.time
        )

    def train_data(self, seed: int = 0) -> tf.data.Dataset:
        """Returns the rows for training, in an order of their own in each epoch."""
        train: TableDataset = self.parts(seed)[0]
        return train.whole_batches() if self.whole_batches else train

    def validation_data(self) -> tf.data.Dataset | None:
        """Returns the rows for validation, if there are any."""
        parts = self.parts()
        return parts[1] if len(parts) == 3 else None

    def test_data(self, seed: int = 0) -> tf.data.Dataset:
        """Returns the rows for the test, in the order of the table."""
        return self.parts(seed)[-1]

    def network(self, num_outputs: int, seed: int, **names: Any) -> Any:
        """Returns the network as it is made, a `models.MLPRegressor` or the like.

        Args:
            num_outputs: Width of its last layer.
            seed: Integer that fixes the initial weights.
            **names: Of a classifier, its `class_names`.
        """
        raise NotImplementedError

    def optimizer_of(self, network: Any) -> keras.optimizers.Optimizer:
        """Returns a new optimizer for a network.

        Args:
            network: What `network` has returned.
        """
        return self.make_optimizer()

    def model(self, seed: int = 0) -> keras.Model:
        """Returns the network, adapted to the rows for training, and compiled.

        Args:
            seed: Integer that fixes the initial weights.
        """
        train = self.train_data(seed)
        names = train.class_names
        if names is None:
            network = self.network(1, seed)
        else:
            # Two classes take one logit.
            outputs = 1 if len(names) == 2 else len(names)
            network = self.network(outputs, seed, class_names=names)
        network.adapt(train)
        if not network.built:
            network.build((None, network.preprocessing.encoded_width))
        network.compile(self.optimizer_of(network), on_divergence="raise")
        return network

    def data_facts(self) -> dict[str, Any]:
        """Returns what a user of the trained model must know of the table."""
        table = self.table()
        names = table.class_names
        return {
            "task": table.task,
            "target": self.target,
            "columns": list(table.columns),
            "class_names": None if names is None else list(names),
            "rows": [part.rows for part in self.parts()],
        }

    def describe_data(self) -> str:
        """Returns in words what was found in the table."""
        # Its warnings were told when the table was read.
        return str(dataclasses.replace(self.table().describe(), warnings=()))

    def tabular(self, model: keras.Model) -> TabularModel:
        """Returns the model with what it needs to read raw rows.

        Args:
            model: The trained model.
        """
        return TabularModel(model, target=self.target)

    def export(self, model: keras.Model, path: Path) -> None:
        """Writes a trained model as a SavedModel that takes raw columns.

        Args:
            model: The trained model.
            path: The directory to write.
        """
        export_saved_model(self.tabular(model), path)

    def pictures(self, outcome: Outcome, directory: Path | None) -> list[Section]:
        """Draws and describes the model's answers for the test rows."""
        rows = self.test_data(outcome.seed)
        return example_sections(evaluate(outcome.model, rows), directory)


def _state_of(dataset: str) -> Any:
    """Returns what changes with a file, so that a changed one is read again."""
    path = Path(dataset)
    return path.stat().st_mtime_ns if path.is_file() else None


@functools.lru_cache(maxsize=1)
def _table(state: Any, **options: Any) -> TableDataset:
    """Returns all rows, which are asked for several times and read once."""
    return data.table(**options)
