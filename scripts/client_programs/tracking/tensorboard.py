"""TensorBoard: what is in the files of its callback, with every option."""

from pathlib import Path
from typing import Any

import numpy as np
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

# Steps a second, and how long they took.
TIMES = ("_per_second", "_time")


def figures(package: Any, example: dict[str, Any]) -> dict[str, Any]:
    """Returns the history, and by directory what was written there."""
    keras = example["keras"]
    found = {"history": example["history"].history, "logs": _of(Path("logs"))}
    for name, options in {
        "epochs": {"update_freq": "epoch"},
        "batches": {"update_freq": "batch", "write_graph": False},
        "one batch profiled": {"profile_batch": 2},
        "histograms": {"histogram_freq": 2, "write_images": False},
    }.items():
        keras.utils.set_random_seed(1)
        directory = Path(name.replace(" ", "-"))
        model = example["network"]()
        model.fit(
            example["x"],
            example["y"],
            epochs=2,
            validation_split=0.2,
            callbacks=[keras.callbacks.TensorBoard(directory, **options)],
            verbose=0,
        )
        # What evaluates afterwards is written too.
        model.evaluate(example["x"], example["y"], verbose=0)
        found[name] = _of(directory)
    found["embeddings"] = _of_embeddings(package, example)
    return found


def _of_embeddings(package: Any, example: dict[str, Any]) -> dict[str, Any]:
    keras = example["keras"]
    keras.utils.set_random_seed(1)
    model = package.Sequential(
        [
            keras.Input([8], dtype="int32"),
            keras.layers.Embedding(17, 4, name="inks"),
            keras.layers.Flatten(),
            package.layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy")
    directory = Path("embeddings")
    board = keras.callbacks.TensorBoard(
        directory, embeddings_freq=1, embeddings_metadata={"inks": "inks.tsv"}
    )
    inks = (example["x"][:, 32:40] * 16).astype("int32")
    history = model.fit(inks, example["y"], epochs=2, callbacks=[board], verbose=0)
    projector = next(directory.rglob("projector_config.pbtxt")).read_text()
    return {**_of(directory), "history": history.history, "projector": projector}


def _of(directory: Path) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for path in sorted(directory.rglob("*")):
        if path.is_file() and "tfevents" not in path.name:
            # The profiler names its files for the minute and the machine.
            found.setdefault("files", []).append("".join(path.suffixes[-2:]))
    for part in sorted({path.parent for path in directory.rglob("*tfevents*")}):
        events = EventAccumulator(str(part), size_guidance={"tensors": 0})
        events.Reload()
        tags = events.Tags()
        found[part.name] = {
            "tensors": {tag: _values(events, tag) for tag in sorted(tags["tensors"])},
            "graph": tags["graph"],
        }
    return found


def _values(events: EventAccumulator, tag: str) -> list[Any]:
    plugin = events.SummaryMetadata(tag).plugin_data.plugin_name
    values = []
    for event in events.Tensors(tag):
        value: Any = None
        if plugin == "scalars" and not tag.endswith(TIMES):
            value = float(_tensor(event))
        elif plugin == "histograms":
            # Edges and counts; one weight may be at either side of an edge.
            value = _tensor(event)[:, 2].sum()
        values.append([plugin, event.step, value])
    return values


def _tensor(event: Any) -> np.ndarray:
    from tensorflow import make_ndarray

    return np.asarray(make_ndarray(event.tensor_proto))
