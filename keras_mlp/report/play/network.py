"""A network as the list of operations that the page carries out."""

import dataclasses
import math
import warnings
from typing import Any

import keras
import numpy as np

from keras_mlp.report.play.operations import OPERATIONS, Operation
from keras_mlp.stock import to_keras


@dataclasses.dataclass(frozen=True)
class Network:
    """What a model computes when it predicts, without Keras.

    Args:
        input_shape: Shape of one example.
        operations: Each with the places, in this list, of what it takes; -1 stands for
            the inputs of the network.
        arrays: The weights; operations name them by their place here.
    """

    input_shape: tuple[int, ...]
    operations: list[dict[str, Any]]
    arrays: list[np.ndarray]

    @property
    def output_size(self) -> int:
        """How many numbers come out for one example."""
        shape = self.operations[-1]["shape"] if self.operations else self.input_shape
        return math.prod(shape)


def network_of(model: Any) -> Network:
    """Returns the operations of a model.

    Args:
        model: A built Keras model of this package or of Keras: a chain or a graph, with
            one input and one output.

    Raises:
        ValueError: If the page cannot carry out one of its layers.
    """
    with warnings.catch_warnings():
        # Of what changes when the stock model is trained: here it only predicts.
        warnings.simplefilter("ignore")
        stock = to_keras(model, compile=False)
    walk = _Walk()
    shape = _shape_of(stock.input_shape, stock)
    last, _ = walk.through(stock, -1, shape)
    network = Network(shape, walk.operations, walk.arrays)
    if last != len(network.operations) - 1:
        raise cannot_run(stock, "whose output is not that of its last layer")
    return network


class _Walk:
    """Collects operations, following the layers from the inputs on."""

    def __init__(self) -> None:
        self.operations: list[dict[str, Any]] = []
        self.arrays: list[np.ndarray] = []

    def through(
        self, layer: Any, source: int, shape: tuple[int, ...]
    ) -> tuple[int, tuple[int, ...]]:
        """Adds a layer or model that takes one input.

        Args:
            layer: The layer.
            source: The operation whose result it takes.
            shape: The shape of that.

        Returns:
            The operation that gives the layer's result, and its shape.
        """
        if isinstance(layer, keras.Sequential):
            for inside in layer.layers:
                source, shape = self.through(inside, source, shape)
            return source, shape
        if isinstance(layer, keras.Model):
            return self._through_graph(layer, source, shape)
        return self._add(layer, [source], [shape])

    def _through_graph(
        self, model: keras.Model, source: int, shape: tuple[int, ...]
    ) -> tuple[int, tuple[int, ...]]:
        config = model.get_config()
        if "output_layers" not in config:
            raise cannot_run(model, "a subclass, which hides what it computes")
        if len(model.inputs) != 1 or len(model.outputs) != 1:
            raise cannot_run(model, "with more than one input or output")
        results: dict[str, tuple[int, tuple[int, ...]]] = {}
        for entry in config["layers"]:
            name, nodes = entry["name"], entry["inbound_nodes"]
            layer = model.get_layer(name)
            if not nodes:
                results[name] = source, shape
            elif len(nodes) > 1:
                raise cannot_run(layer, "which is used twice")
            else:
                taken = [results[each] for each in _sources(nodes[0]["args"])]
                if len(taken) == 1:
                    results[name] = self.through(layer, *taken[0])
                else:
                    places, shapes = zip(*taken, strict=True)
                    results[name] = self._add(layer, list(places), list(shapes))
        return results[model.output_names[0]]

    def _add(
        self, layer: Any, sources: list[int], shapes: list[tuple[int, ...]]
    ) -> tuple[int, tuple[int, ...]]:
        convert = OPERATIONS.get(type(layer))
        if convert is None:
            raise cannot_run(layer, "which has no counterpart in JavaScript")
        shape = _output_shape(layer, shapes)
        try:
            operation: Operation | None = convert(layer)
        except ValueError as error:
            raise cannot_run(layer, str(error)) from error
        if operation is None:
            # Nothing happens when it predicts, or only the shape is another.
            if shape == shapes[0]:
                return sources[0], shape
            operation = Operation("reshape", {}, [])
        first = len(self.arrays)
        self.arrays += [np.asarray(array, "float32") for array in operation.arrays]
        self.operations.append(
            {
                "type": operation.type,
                "name": layer.name,
                "inputs": sources,
                "shape": list(shape),
                "arrays": list(range(first, len(self.arrays))),
                **operation.settings,
            }
        )
        return len(self.operations) - 1, shape


def _sources(value: Any) -> list[str]:
    """Returns the names of the layers that a node of a graph takes its inputs from."""
    if isinstance(value, (list, tuple)):
        return [name for each in value for name in _sources(each)]
    if isinstance(value, dict) and value.get("class_name") == "__keras_tensor__":
        return [value["config"]["keras_history"][0]]
    return []


def _output_shape(layer: Any, shapes: list[tuple[int, ...]]) -> tuple[int, ...]:
    batch_shapes = [(None, *shape) for shape in shapes]
    found = layer.compute_output_shape(
        batch_shapes[0] if len(batch_shapes) == 1 else batch_shapes
    )
    return _shape_of(found, layer)


def _shape_of(batch_shape: Any, layer: Any) -> tuple[int, ...]:
    sizes = tuple(batch_shape)[1:]
    if not all(isinstance(size, int) for size in sizes):
        raise cannot_run(layer, f"with numbers of shape {tuple(batch_shape)}")
    return sizes


def cannot_run(layer: Any, reason: str) -> ValueError:
    """Returns the error about a layer that the page has no code for.

    Args:
        layer: The layer, or the model.
        reason: What about it cannot be run.
    """
    return ValueError(
        "Argument `model` must be a network that the page can run: a chain or a graph "
        f"of {', '.join(sorted(each.__name__ for each in OPERATIONS))} and the layers "
        f"of this package. Received: layer '{layer.name}' of class "
        f"{type(layer).__name__}, {reason}. Use `report.write`, which takes any model."
    )
