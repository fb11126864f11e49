"""Counts what TensorFlow traces."""

import collections
from typing import Any
from unittest import mock

from tensorflow.python.framework import func_graph


class Traces:
    """Counts the Python functions that TensorFlow makes graphs of, by their names.

    Everything that is traced goes through one function of TensorFlow. Those that `map`
    and its like make of a new `tf.data.Dataset` are counted apart: they belong to the
    data set, which Keras makes anew for arrays in each call of `fit`.

    Example:

    ```python
    with Traces() as traces:
        tf.function(lambda x: x + 1)(tf.constant(1))
    assert traces.programs.total() == 1
    ```
    """

    def __init__(self) -> None:
        self.programs: collections.Counter[str] = collections.Counter()
        self.pipelines: collections.Counter[str] = collections.Counter()
        self._in_pipeline = 0
        self._patch: Any = None

    def __enter__(self) -> "Traces":
        trace = func_graph.func_graph_from_py_func

        def counted(name: str, *args: Any, **kwargs: Any) -> Any:
            # `StructuredFunctionWrapper` of tf.data names its functions like this.
            of_pipeline = name.startswith("Dataset") or self._in_pipeline > 0
            (self.pipelines if of_pipeline else self.programs)[name] += 1
            self._in_pipeline += of_pipeline
            try:
                return trace(name, *args, **kwargs)
            finally:
                self._in_pipeline -= of_pipeline

        self._patch = mock.patch.object(func_graph, "func_graph_from_py_func", counted)
        self._patch.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self._patch.stop()
