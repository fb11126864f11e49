"""Gives layers, models and their data what they never asked for.

    scripts/torture models [--cases 5000] [--seed 0]

Layers with any options on any inputs; models and builders; the other functions and
classes with options; and calls of `fit`, `evaluate`, `predict` and their like with data
in which there is a mistake, or none. Whatever comes must be a documented error that
names the argument, before a weight has changed, or the right answer: what NumPy gives.
The seed says which cases they are; one that fails is shown, made as small as can be.
"""

import warnings

import tensorflow as tf

from torturing.fuzzing import Kind, main
from torturing.model_cases.data import check_data
from torturing.model_cases.data_cases import data_cases
from torturing.model_cases.helpers import check_helper, helper_cases
from torturing.model_cases.layers import check_layer, layer_cases
from torturing.model_cases.models import check_model, model_cases

KINDS = {
    "layers": Kind(25, layer_cases, check_layer),
    "models": Kind(15, model_cases, check_model),
    "data": Kind(50, data_cases, check_data),
    "helpers": Kind(10, helper_cases, check_helper),
}

# Keras' remarks on what is right, if odd: generators end, and rows of one number have
# a softmax of 1.
ODD = ("Your input ran out of data", "You are using a softmax over axis")


def keep_remarks_back() -> None:
    """Has Keras and TensorFlow keep their remarks on the cases to themselves.

    NumPy's are errors: what it warns of is no answer.
    """
    warnings.simplefilter("error", RuntimeWarning)
    for beginning in ODD:
        warnings.filterwarnings("ignore", beginning, UserWarning)
    # Shapes and dtypes of all kinds are traced, on purpose.
    tf.get_logger().setLevel("ERROR")


if __name__ == "__main__":
    keep_remarks_back()
    main("models", __doc__.splitlines()[0], KINDS)
