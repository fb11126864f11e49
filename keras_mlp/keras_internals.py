"""The names of Keras in use here that are not part of its public interface.

They are gathered in one place, so that a release of Keras that moves one breaks
here and nowhere else. Beside these, `training.TapeTrainer` uses the attributes
`_compute_loss` and `_loss_tracker` of a compiled `keras.Model`.
"""

from typing import Any

from keras.src.backend.common import global_state
from keras.src.export.export_utils import get_input_signature
from keras.src.models.functional import Functional as KerasFunctional
from keras.src.models.model import functional_init_arguments

__all__ = [
    "KerasFunctional",
    "functional_init_arguments",
    "get_input_signature",
    "objects_of_this_load",
]


def objects_of_this_load() -> dict[Any, Any] | None:
    """Returns the objects that the file being loaded shares, by their keys.

    Returns:
        The dictionary, to which objects may be added, or `None` if no file is being
        loaded or saved.
    """
    return global_state.get_global_attribute("shared_objects/id_to_obj_map")
