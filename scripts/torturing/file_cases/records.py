"""Records of runs."""

import json
from pathlib import Path
from typing import Any

from hypothesis import strategies

from keras_mlp.recipes.runs.run_record import RunRecordError, read_record
from torturing.file_cases.damaged import damaged, documented

RECORD = {
    "format": 1,
    "recipe": "digits",
    "dataset": "mnist_5k",
    "data": {"image_shape": [28, 28, 1], "class_names": list("0123456789")},
    "seed": 0,
    "versions": {"keras_mlp": "0.1.0"},
    "hyperparameters": {"epochs": 2, "hidden_units": [256, 128], "scale": True},
}


@strategies.composite
def records(draw: Any) -> bytes:
    """Records of runs with something in one place that does not belong there."""
    anything = strategies.recursive(
        strategies.one_of(
            strategies.none(),
            strategies.booleans(),
            strategies.integers(),
            strategies.floats(),
            strategies.text(max_size=5),
        ),
        lambda inner: strategies.one_of(
            strategies.lists(inner, max_size=3),
            strategies.dictionaries(strategies.text(max_size=5), inner, max_size=3),
        ),
    )
    record = json.loads(json.dumps(RECORD))
    inside = draw(
        strategies.sampled_from([record, record["data"], record["hyperparameters"]])
    )
    key = draw(
        strategies.one_of(strategies.sampled_from(sorted(inside)), strategies.text())
    )
    if draw(strategies.booleans()):
        inside[key] = draw(anything)
    else:
        inside.pop(key, None)
    return json.dumps(draw(strategies.sampled_from([record, inside]))).encode()


def record_cases() -> strategies.SearchStrategy[bytes]:
    """Records with wrong entries, damaged ones, and what is none."""
    whole = json.dumps(RECORD).encode()
    return strategies.one_of(
        records(), damaged(strategies.just(whole)), strategies.binary()
    )


def check_record(path: Path, data: bytes) -> str:
    """Reads the record of a run; what is used of it must be what it says."""
    path.write_bytes(data)
    try:
        record, recipe = read_record(path)
    except RunRecordError as error:
        return documented(error, path)
    expected = json.loads(data)
    assert record == expected
    assert recipe.dataset == expected["dataset"]
    height, width, channels = record["data"]["image_shape"]
    assert height * width * channels <= 3 * 2**26
    return "right"
