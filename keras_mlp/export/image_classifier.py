"""A classifier together with all that it needs to read raw images."""

from collections.abc import Sequence
from typing import Any

import keras

from keras_mlp.export.answers import Answers
from keras_mlp.export.class_names import checked_names
from keras_mlp.export.logits import gives_logits
from keras_mlp.models.saving.input_signature import input_signature
from keras_mlp.validation import check_shape, check_switch


class ImageClassifier:
    """A classifier with its preprocessing and the names of its classes.

    This is what the functions of `keras_mlp.export` write.

    Args:
        model: A built model, from preprocessed images to one output a class, or to a
            single output: the second of two classes.
        preprocessing: The layer that turns uint8 images into the model's inputs,
            usually `keras_mlp.data.ImagePreprocessing`. Defaults to `None`, for a
            model that takes them as they are, such as a `models.MLPClassifier` with
            a preprocessing of its own.
        class_names: Name of each class, in the order of the model's outputs: text in
            one line. Defaults to those of the model.
        image_shape: Height, width and channels of an image. Defaults to MNIST's,
            `(28, 28, 1)`.
        from_logits: Whether the model's outputs are logits; their softmax, for a
            single output the logistic function, is then given as probabilities.
            Otherwise outputs are given as they are. Defaults to `None`: what the
            model says, by its `from_logits()`, its last activation or the loss that
            it is compiled with.

    Attributes:
        network: `keras.Model` from uint8 images `[batch, *image_shape]`, named
            `images`, to `{"probabilities": ..., "class_index": ...}`.

    Raises:
        ValueError: If the model is not built, does not take what the preprocessing
            gives, has another number of outputs than there are names, or does not say
            whether they are logits; or if a name is no text or has a line break.

    Example:

    ```python
    import numpy as np
    import keras_mlp

    model = keras_mlp.models.MLPClassifier(10, hidden_units=[32], seed=0)
    model.build((None, 784))
    classifier = keras_mlp.export.ImageClassifier(
        model,
        keras_mlp.data.ImagePreprocessing(),
        class_names=[str(digit) for digit in range(10)],
        from_logits=True,
    )
    answers = classifier.network(np.zeros((2, 28, 28, 1), "uint8"))
    assert answers["probabilities"].shape == (2, 10)
    assert answers["class_index"].shape == (2,)
    ```
    """

    def __init__(
        self,
        model: keras.Model,
        preprocessing: keras.layers.Layer | None = None,
        class_names: Sequence[str] | None = None,
        image_shape: tuple[int, int, int] = (28, 28, 1),
        from_logits: bool | None = None,
    ) -> None:
        # Refuses a model that is not built; the call below would build it, and
        # export weights that nobody has trained.
        signature = keras.tree.flatten(input_signature(model))
        self.model = model
        self.preprocessing = preprocessing
        if class_names is None:
            class_names = getattr(model, "class_names", None) or ()
        self.class_names = checked_names(class_names)
        height, width, channels = check_shape("image_shape", image_shape, rank=3)
        self.image_shape = (height, width, channels)

        images = keras.Input(self.image_shape, dtype="uint8", name="images")
        inputs = images if preprocessing is None else preprocessing(images)
        _check_inputs(inputs.shape, signature)
        outputs = model(inputs)
        classes = len(self.class_names)
        counts = {1: (), 2: (1, 2)}.get(classes, (classes,))
        shape = tuple(getattr(outputs, "shape", ()))
        if shape not in [(None, count) for count in counts]:
            raise ValueError(
                "`class_names` must name each output of the model, or two classes for "
                f"a single one. Received: {classes} names, and a model whose outputs "
                f"are {outputs}. Pass a classifier, and one name for each class."
            )
        self.from_logits = (
            gives_logits(model)
            if from_logits is None
            else check_switch("from_logits", from_logits)
        )
        self.network = keras.Model(
            images, Answers(self.from_logits)(outputs), name=f"{model.name}_on_images"
        )


def _check_inputs(shape: tuple[int | None, ...], signature: list[Any]) -> None:
    """Raises unless a model takes inputs of this shape.

    Keras does not find out while it only computes shapes.
    """
    expected = [tuple(spec.shape) for spec in signature]
    fits = len(expected) == 1 and len(expected[0]) == len(shape)
    if fits and all(
        one is None or other is None or one == other
        for one, other in zip(expected[0], shape, strict=True)
    ):
        return
    raise ValueError(
        "`model` must accept the output of `preprocessing` for images of "
        "`image_shape`. Received: a model for inputs of the shape "
        f"{', '.join(map(str, expected))}, and {tuple(shape)} from the preprocessing. "
        "Pass the size of the images that the model was trained on, and their "
        "preprocessing."
    )
