"""The names of Keras in use here that are not part of its public interface.

They are gathered in one table, `PRIVATE_NAMES`, so that a release of Keras that moves
one is noticed here and nowhere else: `import keras_mlp` then says which are gone.
Nothing else in the package imports from `keras.src`, and it uses no underscored name of
a Keras class that is not in the table; a test reads the package for both.
"""

import contextlib
import importlib
import inspect
from collections.abc import Iterator
from typing import Any, NamedTuple

import keras
import tensorflow as tf
from tensorflow.python.eager import context

SUPPORTED = "keras>=3.12,<3.16"


class PrivateName(NamedTuple):
    """A name that is not public.

    Args:
        where: What has it: a module, and for what is in it, a colon and the path. Where
            that is a function, it sets an attribute, or a key, of this name.
        name: The name.
        use: What is done with it here.
    """

    where: str
    name: str
    use: str


_BACKEND_TRAINER = "keras.src.backend.tensorflow.trainer"
_EPOCH = "keras.src.trainers.epoch_iterator"
_STATE = "keras.src.backend.common.global_state"
_SEEDS = "keras.src.random.seed_generator"
_SHARING = "keras.src.saving.serialization_lib"
_TRAINER = "keras.src.trainers.trainer"

PRIVATE_NAMES = (
    # What is imported.
    PrivateName("keras.src.backend", "compute_output_spec", "shapes of the outputs"),
    PrivateName(_STATE, "get_global_attribute", "reads the keys below"),
    PrivateName(_BACKEND_TRAINER, "TFEpochIterator", "the rest of a resumed epoch"),
    PrivateName(_BACKEND_TRAINER, "concat", "joins the predictions of batches"),
    PrivateName("keras.src.models.functional", "Functional", "`models.Functional`"),
    # The key of the global state has the same name; Keras 3.12 has no constant for it.
    PrivateName(_SEEDS, "global_seed_generator", "its state is saved and restored"),
    PrivateName(_SHARING, "ObjectSharingScope", "a network is made from a file"),
    PrivateName(_TRAINER, "model_supports_jit", "whether XLA may be used"),
    PrivateName(
        "keras.src.utils.python_utils", "pythonify_logs", "logs of an epoch as floats"
    ),
    # Methods that are called.
    PrivateName(f"{_TRAINER}:Trainer", "_compute_loss", "the training step"),
    PrivateName(f"{_TRAINER}:Trainer", "_symbolic_build", "weights before the data"),
    PrivateName(
        f"{_BACKEND_TRAINER}:TensorFlowTrainer", "_make_function", "one step at a time"
    ),
    PrivateName("keras.src.layers.layer:Layer", "_flatten_layers", "all layers"),
    PrivateName(
        "keras.src.backend.tensorflow.optimizer:TFOptimizer",
        "_all_reduce_sum_gradients",
        "is left out on one device",
    ),
    PrivateName(f"{_EPOCH}:EpochIterator", "_get_iterator", "the rest of an epoch"),
    # Methods that are overridden: `fit` calls them before it begins, at the end of an
    # epoch, and for each epoch.
    PrivateName(
        f"{_BACKEND_TRAINER}:TensorFlowTrainer", "_maybe_symbolic_build", "resuming"
    ),
    PrivateName(
        f"{_TRAINER}:Trainer",
        "_get_metrics_result_or_logs",
        "several replicas, resuming",
    ),
    PrivateName(
        f"{_EPOCH}:EpochIterator",
        "_enumerate_iterator",
        "an epoch that begins in its middle",
    ),
    # Attributes, by what sets them.
    PrivateName(f"{_TRAINER}:Trainer.compile", "_loss_tracker", "the training step"),
    PrivateName(f"{_TRAINER}:Trainer.compile", "_compile_metrics", "are they built"),
    PrivateName(
        f"{_BACKEND_TRAINER}:TensorFlowTrainer.__init__",
        "_distribute_strategy",
        "the strategy that a model was made under",
    ),
    PrivateName(
        f"{_BACKEND_TRAINER}:TensorFlowTrainer.fit",
        "_eval_epoch_iterator",
        "size of the groups in a validation",
    ),
    PrivateName(
        "keras.src.layers.layer:Layer._initialize_tracker",
        "_non_trainable_variables",
        "statistics that replicas agree on",
    ),
    # An argument that `fit` gives `evaluate`.
    PrivateName(
        f"{_BACKEND_TRAINER}:TensorFlowTrainer.evaluate",
        "_use_cached_eval_dataset",
        "tells a validation within `fit`",
    ),
    # Keys of the global state.
    PrivateName(
        f"{_SHARING}:ObjectSharingScope.__enter__",
        "shared_objects/id_to_obj_map",
        "what the file being loaded shares",
    ),
    PrivateName(
        "keras.src.backend.common.variables:register_uninitialized_variable",
        "uninitialized_variables",
        "is emptied where a file is only looked at",
    ),
)


