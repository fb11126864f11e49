"""Other limits for a test, on whatever device it runs."""

import dataclasses

from keras_mlp.training.planning.limits import LIMITS

ALWAYS = {"train": 0, "test": 0, "predict": 0}


def change_limits(monkeypatch, **changed):
    """Puts other numbers in the limits of each kind of device.

    `most_steps` holds for programs that choose their rows, too.
    """
    if "most_steps" in changed:
        changed.setdefault("most_resident_steps", changed["most_steps"])
    for kind, limits in list(LIMITS.items()):
        monkeypatch.setitem(LIMITS, kind, dataclasses.replace(limits, **changed))
