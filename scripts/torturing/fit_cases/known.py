"""Where ours is not to be what stock Keras is, and why.

Stock Keras, taking single steps, learns that data of unknown length have ended from a
step that it has begun. Of this step everything happens that does not depend on data:
the optimizer counts it, random numbers are drawn, weights decay, the loss of each of
several outputs comes out too small. Ours takes no such step. `PHANTOM` says what that
changes beside `iterations`, which are compared without these steps. Where it does, and
stock Keras can train on the same batches without such a step, numbers are compared with
those.

Where outputs have an axis more than examples have weights, stock Keras multiplies the
weights along the wrong axis, or, in a batch of one example, by chance along the right
one. Ours names them: `is_refused`.

Where the data end within the last group of `steps_per_execution`, stock Keras does not
warn that they ran out. Ours may: `may_warn_alone`.
"""

import dataclasses

from torturing.fit_cases.cases import FitCase
from torturing.fit_cases.networks import NETWORKS

PHANTOM = {
    "Adam": "corrects its moments by the number of steps, the next epoch on",
    "accumulation": "updates after so many steps, and counts that one",
    "weight decay": "weights decay once more",
    "EMA": "is written over the weights after so many steps, and counts that one",
    "schedule": "goes by the number of steps",
}

# One that Keras puts around the others for float16, too.
LOOKS_FIRST = "dynamic loss scale"


def counts_phantom_steps(case: FitCase) -> bool:
    """Returns whether the optimizer counts steps on no data.

    Where it looks at the gradients first, it counts none without them.
    """
    looks_first = case.policy == "mixed_float16" or case.optimizer == LOOKS_FIRST
    return case.takes_phantom_steps and not looks_first


def feels_phantom_steps(case: FitCase) -> bool:
    """Returns whether numbers of stock Keras are wrong by steps on no data."""
    if not case.takes_phantom_steps:
        return False
    network = NETWORKS[case.network]
    # Random numbers are drawn in that step, and the mean of the loss of each output
    # counts it with a loss of 0.
    if network.draws or network.two_outputs:
        return True
    return counts_phantom_steps(case) and case.optimizer in PHANTOM


def without_phantom_steps(case: FitCase) -> FitCase | None:
    """Returns a case of the same batches, of known length; `None` if there is none.

    With a number of steps that is not that of the batches, an epoch begins elsewhere.
    """
    if case.steps is None:
        return dataclasses.replace(case, data="data set")
    return None


def may_warn_alone(case: FitCase, message: str) -> bool:
    """Returns whether ours may give a warning that stock Keras does not give."""
    in_groups = case.group not in ("auto", 1)
    return in_groups and case.steps is not None and "ran out of data" in message


def is_refused(case: FitCase, error: Exception | None) -> bool:
    """Returns whether ours may raise an error where stock Keras trains."""
    wrong = case.network == "axis" and case.weights in ("sample", "negative", "zero")
    return wrong and "`sample_weight` must hold a weight for each loss" in str(error)
