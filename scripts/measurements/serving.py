"""Measures the exports of the 784-256-128-10 network: size and latency, in process.

    python scripts/measurements/serving.py [--rounds N] [--calls N]

Everything is loaded first; then each round times some calls of each in turn, so that
whatever else the machine does strikes all alike. It prints the tables of
docs/guides/serving.md.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import onnxruntime
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter

import keras_mlp
from keras_mlp import export

Call = Callable[[], object]
BATCHES = (1, 128)


def main() -> None:
    """Prints the tables and the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--calls", type=int, default=25)
    arguments = parser.parse_args()
    recipe = keras_mlp.recipes.get("mnist-mlp").replace(dataset="mnist_5k", epochs=1)
    model = recipe.model(seed=0)
    stock = keras.Sequential(
        [
            keras.Input((784,)),
            keras.layers.Dense(256, activation="relu"),
            keras.layers.Dense(128, activation="relu"),
            keras.layers.Dense(10),
        ]
    )
    stock.set_weights(model.get_weights())
    images, _ = recipe.raw_images("test")
    with tempfile.TemporaryDirectory() as directory:
        sizes = write(recipe, model, stock, Path(directory))
        latencies = {
            batch: measure(
                calls(model, stock, images[:batch], Path(directory)),
                arguments.rounds,
                arguments.calls,
            )
            for batch in BATCHES
        }
    print("| what | size | batch 1: median | p99 | batch 128: median | p99 |")
    print("| --- | --- | --- | --- | --- | --- |")
    for name in latencies[1]:
        size = f"{sizes[name] / 1e3:.0f} kB" if name in sizes else ""
        cells = [
            f"{1e3 * value:.3f} ms"
            for batch in BATCHES
            for value in (
                statistics.median(latencies[batch][name]),
                np.percentile(latencies[batch][name], 99),
            )
        ]
        print(f"| {name} | {size} | {' | '.join(cells)} |")
    print()
    medians = {name: statistics.median(found) for name, found in latencies[1].items()}
    for name in ("`model.predict` of stock Keras", "SavedModel of stock Keras"):
        ratio = medians["SavedModel, `serve`"] / medians[name]
        print(f"Batch 1, SavedModel's `serve` against {name}: {ratio:.3f}")
    ratio = sizes["LiteRT, int8"] / sizes["LiteRT, float32"]
    print(f"Size of LiteRT int8 against float32: {ratio:.3f}")


def write(
    recipe: keras_mlp.recipes.MLPRecipe,
    model: keras.Model,
    stock: keras.Model,
    directory: Path,
) -> dict[str, int]:
    """Exports to every format and returns the sizes in bytes."""
    classifier = recipe.classifier(model)
    export.export_saved_model(classifier, directory / "saved_model")
    stock.export(directory / "stock", verbose=False)
    export.export_onnx(classifier, directory / "model.onnx")
    for quantize in export.QUANTIZATIONS:
        export.export_litert(
            classifier,
            directory / f"{quantize}.tflite",
            quantize=quantize,
            representative_images=recipe.raw_images("train[:500]")[0],
        )
    names = {
        "SavedModel of stock Keras": "stock",
        "SavedModel, `serve`": "saved_model",
        "SavedModel, `serve_images`": "saved_model",
        "LiteRT, float32": "none.tflite",
        "LiteRT, float16": "float16.tflite",
        "LiteRT, int8": "int8.tflite",
        "ONNX": "model.onnx",
    }
    return {name: size_of(directory / path) for name, path in names.items()}


def size_of(path: Path) -> int:
    """Returns the size of a file, or of all in a directory."""
    files = [path, *path.rglob("*")]
    return sum(file.stat().st_size for file in files if file.is_file())


def calls(
    model: keras.Model, stock: keras.Model, images: np.ndarray, directory: Path
) -> dict[str, Call]:
    """Returns what is timed, loaded and called once."""
    inputs = images.reshape(len(images), 784).astype("float32") / 255
    served = tf.saved_model.load(directory / "saved_model")
    served_stock = tf.saved_model.load(directory / "stock")
    session = onnxruntime.InferenceSession(directory / "model.onnx")
    tensor, image_tensor = tf.constant(inputs), tf.constant(images)
    found: dict[str, Call] = {
        "`model.predict` of stock Keras": lambda: stock.predict(inputs, verbose=0),
        "SavedModel of stock Keras": lambda: served_stock.serve(tensor),
        "SavedModel, `serve`": lambda: served.serve(tensor),
        "SavedModel, `serve_images`": lambda: served.serve_images(image_tensor),
        "LiteRT, float32": litert_call(directory / "none.tflite", images),
        "LiteRT, float16": litert_call(directory / "float16.tflite", images),
        "LiteRT, int8": litert_call(directory / "int8.tflite", images),
        "ONNX": lambda: session.run(["probabilities"], {"images": images}),
    }
    for call in found.values():
        call()
    return found


def litert_call(path: Path, images: np.ndarray) -> Call:
    """Returns a call of LiteRT's interpreter, its tensors allocated for the batch."""
    interpreter = Interpreter(str(path))
    [images_input] = interpreter.get_input_details()
    interpreter.resize_tensor_input(images_input["index"], images.shape)
    interpreter.allocate_tensors()
    outputs = interpreter.get_output_details()

    def call() -> object:
        interpreter.set_tensor(images_input["index"], images)
        interpreter.invoke()
        return [interpreter.get_tensor(output["index"]) for output in outputs]

    return call


def measure(calls: dict[str, Call], rounds: int, count: int) -> dict[str, list[float]]:
    """Returns the seconds of each call, the candidates taking turns."""
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            # What ran before may have left the caches to itself.
            call()
            for _ in range(count):
                begin = time.perf_counter()
                call()
                seconds[name].append(time.perf_counter() - begin)
    return seconds


if __name__ == "__main__":
    main()
