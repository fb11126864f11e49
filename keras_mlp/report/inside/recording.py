"""What the layers inside a model hold, and what they give for some examples."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import keras
import numpy as np

from keras_mlp.report.arrays import invalid


class Named(NamedTuple):
    """A layer with a name that no other layer of the model has."""

    name: str
    layer: Any


def innermost_layers(model: Any) -> list[Named]:
    """Returns the layers that hold no layers, in the order in which they are kept.

    Raises:
        ValueError: If the model is no Keras model, or is not built.
    """
    if not isinstance(model, keras.layers.Layer) or not model.built:
        raise invalid(
            "model",
            "be a Keras model that is built",
            repr(model),
            "Call it on a batch, fit it, or use `model.build(input_shape)`.",
        )
    found = list(_inside(model, ""))
    short = [layer.name for _, layer in found]
    return [
        Named(path if short.count(layer.name) > 1 else layer.name, layer)
        for path, layer in found
    ]


def _inside(layer: Any, path: str) -> Iterator[tuple[str, Any]]:
    for each in layer._flatten_layers(include_self=False, recursive=False):
        name = f"{path}{each.name}"
        deeper = list(_inside(each, f"{name}/"))
        if deeper:
            yield from deeper
        elif not isinstance(each, keras.layers.InputLayer):
            yield name, each


def layers_with_kernels(model: Any) -> list[Named]:
    """Returns the layers with a matrix of weights, or with filters.

    Raises:
        ValueError: If there are none.
    """
    found = _with_kernels(model)
    if not found:
        raise invalid(
            "model",
            "hold a layer with a kernel, such as Dense",
            f"'{model.name}'",
            "Look at `model.weights` instead.",
        )
    return found


def has_kernels(model: Any) -> bool:
    """Returns whether a built model holds a layer with a matrix or with filters."""
    return bool(_with_kernels(model))


def _with_kernels(model: Any) -> list[Named]:
    return [
        each
        for each in innermost_layers(model)
        if len(getattr(getattr(each.layer, "kernel", None), "shape", ())) in (2, 4)
    ]


def kernel_of(layer: Any) -> np.ndarray:
    """Returns a layer's kernel, `[..., inputs, units]`, as it multiplies the inputs."""
    kernel = keras.ops.convert_to_numpy(keras.ops.cast(layer.kernel, "float32"))
    # A tied layer holds that of another one, which it transposes.
    return kernel.T if hasattr(layer, "tied_kernel") else kernel


def activations_of(model: Any, inputs: Any) -> dict[str, np.ndarray]:
    """Returns what each innermost layer gives, by name, in the order of the calls.

    Layers that give what they are given, such as dropout outside of training, are left
    out. The model is called once, as it is for `predict`.

    Args:
        model: A Keras model, of any kind.
        inputs: What it is called with.

    Raises:
        ValueError: If the model is not built, or if no layer was called.
    """
    given: dict[str, np.ndarray] = {}
    recorded: list[Any] = []
    try:
        for name, layer in innermost_layers(model):
            # A method of the instance goes before that of the class.
            layer.call = _recording(layer.call, name, given)
            recorded.append(layer)
        model(inputs)
    finally:
        for layer in recorded:
            del layer.call
    if not given:
        raise invalid(
            "model", "call layers", f"'{model.name}'", "Leave the picture out."
        )
    return given


def _recording(call: Callable, name: str, given: dict[str, np.ndarray]) -> Callable:
    def call_and_record(*args: Any, **kwargs: Any) -> Any:
        outputs = call(*args, **kwargs)
        same = any(outputs is argument for argument in args)
        if not same and not isinstance(outputs, (list, tuple, dict)):
            # bfloat16 is no dtype of NumPy's own.
            values = keras.ops.convert_to_numpy(keras.ops.cast(outputs, "float32"))
            given[name] = values
        return outputs

    return call_and_record
