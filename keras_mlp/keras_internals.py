"""The names of Keras in use here that are not part of its public interface.

They are gathered in one table, `PRIVATE_NAMES`, so that a release of Keras that moves
one is noticed here and nowhere else: `import keras_mlp` then says which are gone.
Nothing else in the package imports from `keras.src`, and it uses no underscored name of
a Keras class that is not in the table; a test reads the package for both.
"""

import contextlib
import functools
import importlib
import inspect
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import keras
import tensorflow as tf
from tensorflow.python.eager import context
from tensorflow.python.framework.convert_to_constants import (
    convert_variables_to_constants_v2 as convert_variables_to_constants_v2,
)

from keras_mlp.optimizers.optimizer_wrapper import innermost

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


_STATE = "keras.src.backend.common.global_state"
_SEEDS = "keras.src.random.seed_generator"
_CLONING = "keras.src.models.cloning"
_MONITOR = "keras.src.callbacks.monitor_callback:MonitorCallback"
_OPTIMIZER = "keras.src.optimizers.base_optimizer:BaseOptimizer"
_SHARING = "keras.src.saving.serialization_lib"


def _defines(method: str) -> str:
    """Returns where the class is, among the bases of a model, that has this method.

    Its name changes in Keras 3.16.
    """
    owner = next(base for base in keras.Model.__mro__ if method in vars(base))
    return f"{owner.__module__}:{owner.__qualname__}"


_TRAINER = _defines("compile")
_TENSORFLOW_TRAINER = _defines("train_step")

PRIVATE_NAMES = (
    # What is imported.
    PrivateName("keras.src.backend", "compute_output_spec", "shapes of the outputs"),
    PrivateName(
        "keras.src.trainers.epoch_iterator",
        "EpochIterator",
        "batches of arrays, generators and whatever else Keras takes",
    ),
    PrivateName("keras.src.models.functional", "Functional", "`models.Functional`"),
    PrivateName(_STATE, "get_global_attribute", "reads the keys below"),
    PrivateName(_CLONING, "_clone_sequential_model", "copies are of the same class"),
    # The key of the global state has the same name; Keras 3.12 has no constant for it.
    PrivateName(_SEEDS, "global_seed_generator", "its state is saved and restored"),
    PrivateName(_SHARING, "ObjectSharingScope", "a network is made from a file"),
    # Methods that are called.
    PrivateName(_TRAINER, "_compute_loss", "the training step"),
    PrivateName(_TRAINER, "_symbolic_build", "weights before the data"),
    PrivateName("keras.src.layers.layer:Layer", "_flatten_layers", "all layers"),
    PrivateName(
        "keras.src.backend.tensorflow.optimizer:TFOptimizer",
        "_all_reduce_sum_gradients",
        "is left out on one device",
    ),
    # Methods that are replaced in one optimizer, and what they need.
    PrivateName(_OPTIMIZER, "_apply_weight_decay", "by group in `ParameterGroups`"),
    PrivateName(_OPTIMIZER, "_get_current_learning_rate", "by group, while they decay"),
    PrivateName(_OPTIMIZER, "_get_variable_index", "which variable a copy is of"),
    PrivateName(_OPTIMIZER, "_clip_gradients", "of each network among several"),
    PrivateName(
        _MONITOR, "_is_improvement", "`BestWeights` takes the last of the best"
    ),
    # Attributes, by what sets them.
    PrivateName(f"{_OPTIMIZER}.__init__", "_iterations", "steps, as schedules count"),
    PrivateName(f"{_OPTIMIZER}.__init__", "_learning_rate", "it may be a schedule"),
    PrivateName(f"{_OPTIMIZER}.build", "_trainable_variables", "what it updates"),
    PrivateName(
        f"{_TRAINER}.__init__", "_initial_epoch", "set by Keras' `BackupAndRestore`"
    ),
    PrivateName(
        f"{_TENSORFLOW_TRAINER}.__init__",
        "_distribute_strategy",
        "the strategy that a model was made under",
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


EpochIterator = _imported("EpochIterator")
KerasFunctional = _imported("Functional")
ObjectSharingScope = _imported("ObjectSharingScope")
compute_output_spec = _imported("compute_output_spec")
global_seed_generator = _imported("global_seed_generator")
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
        optimizer: The optimizer, which may wrap another.
    """
    if tf.distribute.has_strategy():
        yield
        return
    summing = innermost(optimizer)
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


def after_cloning_sequential(
    finish: Callable[[keras.Sequential, keras.Sequential], keras.Model],
) -> None:
    """Has `keras.models.clone_model` return what a function makes of its copy.

    Keras has no other place for it: it makes a `keras.Sequential` of every Sequential
    model, and `keras.wrappers` clone too.

    Args:
        finish: Called with a Sequential model and the copy that Keras made.
    """
    cloning: Any = importlib.import_module(_CLONING)
    clone = cloning._clone_sequential_model

    @functools.wraps(clone)
    def clone_and_finish(model: keras.Sequential, *args: Any, **kwargs: Any) -> Any:
        return finish(model, clone(model, *args, **kwargs))

    cloning._clone_sequential_model = clone_and_finish
