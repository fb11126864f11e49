"""Classifiers as TensorFlow SavedModels."""

import os

import keras
import tensorflow as tf

from keras_mlp.data.image_files.decoding import decode_image
from keras_mlp.export.comparison import check_answers
from keras_mlp.export.image_classifier import ImageClassifier
from keras_mlp.export.tables.saved_table import export_saved_table
from keras_mlp.export.tables.tabular_model import TabularModel
from keras_mlp.export.target import new_target
from keras_mlp.models.saving.input_signature import input_signature


def export_saved_model(
    classifier: ImageClassifier | TabularModel,
    path: str | os.PathLike[str],
    *,
    overwrite: bool = False,
) -> None:
    """Writes a SavedModel that reads raw images.

    It needs TensorFlow and nothing else: neither Keras nor this package. Before it is
    moved to `path`, it is loaded, and its answers to a few images are compared with the
    model's. Its
    endpoints, which are also its signatures for TensorFlow Serving:

    - `serve`: what `model.export` gives, the model itself.
    - `serve_images`: `images`, uint8 `[batch, height, width]` or
      `[batch, height, width, channels]`, to `probabilities`, float32
      `[batch, classes]`, `class_index`, int64 `[batch]`, and `class_name`, strings
      `[batch]`.
    - `serve_encoded`: `encoded`, strings `[batch]` with the bytes of PNG or JPEG
      files of any size, to the same. They are read as `keras_mlp.data.read_image`
      does.

    Args:
        classifier: What to export. A `TabularModel` has the endpoint `serve` alone,
            which takes raw columns, `{name: [rows]}`, and gives `probabilities`,
            `class_index` and `classes`, or `predictions`.
        path: The directory to write.
        overwrite: Whether a SavedModel that is there may be replaced. Defaults to
            `False`.

    Raises:
        ValueError: If what was written answers otherwise than the model.
        FileExistsError: If `path` exists and must not be replaced.
        OSError: If it cannot be written; nothing is left of it.

    Example:

    ```python
    import numpy as np
    import tensorflow as tf
    import keras_mlp

    model = keras_mlp.models.MLPClassifier(10, hidden_units=[32], seed=0)
    model.build((None, 784))
    classifier = keras_mlp.export.ImageClassifier(
        model,
        keras_mlp.data.ImagePreprocessing(),
        class_names=[str(digit) for digit in range(10)],
        from_logits=True,
    )
    keras_mlp.export.export_saved_model(classifier, "digits")

    served = tf.saved_model.load("digits")
    answers = served.serve_images(np.zeros((3, 28, 28), "uint8"))
    assert answers["class_name"].shape == (3,)
    ```
    """
    if isinstance(classifier, TabularModel):
        export_saved_table(classifier, path, overwrite=overwrite)
        return
    image_shape = classifier.image_shape

    def answers(images: tf.Tensor) -> dict[str, tf.Tensor]:
        found = classifier.network(images)
        names = tf.constant(classifier.class_names)
        return {**found, "class_name": tf.gather(names, found["class_index"])}

    def serve_images(images: tf.Tensor) -> dict[str, tf.Tensor]:
        # A signature cannot offer two ranks, so it leaves the rank open. Whatever
        # has other sizes than the images' is refused by the second line.
        images = tf.reshape(
            images, tf.concat([tf.shape(images)[:3], image_shape[2:]], axis=0)
        )
        return answers(tf.ensure_shape(images, (None, *image_shape)))

    def serve_encoded(encoded: tf.Tensor) -> dict[str, tf.Tensor]:
        images = tf.map_fn(
            lambda one: decode_image(one, image_shape),
            encoded,
            fn_output_signature=tf.TensorSpec(image_shape, tf.uint8),
        )
        return answers(images)

    with new_target(path, overwrite=overwrite) as temporary:
        archive = keras.export.ExportArchive()
        # The first becomes `serving_default` too.
        archive.track_and_add_endpoint(
            "serve", classifier.model, input_signature(classifier.model)
        )
        archive.add_endpoint(
            "serve_images", serve_images, [tf.TensorSpec(None, tf.uint8, name="images")]
        )
        archive.add_endpoint(
            "serve_encoded",
            serve_encoded,
            [tf.TensorSpec((None,), tf.string, name="encoded")],
        )
        # What `load_predictor` asks: a signature of several ranks cannot say it.
        archive.add_variable_collection(
            "image_shape", [tf.Variable(image_shape, trainable=False)]
        )
        archive.write_out(temporary, verbose=False)
        check_answers(classifier, temporary)
