"""What a file of weights holds, compared with what a model has a place for."""

import contextlib
import itertools
import math
import os
import tempfile
import zipfile
from collections.abc import Iterator
from typing import Any

import h5py
import keras

from keras_mlp.messages import printable
from keras_mlp.training import TapeTrainer

_NAMED_AT_MOST = 5

# An object of a model by its place, such as "layers/dense": the shapes of its arrays.
Shapes = dict[str, list[tuple[int, ...]]]


def has_as_many(model: keras.Model, filepath: Any) -> bool:
    """Returns whether a file holds as many numbers as the weights of a model.

    Args:
        model: A built model.
        filepath: A `.weights.h5` or `.keras` file of weights.
    """
    stored = sum(map(math.prod, itertools.chain(*_stored(filepath).values())))
    return stored == sum(math.prod(weight.shape) for weight in model.weights)


def difference(model: keras.Model, filepath: Any) -> tuple[str, bool]:
    """Returns what sets a file of weights and a model apart, and if the file has more.

    What only a training needs does not count, since Keras saves it beside the weights:
    the state of an optimizer, of metrics and of random generators.

    Args:
        model: A built model.
        filepath: A `.weights.h5` or `.keras` file of weights.
    """
    stored = _stored(filepath)
    # Only Keras knows where it looks for which weight, and tells it by a file.
    with tempfile.TemporaryDirectory() as directory:
        own = os.path.join(directory, "model.weights.h5")
        super(TapeTrainer, model).save_weights(own)
        expected = _stored(own)
    surplus = {place: stored[place] for place in stored if place not in expected}
    missing = {
        place: shapes
        for place, shapes in expected.items()
        if shapes and place not in stored
    }
    other = {
        place: shapes
        for place, shapes in stored.items()
        if place in expected and sorted(shapes) != sorted(expected[place])
    }
    parts = [
        f"{words} {_named(shapes)}"
        for words, shapes in (
            ("weights that the model has no place for, of", surplus),
            ("no weights for the model's", missing),
            ("weights of other shapes or in another number, of", other),
        )
        if shapes
    ]
    return "; ".join(parts), bool(surplus)


def _named(places: Shapes) -> str:
    names = [
        f"{printable(place) or 'the model itself'} {shapes}"
        for place, shapes in sorted(places.items())
    ]
    more = len(names) - _NAMED_AT_MOST
    return ", ".join(names[:_NAMED_AT_MOST]) + (f" and {more} more" if more > 0 else "")


def _stored(filepath: Any) -> Shapes:
    arrays: dict[str, list[h5py.Dataset]] = {}

    def note(name: str, item: Any) -> None:
        if isinstance(item, h5py.Dataset):
            # "layers/dense/vars/0", or "vars/0" of the model itself.
            arrays.setdefault(name.rpartition("vars/")[0].rstrip("/"), []).append(item)

    with _opened(filepath) as file:
        file.visititems(note)
        return {
            # As Keras 2 named the layers.
            place.replace("_layer_checkpoint_dependencies", "layers"): [
                array.shape for array in items
            ]
            for place, items in arrays.items()
            if not _is_of_training(place, items)
        }


@contextlib.contextmanager
def _opened(filepath: Any) -> Iterator[h5py.File]:
    if not str(filepath).endswith(".keras"):
        with h5py.File(os.fspath(filepath), "r") as file:
            yield file
        return
    with (
        zipfile.ZipFile(filepath) as archive,
        archive.open("model.weights.h5") as stored,
        h5py.File(stored, "r") as file,
    ):
        yield file


def _is_of_training(place: str, arrays: list[h5py.Dataset]) -> bool:
    """Returns whether these are of an optimizer, of a metric or of a generator."""
    if arrays[0].shape == () and arrays[0].dtype.kind in "iu":
        # An optimizer counts its steps first.
        return True
    # What stands among layers may have a scalar weight.
    scalars = not place.rpartition("/")[0].endswith("layers")
    return all(
        array.dtype.kind in "iu" or (scalars and array.shape == ()) for array in arrays
    )
