"""Other limits for a test, on whatever device it runs."""

import dataclasses

from keras_mlp.training.planning.limits import LIMITS

ALWAYS = {"train": 0, "test": 0, "predict": 0}


def change_limits(monkeypatch, **changed):
    """Puts other numbers in the limits of each kind of device."""
    for kind, limits in list(LIMITS.items()):
        monkeypatch.setitem(LIMITS, kind, dataclasses.replace(limits, **changed))
