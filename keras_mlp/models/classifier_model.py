"""What models of classes share."""

from collections.abc import Iterable, Sequence
from typing import Any

import keras
import numpy as np

from keras_mlp.losses import SparseCategoricalCrossentropy
from keras_mlp.losses.class_probabilities import class_probabilities
from keras_mlp.losses.sparse_categorical_crossentropy import check_label_smoothing
from keras_mlp.models.inputs.class_names import numbered
from keras_mlp.models.inputs.moments import Moments, batches_of
from keras_mlp.models.mlp.mlp_model import MLPModel
from keras_mlp.training.checking.columns import check_columns, learn_columns
from keras_mlp.validation import check_positive_integer


class ClassifierModel(MLPModel):
    """A `layers.MLP` that predicts classes: base of `MLPClassifier` and others.

    Args:
        num_classes: Number of outputs; `1` is the logit of the second of two classes.
        hidden_units: Width of each hidden layer.
        class_names: Name of each class, or `None`.
        label_smoothing: As for `MLPClassifier`.
        **options: The other arguments of `MLPModel`.
    """

    def __init__(
        self,
        num_classes: int,
        hidden_units: Sequence[int],
        *,
        class_names: Sequence[str] | None = None,
        label_smoothing: float = 0.0,
        **options: Any,
    ) -> None:
        num_classes = check_positive_integer("num_classes", num_classes)
        super().__init__(num_classes, hidden_units, **options)
        self.num_classes = num_classes
        self.label_smoothing = check_label_smoothing(label_smoothing)
        self.class_names = _checked_names(class_names, max(2, num_classes))

    def adapt(self, data: Any, sample_weight: Any = None) -> None:
        """Standardises the inputs, inside the model, by what `data` holds.

        With a `data.TabularPreprocessing`, that is adapted instead. Otherwise, from
        each feature its mean over the data is taken away, and the rest is
        divided by its standard deviation. Both become weights that are not trained,
        saved and exported with the model. Features that are constant are not
        divided. Call it before the model is built; a model with `standardize=True`
        can be adapted at any time, also again.

        Args:
            data: Array, `[examples, ..., features]`, or a batched
                `tf.data.Dataset`, whose targets are ignored. For a
                `data.TabularPreprocessing`, also a data frame or a dictionary of
                columns.
            sample_weight: How often each example counts, `[examples]`. A data set
                brings its own. Defaults to once.

        Raises:
            ValueError: If the model was built without `standardize=True`, or the
                data hold no example or numbers that are not finite.
        """
        if self.takes_columns:
            self.preprocessing.adapt(data)
            return
        check_columns(self, data)
        inputs = Moments()
        for batch, _, weights in batches_of(data, None, sample_weight):
            inputs.update(self._preprocessed(batch), weights)
        moments = inputs.result()
        self._make_room()
        self.standardization.set_moments(*moments)
        learn_columns(self, data)

    def prepare_data(self, x: Any, y: Any = None) -> tuple[Any, Any]:
        """Returns tables encoded, and names of classes as their numbers."""
        x, y = super().prepare_data(x, y)
        return numbered(x, y, self.class_names, as_logit=self.num_classes == 1)

    def from_logits(self) -> bool:
        """Returns whether the outputs are logits, rather than probabilities.

        Raises:
            ValueError: If they are neither, because of `final_activation`.
        """
        activations = keras.activations
        probable = activations.sigmoid if self.num_classes == 1 else activations.softmax
        if self.final_activation in (activations.linear, probable):
            return self.final_activation is activations.linear
        name = getattr(self.final_activation, "__name__", self.final_activation)
        raise ValueError(
            f"The outputs of model '{self.name}' are neither logits nor the "
            f"probabilities of classes. Received: final_activation={name!r}, "
            f"num_classes={self.num_classes}. Use None or {probable.__name__!r}, or "
            "call `compile` with a loss of your own, and `predict`."
        )

    def default_loss(self) -> keras.losses.Loss:
        """Returns binary or sparse categorical cross-entropy."""
        from_logits, smoothing = self.from_logits(), self.label_smoothing
        if self.num_classes == 1:
            return keras.losses.BinaryCrossentropy(from_logits, smoothing)
        if smoothing:
            return SparseCategoricalCrossentropy(smoothing, from_logits)
        return keras.losses.SparseCategoricalCrossentropy(from_logits)

    def default_metrics(self) -> list[keras.metrics.Metric]:
        """Returns the accuracy."""
        if self.num_classes == 1:
            # A logit of 0 is a probability of one half.
            threshold = 0.0 if self.from_logits() else 0.5
            return [keras.metrics.BinaryAccuracy(name="accuracy", threshold=threshold)]
        return [keras.metrics.SparseCategoricalAccuracy(name="accuracy")]

    def predict_proba(self, x: Any, **kwargs: Any) -> np.ndarray:
        """Returns the probability of each class, in float64.

        Args:
            x: What `predict` takes: arrays, or a data set.
            **kwargs: The other arguments of `predict`: `batch_size`, `verbose`,
                `steps`, `callbacks`.

        Returns:
            `[examples, ..., classes]`: two columns for a single output.
        """
        from_logits = self.from_logits()
        return class_probabilities(self.predict(x, **kwargs), from_logits)

    def predict_classes(self, x: Any, **kwargs: Any) -> np.ndarray:
        """Returns the most probable class of each example.

        Args:
            x: What `predict` takes: arrays, or a data set.
            **kwargs: The other arguments of `predict`.

        Returns:
            Array of integers, `[examples, ...]`; of names, where the model has
            `class_names`.
        """
        numbers = self.predict_proba(x, **kwargs).argmax(axis=-1)
        return (
            numbers if self.class_names is None else np.array(self.class_names)[numbers]
        )

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments that make this model again."""
        names = self.class_names
        return {
            **super().get_config(),
            "num_classes": self.num_classes,
            "class_names": None if names is None else list(names),
            "label_smoothing": self.label_smoothing,
        }


def _checked_names(class_names: Any, count: int) -> list[str] | None:
    if class_names is None:
        return None
    names = list(class_names) if isinstance(class_names, Iterable) else []
    if len(names) != count or not all(isinstance(name, str) for name in names):
        raise ValueError(
            f"Argument `class_names` must hold a string for each of the {count} "
            f"classes. Received: class_names={class_names!r}. Pass a list of as many "
            "names."
        )
    return names
