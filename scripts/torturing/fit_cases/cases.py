"""What one training is, and a training at random."""

import dataclasses
import random
from collections.abc import Sequence
from typing import Any

from torturing.fit_cases.networks import NETWORKS
from torturing.fit_cases.settings import CALLBACKS, OPTIMIZERS

# Where TensorFlow does not know how many batches there are.
UNKNOWN_LENGTH = ("unknown length", "from_generator", "generator")
ENDLESS = ("endless data set", "endless PyDataset", "endless generator")
ARRAYS = ("arrays", "tensors")
OTHERS = ("data set", "full batches", "PyDataset", "PyDataset with workers")


@dataclasses.dataclass(frozen=True)
class FitCase:
    """A training, an evaluation and a prediction.

    Args:
        network: One of `NETWORKS`.
        loss: `"squares"` of numbers or `"classes"` from labels.
        data: How the examples are handed over.
        dtype: Of the inputs.
        count: Number of examples.
        batch_size: Examples in a batch.
        epochs: Number of epochs.
        steps: `steps_per_epoch`, or `None`.
        shuffle: Whether arrays are shuffled.
        optimizer: One of `OPTIMIZERS`.
        weights: `None`, `"sample"`, `"rows"`, `"negative"`, `"zero"` or `"class"`.
        validation: `None`, `"data"`, `"data set"`, `"split"`, `"freq"` or `"steps"`.
        callback: One of `CALLBACKS`, or `None`.
        group: `steps_per_execution`; stock Keras takes `"auto"` as 1.
        compiler: `"auto"`, `"plain"`, `"XLA"` or `"eager"`.
        policy: Dtype policy.
        diverges: Whether the loss is infinite after some steps.
        mistake: What is wrong with the call, or `None`.
        lowered: Whether groups and XLA begin with the first step.
        twice: Whether `fit` is called twice.
        seed: Fixes weights and examples.
    """

    network: str = "sequential"
    loss: str = "squares"
    data: str = "arrays"
    dtype: str = "float32"
    count: int = 22
    batch_size: int = 4
    epochs: int = 2
    steps: int | None = None
    shuffle: bool = False
    optimizer: str = "SGD"
    weights: str | None = None
    validation: str | None = None
    callback: str | None = None
    group: int | str = "auto"
    compiler: str = "auto"
    policy: str = "float32"
    diverges: bool = False
    mistake: str | None = None
    lowered: bool = False
    twice: bool = False
    seed: int = 0

    @property
    def batches(self) -> int:
        """How many batches the examples fill; the last one perhaps in part."""
        if self.data == "full batches" or self.data in ENDLESS:
            return self.count // self.batch_size
        return -(-self.count // self.batch_size)

    @property
    def takes_phantom_steps(self) -> bool:
        """Whether stock Keras takes a step at the end of data, on none."""
        # What XLA has compiled begins once it has data.
        single = self.group in ("auto", 1) and self.compiler not in ("eager", "XLA")
        return self.data in UNKNOWN_LENGTH and single

    def __str__(self) -> str:
        plain = FitCase()
        changed = {
            field.name: getattr(self, field.name)
            for field in dataclasses.fields(self)
            if getattr(self, field.name) != getattr(plain, field.name)
        }
        return ", ".join(f"{name}={value!r}" for name, value in changed.items())


def case_of(seed: int, index: int) -> FitCase:
    """Returns the case of that number, always the same."""
    draw = random.Random(f"{seed} {index}")
    network = draw.choice(list(NETWORKS))
    traits = NETWORKS[network]
    loss = "squares" if traits.two_outputs else draw.choice(["squares", "classes"])
    data = draw.choice([*ARRAYS, *ARRAYS, *OTHERS, *UNKNOWN_LENGTH, *ENDLESS])
    count = draw.choice([1, 3, 8, draw.randint(4, 60), draw.randint(4, 60)])
    batch_size = draw.choice([1, 4, 4, draw.randint(1, 9), 16])
    if data == "full batches" or data in ENDLESS:
        count = max(count, batch_size)
    batches = count // batch_size if data in ENDLESS else -(-count // batch_size)
    epochs = draw.choice([1, 2, 2, 3])
    steps = _maybe(draw, 0.2, [1, batches, max(1, batches - 1), batches + 2])
    if data in ENDLESS:
        steps = draw.choice([1, 3, 7, 12])
    elif data == "generator":
        # It has one epoch, and ends.
        epochs, steps = 1, None
    weights = None
    if not traits.two_outputs:
        kinds = ["sample", "negative", "zero", *["rows"] * traits.has_axis]
        kinds += ["class"] * (loss == "classes" and not traits.has_axis)
        weights = _maybe(draw, 0.4, kinds)
    kinds = ["data", "data set", "freq", "steps"]
    if data == "arrays" and count > 4:
        kinds += ["split", "split"]
    validation = _maybe(draw, 0.4, kinds)
    callback = _maybe(draw, 0.6, list(CALLBACKS))
    policy = draw.choice([*["float32"] * 10, "mixed_float16", "mixed_bfloat16"])
    optimizer = draw.choice(list(OPTIMIZERS))
    diverges = callback == "TerminateOnNaN" and draw.random() < 0.6
    return FitCase(
        network=network,
        loss=loss,
        data=data,
        dtype=draw.choice(["float32", "float32", "float64", "int32", "uint8"]),
        count=count,
        batch_size=batch_size,
        epochs=epochs,
        steps=steps,
        shuffle=data in ARRAYS and draw.random() < 0.3,
        optimizer="SGD" if diverges else optimizer,
        weights=weights,
        validation=validation,
        callback=callback,
        group=draw.choice(["auto", "auto", "auto", 1, 3, 50]),
        compiler=draw.choice(["auto"] * 6 + ["plain"] * 2 + ["eager"] * 2 + ["XLA"]),
        policy="float32" if diverges else policy,
        diverges=diverges,
        mistake=_mistake(draw, data, weights),
        lowered=draw.random() < 0.6,
        twice=data not in ("generator", "endless generator") and draw.random() < 0.25,
        seed=draw.randrange(2**16),
    )


def _maybe(draw: random.Random, share: float, choices: Sequence[Any]) -> Any:
    return draw.choice(choices) if draw.random() < share else None


def _mistake(draw: random.Random, data: str, weights: str | None) -> str | None:
    kinds = ["other width"]
    if data == "arrays":
        kinds.append("fewer targets")
        if weights == "class":
            kinds.append("both weights")
    else:
        kinds.append("validation_split")
    return _maybe(draw, 0.04, kinds)
