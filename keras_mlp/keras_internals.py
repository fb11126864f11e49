"""The names of Keras in use here that are not part of its public interface.

They are gathered in one place, so that a release of Keras that moves one breaks
here and nowhere else. Beside these, `keras_mlp.training` uses the attributes
`_compute_loss`, `_loss_tracker`, `_distribute_strategy`, `_flatten_layers` and
`_eval_epoch_iterator` of a `keras.Model`, and the argument `_use_cached_eval_dataset`
that `fit` gives `evaluate`.
"""

from typing import Any

from keras.src.backend.common import global_state
from keras.src.backend.tensorflow.trainer import concat
from keras.src.export.export_utils import get_input_signature
from keras.src.models.functional import Functional as KerasFunctional
from keras.src.models.model import functional_init_arguments
from keras.src.saving.serialization_lib import ObjectSharingScope
from keras.src.trainers.trainer import model_supports_jit

__all__ = [
    "KerasFunctional",
    "ObjectSharingScope",
    "concat",
    "forget_uninitialized_variables",
    "functional_init_arguments",
    "get_input_signature",
    "model_supports_jit",
    "objects_of_this_load",
]


def objects_of_this_load() -> dict[Any, Any] | None:
    """Returns the objects that the file being loaded shares, by their keys.

    Returns:
        The dictionary, to which objects may be added, or `None` if no file is being
        loaded or saved.
    """
    return global_state.get_global_attribute("shared_objects/id_to_obj_map")


def forget_uninitialized_variables() -> None:
    """Drops the variables that were made in a `StatelessScope` and have no values.

    Keras would give them values when the next such scope ends.
    """
    global_state.set_global_attribute("uninitialized_variables", [])
