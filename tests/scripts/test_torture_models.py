"""The short form of `scripts/torture models`, and that it notices what is wrong."""

import keras
import pytest
from torturing.fuzzing import Kind, fuzz
from torturing.model_cases.data import check_data
from torturing.model_cases.data_cases import data_cases
from torturing.model_cases.networks import NETWORKS
from torturing.models import KINDS

import keras_mlp
from keras_mlp.training.checking import search
from keras_mlp.training.checking.guard import TrainingGuard

pytestmark = [
    pytest.mark.filterwarnings("ignore:Your input ran out of data:UserWarning"),
    pytest.mark.filterwarnings("ignore:You are using a softmax over axis:UserWarning"),
]

# Eager ones, as each of the others is traced anew for each kind of data.
EAGER = tuple(n for n in NETWORKS if dict(n.options).get("run_eagerly"))
SHORT = {**KINDS, "data": Kind(0, lambda: data_cases(EAGER), check_data)}


@pytest.mark.long_after(1)
@pytest.mark.parametrize(
    ("kind", "cases"), [("layers", 50), ("models", 6), ("data", 50), ("helpers", 30)]
)
def test_documented_errors_or_right_answers(kind, cases):
    outcomes = fuzz(kind, SHORT[kind], cases, seed=0)
    assert outcomes.total() >= cases
    # Neither only right cases nor only wrong ones.
    assert outcomes["right"] > 0
    assert any(name.endswith("Error") for name in outcomes)


def test_traced_programs():
    traced = [n for n in NETWORKS if n not in EAGER][:3]
    kind = Kind(0, lambda: data_cases(tuple(traced)), check_data)
    assert fuzz("data", kind, 8, seed=1)["right"] > 0


def test_same_seed_gives_the_same_cases():
    kind = SHORT["layers"]
    assert fuzz("layers", kind, 6, seed=3) == fuzz("layers", kind, 6, seed=3)


def test_layer_that_is_wrong_is_found(monkeypatch):
    right = keras_mlp.layers.Dense.call
    monkeypatch.setattr(
        keras_mlp.layers.Dense,
        "call",
        lambda self, inputs: (
            right(self, inputs) * keras.ops.cast(1.01, self.compute_dtype)
        ),
    )
    with pytest.raises(AssertionError, match="Not equal to tolerance"):
        fuzz("layers", SHORT["layers"], 60, seed=0, shrink=False)


def test_step_that_is_wrong_is_found(monkeypatch):
    step = keras_mlp.optimizers.GradientDescent.update_step
    monkeypatch.setattr(
        keras_mlp.optimizers.GradientDescent,
        "update_step",
        lambda self, gradient, *rest: step(self, gradient * 1.05, *rest),
    )
    with pytest.raises(AssertionError, match="Not equal to tolerance"):
        fuzz("data", SHORT["data"], 120, seed=0, shrink=False)


@pytest.mark.long
def test_mistake_that_is_not_noticed_is_found(monkeypatch):
    monkeypatch.setattr(search, "rules_of", lambda *data: iter(()))
    with pytest.raises(AssertionError):
        fuzz("data", SHORT["data"], 200, seed=0, shrink=False)


def test_error_that_is_not_documented_is_found(monkeypatch):
    def resolve(name, value):
        raise KeyError(name)

    monkeypatch.setattr("keras_mlp.layers.dense.check_positive_integer", resolve)
    with pytest.raises(AssertionError, match=r"(KeyError|refused): 'units'"):
        fuzz("layers", SHORT["layers"], 60, seed=0, shrink=False)


def test_weights_that_change_before_the_error_are_found(monkeypatch):
    monkeypatch.setattr(TrainingGuard, "put_back", lambda self: None)
    with pytest.raises(AssertionError, match="Arrays are not equal"):
        fuzz("data", SHORT["data"], 120, seed=0, shrink=False)
