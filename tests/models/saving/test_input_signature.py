"""The inputs that an exported model takes keep the structure they were made with."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import keras_mlp
from keras_mlp.layers import Dense
from keras_mlp.models.saving.input_signature import input_signature


def graph(structure):
    """Returns a model whose inputs, named after their width, have this structure."""
    inputs = keras.tree.map_structure(
        lambda width: keras.Input((width,), batch_size=5, name=f"input_{width}"),
        structure,
    )
    outputs = [Dense(2)(one) for one in keras.tree.flatten(inputs)]
    return keras_mlp.Model(inputs, sum(outputs[1:], outputs[0]))


def kept(specs):
    return keras.tree.map_structure(lambda one: (one.name, *one.shape), specs)


@pytest.mark.parametrize(
    "structure",
    [3, [3], [3, 4], (4, 3), {"input_4": 4, "input_3": 3}, [3, [4]], {"a": [3, 4]}],
    ids=str,
)
@pytest.mark.filterwarnings("ignore:When providing `inputs` as a dict")
def test_of_a_graph_is_one_argument_structured_as_its_inputs(structure, tmp_path):
    model = graph(structure)
    [signature] = input_signature(model)
    keras.tree.assert_same_structure(signature, structure)
    assert kept(signature) == keras.tree.map_structure(
        lambda width: (f"input_{width}", None, width), structure
    )
    inputs = keras.tree.map_structure(
        lambda width: np.ones((5, width), "float32"), structure
    )
    model.export(tmp_path / "exported", verbose=False)
    served = tf.saved_model.load(tmp_path / "exported")
    np.testing.assert_allclose(served.serve(inputs), model(inputs), rtol=1e-6)


def test_dtypes_are_those_of_the_inputs():
    words = keras.Input((7,), dtype="int32")
    model = keras_mlp.Model(words, keras.layers.Embedding(9, 2)(words))
    [spec] = input_signature(model)
    assert spec.dtype == "int32"


def test_of_a_chain_is_its_input():
    named = keras_mlp.Sequential(
        [keras.Input((3,), batch_size=5, name="rows", dtype="float16"), Dense(2)]
    )
    [spec] = input_signature(named)
    assert (spec.name, spec.shape, spec.dtype) == ("rows", (None, 3), "float16")
    grown = keras_mlp.Sequential([Dense(2)])
    grown.build((5, 4))
    [spec] = input_signature(grown)
    assert (spec.shape, spec.dtype) == ((None, 4), "float32")


@pytest.mark.parametrize(
    "kind", [tuple, list, lambda pair: {"a": pair[0], "b": pair[1]}]
)
def test_a_model_is_exported_to_be_called_as_it_was(kind, tmp_path):
    class Sum(keras_mlp.Model):
        def __init__(self):
            super().__init__()
            self.dense = Dense(2)

        def call(self, inputs):
            left, right = keras.tree.flatten(inputs)
            return self.dense(left) + right

    model = Sum()
    inputs = kind((np.ones((4, 3), "float32"), np.ones((4, 2), "float32")))
    expected = model(inputs)
    model.export(tmp_path / "exported", verbose=False)
    served = tf.saved_model.load(tmp_path / "exported")
    np.testing.assert_allclose(served.serve(inputs), expected, rtol=1e-6)
