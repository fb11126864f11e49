"""Running what was exported."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from keras_mlp.export.formats.checksum import check_seal
from keras_mlp.export.uint8_images import uint8_images
from keras_mlp.messages import one_line
from keras_mlp.requirements import require_extra

Predictor = Callable[[Any], np.ndarray]

# What runs uint8 images, and the shape of one, if it is known.
_Loaded = tuple[Callable[[np.ndarray], np.ndarray], tuple[int, ...] | None]


def load_predictor(path: str | os.PathLike[str]) -> Predictor:
    """Loads an exported classifier, each format in its own runtime.

    A SavedModel runs in TensorFlow, a `.tflite` file in LiteRT's interpreter and an
    `.onnx` file in ONNX Runtime. The checksums of the latter two, which the functions
    of this package write into them, are compared first; TensorFlow compares those of a
    SavedModel's weights.

    An export is a program: TensorFlow's can read and write files. Load those of people
    whose programs you would run.

    Args:
        path: What `export_saved_model`, `export_litert` or `export_onnx` has written.

    Returns:
        Function from uint8 images, `[images, height, width, channels]`, an array or a
        list, to probabilities, `[images, classes]`. It raises `ValueError` for others,
        of another dtype or shape, in the same way for each format.

    Raises:
        ImportError: If the runtime is not installed.
        FileNotFoundError: If there is nothing at `path`.
        ValueError: If it is no exported classifier, or a broken one.

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
    keras_mlp.export.export_litert(classifier, "loadable.tflite")
    predict = keras_mlp.export.load_predictor("loadable.tflite")
    assert predict(np.zeros((3, 28, 28, 1), "uint8")).shape == (3, 10)
    ```
    """
    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(
            f"`path` must be an exported model. Received: '{path}', which does not "
            "exist."
        )
    loaders = {".tflite": _load_litert, ".onnx": _load_onnx}
    load = _load_saved_model if path.is_dir() else loaders.get(path.suffix)
    if load is None:
        raise ValueError(
            "`path` must be a SavedModel directory, a .tflite file or an .onnx file. "
            f"Received: '{path}'."
        )
    try:
        if not path.is_dir():
            if not path.is_file():
                raise ValueError("it is a pipe or a device, no file")
            check_seal(path)
        run, image_shape = load(path)
    except ImportError:
        raise
    # Each runtime has errors of its own kind, here and below.
    except Exception as error:
        raise ValueError(
            f"`path` must be an exported classifier. Received: '{path}', which cannot "
            f"be loaded as one ({one_line(error)}). Export the model again."
        ) from error

    def predict(images: Any) -> np.ndarray:
        images = uint8_images("images", images, image_shape)
        try:
            return run(images)
        except Exception as error:
            raise ValueError(
                f"`images` must be of the kind that '{path}' takes. Received: "
                f"{images.dtype} of shape {images.shape} ({one_line(error)}). Pass "
                "images of the size that the model was trained on."
            ) from error

    return predict


def _load_saved_model(path: Path) -> _Loaded:
    served = tf.saved_model.load(path)
    if not hasattr(served, "serve_images"):
        raise ValueError("it has no endpoint 'serve_images'")
    # The signature leaves the shape open; what is in the file since it is written says.
    [shape] = getattr(served, "image_shape", [None])
    return (
        lambda images: served.serve_images(images)["probabilities"].numpy(),
        None if shape is None else tuple(shape.numpy().tolist()),
    )


def _load_litert(path: Path) -> _Loaded:
    require_extra("Running a .tflite file", "ai_edge_litert")
    from ai_edge_litert.interpreter import Interpreter

    runner = Interpreter(str(path)).get_signature_runner("serving_default")
    shape = runner.get_input_details()["images"]["shape"]
    return (
        lambda images: runner(images=images)["probabilities"],
        tuple(shape[1:].tolist()),
    )


def _load_onnx(path: Path) -> _Loaded:
    require_extra("Running an .onnx file", "onnxruntime")
    import onnxruntime

    # Without what it does by itself where a file cannot be loaded: it prints lines
    # and tries again.
    session = onnxruntime.InferenceSession(
        path, providers=["CPUExecutionProvider"], enable_fallback=0
    )
    [images_input] = session.get_inputs()
    return (
        lambda images: session.run(["probabilities"], {"images": images})[0],
        tuple(images_input.shape[1:]),
    )