def missing_names() -> list[PrivateName]:
    """Returns those of `PRIVATE_NAMES` that the installed Keras does not have."""
    return [private for private in PRIVATE_NAMES if not _exists(private)]


def _exists(private: PrivateName) -> bool:
    module, _, path = private.where.partition(":")
    try:
        owner: Any = importlib.import_module(module)
        for part in filter(None, path.split(".")):
            owner = getattr(owner, part)
    except (ImportError, AttributeError):
        return False
    if inspect.isfunction(owner):
        code = inspect.unwrap(owner).__code__
        return private.name in (*code.co_names, *code.co_consts)
    return hasattr(owner, private.name)


def _check() -> None:
    missing = missing_names()
    if missing:
        names = "".join(
            f"\n  {private.where}: {private.name} ({private.use})"
            for private in missing
        )
        raise ImportError(
            f"keras_mlp needs {SUPPORTED}, of which it uses names that are not public. "
            f"Received: Keras {keras.__version__}, which does not have{names}\n"
            f"Install what is supported: pip install '{SUPPORTED}'; or a newer "
            "keras_mlp."
        )


_check()


def _imported(name: str) -> Any:
    [where] = [p.where for p in PRIVATE_NAMES if p.name == name and ":" not in p.where]
    return getattr(importlib.import_module(where), name)


KerasFunctional = _imported("Functional")
ObjectSharingScope = _imported("ObjectSharingScope")
TFEpochIterator = _imported("TFEpochIterator")
compute_output_spec = _imported("compute_output_spec")
concat = _imported("concat")
global_seed_generator = _imported("global_seed_generator")
model_supports_jit = _imported("model_supports_jit")
pythonify_logs = _imported("pythonify_logs")
_get_global_attribute = _imported("get_global_attribute")


def objects_of_this_load() -> dict[Any, Any] | None:
    """Returns the objects that the file being loaded shares, by their keys.

    Returns:
        The dictionary, to which objects may be added, or `None` if no file is being
        loaded or saved.
    """
    return _get_global_attribute("shared_objects/id_to_obj_map")


def existing_seed_generator() -> Any:
    """Returns the generator of random numbers without a seed, `None` before its use."""
    return _get_global_attribute("global_seed_generator")


def forget_uninitialized_variables() -> None:
    """Drops the variables that were made in a `StatelessScope` and have no values.

    Keras would give them values when the next such scope ends.
    """
    variables = _get_global_attribute("uninitialized_variables")
    if variables:
        variables.clear()


@contextlib.contextmanager
def without_needless_sum(optimizer: keras.Optimizer) -> Iterator[None]:
    """Has an optimizer not sum gradients over replicas where there is only one.

    The sum is they themselves, and TensorFlow keeps every program in which it is traced
    for as long as the process lives: it registers a gradient function for it.

    Args:
        optimizer: The optimizer, which may scale the loss for another.
    """
    if tf.distribute.has_strategy():
        yield
        return
    summing = getattr(optimizer, "inner_optimizer", optimizer)
    summing._all_reduce_sum_gradients = lambda grads_and_vars: grads_and_vars
    try:
        yield
    finally:
        del summing._all_reduce_sum_gradients


def clear_kernel_cache() -> None:
    """Drops TensorFlow's operations that are ready to run; they are made when needed.

    It is what `keras.utils.clear_session` does beside forgetting names and seeds.
    """
    context.context().clear_kernel_cache()
