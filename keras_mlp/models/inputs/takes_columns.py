"""Models that take the columns of a table by name, where their preprocessing does."""

from typing import TYPE_CHECKING, Any

from keras_mlp.data.columns.tabular_preprocessing import TabularPreprocessing
from keras_mlp.models.inputs.table_inputs import prepared_inputs
from keras_mlp.training.checking.columns import check_columns

# A mixin has no base; a type checker needs to know what it is mixed into.
if TYPE_CHECKING:
    from keras import Model as _Mixed
else:
    _Mixed = object


class TakesColumns(_Mixed):
    """Mixin for a `keras.Model` that has a layer, or `None`, as its `preprocessing`."""

    preprocessing: Any

    @property
    def takes_columns(self) -> bool:
        """Whether the inputs are the columns of a table, by name."""
        return isinstance(self.preprocessing, TabularPreprocessing)

    def raw_input_signature(self) -> Any:
        """Returns the columns that it takes, `None` where inputs are arrays."""
        return [self.preprocessing.input_signature()] if self.takes_columns else None

    def prepare_data(self, x: Any, y: Any = None) -> tuple[Any, Any]:
        """Returns tables encoded once, rather than in each step."""
        return prepared_inputs(self.preprocessing, x), y

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Returns what Keras does, for the right columns of a data frame."""
        check_columns(self, args[:1])
        if args and self.takes_columns:
            args = (self.preprocessing.as_inputs(args[0]), *args[1:])
        return super().__call__(*args, **kwargs)
