"""Operations of TensorFlow in words of ONNX, where tf2onnx leaves them as they are."""

import functools
import os
from collections.abc import Callable
from typing import Any

import numpy as np

from keras_mlp.messages import one_line


@functools.cache
def complete_tf2onnx() -> None:
    """Tells tf2onnx of operations that it does not know, once in a process.

    `Erfc` is in GELU, `Expm1` in CELU. With one that it does not know, tf2onnx writes a
    file that no runtime loads, and only logs so. What it knows is left alone.

    Raises:
        ImportError: If tf2onnx is not installed.
    """
    # Which names it knows is known once its own are registered.
    from tf2onnx import constants, onnx_opset  # noqa: F401
    from tf2onnx.handler import tf_op

    known = {
        name for names in tf_op.get_opsets()[constants.ONNX_DOMAIN] for name in names
    }
    for name, handler in {"Erfc": _erfc, "Expm1": _expm1}.items():
        if name not in known:
            # `Erf` is the youngest of the operations below.
            tf_op(name).register_compat_handler(handler, version=9)


def check_onnx(path: str | os.PathLike[str]) -> None:
    """Raises unless a file holds nothing but operations of ONNX.

    Args:
        path: What tf2onnx has written.

    Raises:
        ValueError: If it holds others; the message names the first.
    """
    import onnx

    try:
        onnx.checker.check_model(os.fspath(path))
    except onnx.checker.ValidationError as error:
        raise ValueError(
            "The model must consist of operations that tf2onnx can put into ONNX. "
            f"Received: one that it cannot ({one_line(error)}). Use another layer or "
            "activation there, or another format."
        ) from error


def _erfc(graph: Any, node: Any, **_: Any) -> None:
    """Makes it 1 - erf(x)."""
    _as_difference(graph, node, "Erf", lambda erf, one: [one, erf])


def _expm1(graph: Any, node: Any, **_: Any) -> None:
    """Makes it exp(x) - 1."""
    _as_difference(graph, node, "Exp", lambda power, one: [power, one])


def _as_difference(
    graph: Any, node: Any, operation: str, terms: Callable[[str, str], list[str]]
) -> None:
    from tf2onnx import utils

    outputs, inputs = node.output, node.input
    shape, dtype = graph.get_shape(outputs[0]), graph.get_dtype(outputs[0])
    one = np.array(1, utils.map_onnx_to_numpy_type(dtype))
    constant = graph.make_const(utils.make_name(node.name), one).output[0]
    graph.remove_node(node.name)
    value = graph.make_node(operation, inputs).output[0]
    graph.make_node(
        "Sub",
        terms(value, constant),
        outputs=outputs,
        name=node.name,
        shapes=[shape],
        dtypes=[dtype],
    )
