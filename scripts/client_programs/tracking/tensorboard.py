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
        "embeddings": {"embeddings_freq": 1},
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
    return found


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
