"""The short form of `scripts/torture fits`, and that it notices what is wrong."""

import keras
import numpy as np
import pytest
from torturing.fit_cases.cases import FitCase, case_of
from torturing.fit_cases.compare import differences
from torturing.fit_cases.known import PHANTOM, feels_phantom_steps
from torturing.fit_cases.networks import NETWORKS
from torturing.fit_cases.run import run
from torturing.fit_cases.settings import OPTIMIZERS
from torturing.fits import fuzz_fits, lower_thresholds

import keras_mlp

# Each takes two trainings or three, all traced anew.
pytestmark = pytest.mark.filterwarnings("ignore:Your input ran out of data:UserWarning")


@pytest.mark.long
def test_trains_like_stock_keras():
    lines = []
    assert fuzz_fits(range(6), 0, lines.append) == {"right": 6}, lines


@pytest.mark.long
def test_trains_like_stock_keras_in_more_ways():
    lines = []
    outcomes = fuzz_fits(range(60), 1, lines.append)
    assert outcomes == {"right": 60}, lines


def test_same_seed_gives_the_same_cases():
    cases = [case_of(4, index) for index in range(300)]
    assert cases == [case_of(4, index) for index in range(300)]
    # Neither one kind of anything only, nor one that never comes.
    assert {case.network for case in cases} == NETWORKS.keys()
    assert {case.optimizer for case in cases} == OPTIMIZERS.keys()
    assert len({case.data for case in cases}) == 12
    assert {case.lowered for case in cases} == {True, False}


def test_what_reproduces_a_case_is_reported():
    lines = []
    outcomes = fuzz_fits(
        range(3), 9, lines.append, compare=lambda case: ["weights: other"]
    )
    assert outcomes == {"wrong": 3}
    assert lines[1].startswith("--seed 9 --case 1: weights: other [")
    assert str(case_of(9, 1)) in lines[1]


def test_step_that_is_wrong_is_found(monkeypatch):
    step = keras_mlp.Sequential.train_step

    def weaker(self, data):
        x, y, weight = keras.utils.unpack_x_y_sample_weight(data)
        return step(self, (x, y * 0.999, weight))

    monkeypatch.setattr(keras_mlp.Sequential, "train_step", weaker)
    assert differences(FitCase())


@pytest.mark.long
def test_warning_that_is_missing_is_found(monkeypatch):
    case = FitCase(data="data set", steps=9)
    assert not differences(case)
    fit = keras_mlp.Sequential.fit
    monkeypatch.setattr(
        keras_mlp.Sequential,
        "fit",
        lambda self, x, **options: fit(self, x.repeat(), **options),
    )
    assert any(line.startswith("warned: ") for line in differences(case))


def test_error_of_ours_alone_is_found(monkeypatch):
    def refuse(self, **arguments):
        raise ValueError("no")

    monkeypatch.setattr(keras_mlp.Sequential, "fit", refuse)
    [line] = differences(FitCase())
    assert line == "error: ours ValueError: no, stock none"


@pytest.mark.long
def test_differences_that_are_known_are_still_there():
    for name in PHANTOM:
        # Else it need not be allowed for.
        case = FitCase(data="unknown length", optimizer=name, count=8, epochs=3)
        assert feels_phantom_steps(case)
        stock = run(keras, case)
        assert stock.phantoms == 3, name
        twin = run(keras, FitCase(data="data set", optimizer=name, count=8, epochs=3))
        assert stock.iterations == twin.iterations + 3, name
        alike = [
            np.allclose(one, other, rtol=1e-6, atol=1e-7)
            for one, other in zip(stock.weights, twin.weights, strict=True)
        ]
        assert not all(alike), name


def test_thresholds_are_as_before_afterwards():
    from keras_mlp.training.planning.limits import LIMITS

    before = dict(LIMITS)
    with lower_thresholds():
        assert before["CPU"].most_steps != LIMITS["CPU"].most_steps == 4
    assert before == LIMITS
