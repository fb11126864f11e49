"""The names of Keras in use here that are not part of its public interface.

They are gathered in one place, so that a release of Keras that moves one breaks
here and nowhere else. Beside these, `keras_mlp.training` uses the attributes
`_compute_loss`, `_loss_tracker`, `_distribute_strategy`, `_flatten_layers`,
`_eval_epoch_iterator`, `_symbolic_build` and `_make_function` of a `keras.Model`, the
argument `_use_cached_eval_dataset` that `fit` gives `evaluate`, and
`_enumerate_iterator` of what `fit` reads. It overrides `_maybe_symbolic_build` and
`_get_metrics_result_or_logs`, which `fit` calls before it begins and at the end of an
epoch.
"""

from typing import Any

from keras.src.backend import compute_output_spec
from keras.src.backend.common import global_state
from keras.src.backend.tensorflow.trainer import TFEpochIterator, concat
from keras.src.export.export_utils import get_input_signature
from keras.src.models.functional import Functional as KerasFunctional
from keras.src.models.model import functional_init_arguments
from keras.src.random.seed_generator import (
    GLOBAL_SEED_GENERATOR,
    global_seed_generator,
)
from keras.src.saving.serialization_lib import ObjectSharingScope
from keras.src.trainers.trainer import model_supports_jit

__all__ = [
    "KerasFunctional",
    "ObjectSharingScope",
    "TFEpochIterator",
    "compute_output_spec",
    "concat",
    "existing_seed_generator",
    "forget_uninitialized_variables",
    "functional_init_arguments",
    "get_input_signature",
    "global_seed_generator",
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


def existing_seed_generator() -> Any:
    """Returns the generator of random numbers without a seed, `None` before its use."""
    return global_state.get_global_attribute(GLOBAL_SEED_GENERATOR)


def forget_uninitialized_variables() -> None:
    """Drops the variables that were made in a `StatelessScope` and have no values.

    Keras would give them values when the next such scope ends.
    """
    global_state.set_global_attribute("uninitialized_variables", [])
