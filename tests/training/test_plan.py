"""How the steps of a call are taken: what is decided, and that `fit` then does so."""

import dataclasses
import math

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st

import keras_mlp
from keras_mlp.training.planning import rules
from keras_mlp.training.planning.facts import Facts
from keras_mlp.training.planning.limits import LIMITS
from keras_mlp.training.planning.make_plan import make_plan, may_use_xla
from keras_mlp.training.planning.plan import Plan
from keras_mlp.training.planning.settings import Settings
from keras_mlp.training.planning.xla_operations import not_for_xla, operations_of

# 2,000 steps of a network of MNIST's size on arrays: all that pays, pays. 41 batches
# are 16 megabytes, and 1,000 steps make 25 groups of 40.
USUAL = {
    "phase": "train",
    "source": "arrays",
    "batches": 1000,
    "epochs": 2,
    "batch_size": 128,
    "example_bytes": 784 * 4,
    "all_full": True,
    "parameters": 100_000,
}
USUAL_PLAN = {
    "group": 40,
    "feed": "joined",
    "compiler": "XLA",
    "may_fall_back": True,
    "deferred": False,
    "counts_groups": False,
    "on_divergence": "stop",
}

WITHOUT_XLA = {"compiler": "TensorFlow", "may_fall_back": False}
ONLY_XLA = {"compiler": "XLA", "may_fall_back": False}
SINGLE = {"group": 1, "feed": "single", **WITHOUT_XLA}
GATHERED = {"feed": "gathered"}
OF_FOUR = {"group": 4, "feed": "gathered", "counts_groups": True}

A_DATA_SET = {"source": "data set", "all_full": None}
# Pixels are bytes, and the label is another.
LOADED = {"source": "data.load", "example_bytes": 785}
RESIDENT = {"resident": True}
SMALL = {
    **RESIDENT,
    "hears_later": True,
    "batches": 10,
    "epochs": 200,
    "parameters": 10_000,
}
IN_PYTHON = {"source": "Python", "all_full": None, "example_bytes": 0}
FEW = {"batches": 99, "epochs": 1}
HUNDRED = {"batches": 100, "epochs": 1}
EVALUATION = {"phase": "test", "epochs": 1}
# As Keras chooses there for what can be compiled.
ON_GPU = {"device": "GPU", "jit_compile": True}
PREDICTION = {"phase": "predict", "epochs": 1}


def compiled_with(**settings):
    return {"settings": Settings(**settings)}


# The facts that are not the usual ones, and what is not usual about the plan.
CASES = {
    "the usual": ({}, {}),
    # The number of steps.
    "few steps": (FEW, SINGLE),
    "a hundred steps": (HUNDRED, {"group": 25, **WITHOUT_XLA}),
    "a hundred steps in two epochs": (
        {"batches": 50, "epochs": 2},
        {"group": 25, **WITHOUT_XLA},
    ),
    "too few for XLA": ({"batches": 999, "epochs": 1}, {"group": 37, **WITHOUT_XLA}),
    "just enough for XLA": ({"batches": 1000, "epochs": 1}, {}),
    "a prime number of batches": ({"batches": 1009}, {"group": 41}),
    "no batches": ({"batches": 0}, {"group": 41, **WITHOUT_XLA}),
    # Where batches come from.
    "arrays with a partial batch": ({"all_full": False}, {"group": 37}),
    "arrays that cannot be cut": ({"all_full": None}, GATHERED),
    "a data set": (A_DATA_SET, GATHERED),
    "a data set of unknown length": (
        {**A_DATA_SET, "batches": None},
        {"group": 41, **GATHERED},
    ),
    "a data set with few steps": ({**A_DATA_SET, **FEW}, SINGLE),
    "data.load": (LOADED, {"group": 50, "deferred": True}),
    "data.load with a partial batch": (
        {**LOADED, "all_full": False},
        {"group": 37, "deferred": True},
    ),
    "data.load with steps_per_epoch": (
        {**LOADED, "all_full": None},
        {"group": 50, "deferred": True, **GATHERED},
    ),
    "data.load with few steps": ({**LOADED, **FEW}, SINGLE),
    "a PyDataset": (IN_PYTHON, {"group": 50, **GATHERED}),
    "a generator": ({**IN_PYTHON, "batches": None}, {"group": 64, **GATHERED}),
    # Data that stay in memory.
    "resident arrays": (RESIDENT, {"group": 1000, "feed": "resident"}),
    "resident arrays, told of later": (
        {**RESIDENT, "hears_later": True},
        {"group": 1000, "feed": "resident", "epochs_ahead": 1},
    ),
    "a small table": (SMALL, {"group": 10, "feed": "resident", "epochs_ahead": 32}),
    "a small table, with a listener": (
        {**SMALL, "hears_later": False},
        {"group": 10, "feed": "resident", "epochs_ahead": 1},
    ),
    "a small table of one batch": (
        {**SMALL, "batches": 1, "epochs": 1000},
        {"group": 1, "feed": "resident", "epochs_ahead": 32},
    ),
    "a small table, 20 epochs": (
        {**SMALL, "epochs": 20},
        {"group": 10, "epochs_ahead": 20, "feed": "resident", **WITHOUT_XLA},
    ),
    "a small table with a partial batch": (
        {**SMALL, "all_full": False},
        {"group": 9, "feed": "resident", "epochs_ahead": 32},
    ),
    "a small table, few steps": (
        {**SMALL, "epochs": 9},
        {**SINGLE, "epochs_ahead": 1},
    ),
    "a large network on a small table": (
        {**SMALL, "parameters": 10_000_000},
        {"group": 10, "feed": "resident", "epochs_ahead": 1},
    ),
    # Calls before count, too.
    "too few for XLA, again": (
        {"batches": 500, "epochs": 1, "steps_before": 499},
        WITHOUT_XLA | {"group": 25},
    ),
    "enough for XLA by now": (
        {"batches": 500, "epochs": 1, "steps_before": 500},
        {"group": 25},
    ),
    # The size of a step.
    "batches of one": ({"batch_size": 1}, {"group": 50}),
    "batches of 32": ({"batch_size": 32}, {"group": 50}),
    "batches of 1,023": ({"batch_size": 1023}, {"group": 5}),
    "batches of 1,024": ({"batch_size": 1024}, {"group": 5, **WITHOUT_XLA}),
    "batches of 1,024 small examples": (
        {"batch_size": 1024, "example_bytes": 16},
        {"group": 50, **WITHOUT_XLA},
    ),
    "batches of 10,000": ({"batch_size": 10_000}, SINGLE),
    "a large network": ({"parameters": 10_000_000}, {"group": 10}),
    "a very large network": ({"parameters": 500_000_000}, {"group": 2}),
    "a large network, batches of 1,024": (
        {"parameters": 4_000_000, "batch_size": 1024},
        {"group": 4},
    ),
    # XLA saves the more, the more weights are updated in each step.
    "few steps of a large network": ({"parameters": 4_000_000, **FEW}, {"group": 25}),
    "very few steps of a large network": (
        {"parameters": 4_000_000, "batches": 60, "epochs": 1},
        {"group": 30, **WITHOUT_XLA},
    ),
    "a network that is not built": ({"parameters": 0}, {}),
    # Callbacks.
    "a callback listens": ({"listening": True}, SINGLE),
    "a callback listens to data.load": ({**LOADED, "listening": True}, SINGLE),
    "TerminateOnNaN": ({"terminates": True}, {"on_divergence": "ignore"}),
    "TerminateOnNaN and an error": (
        {"terminates": True, **compiled_with(on_divergence="raise")},
        {"on_divergence": "ignore"},
    ),
    # What the model was compiled with.
    "on_divergence='raise'": (
        compiled_with(on_divergence="raise"),
        {"on_divergence": "raise"},
    ),
    "on_divergence='ignore'": (
        compiled_with(on_divergence="ignore"),
        {"on_divergence": "ignore"},
    ),
    "single steps": (
        compiled_with(steps_per_execution=1),
        {**SINGLE, "counts_groups": True},
    ),
    "single steps of data.load": (
        {**LOADED, **compiled_with(steps_per_execution=1)},
        {**SINGLE, "counts_groups": True},
    ),
    "four steps": (compiled_with(steps_per_execution=4), OF_FOUR),
    "four steps and a callback": (
        {**compiled_with(steps_per_execution=4), "listening": True},
        OF_FOUR,
    ),
    "four steps of few": (
        {**compiled_with(steps_per_execution=4), **FEW},
        {**OF_FOUR, **WITHOUT_XLA},
    ),
    "four steps of a very large network": (
        {**compiled_with(steps_per_execution=4), "parameters": 50_000_000},
        OF_FOUR,
    ),
    "four steps of data.load": (
        {**compiled_with(steps_per_execution=4), **LOADED},
        {**OF_FOUR, "deferred": True},
    ),
    "jit_compile=True": (
        {**compiled_with(jit_compile=True), "jit_compile": True},
        ONLY_XLA,
    ),
    "jit_compile=True, a hundred steps": (
        {**compiled_with(jit_compile=True), "jit_compile": True, **HUNDRED},
        {"group": 25, **ONLY_XLA},
    ),
    "jit_compile=True, few steps": (
        {**compiled_with(jit_compile=True), "jit_compile": True, **FEW},
        SINGLE,
    ),
    "jit_compile=True, batches of 1,024": (
        {**compiled_with(jit_compile=True), "jit_compile": True, "batch_size": 1024},
        {"group": 5, **ONLY_XLA},
    ),
    "Keras chooses XLA": ({"jit_compile": True}, ONLY_XLA),
    "jit_compile=False": (compiled_with(jit_compile=False), WITHOUT_XLA),
    # What XLA may compile.
    "half precision": ({"suits_xla": False}, WITHOUT_XLA),
    "half precision, jit_compile=True": (
        {**compiled_with(jit_compile=True), "jit_compile": True, "suits_xla": False},
        ONLY_XLA,
    ),
    "operations for XLA": ({"operations": frozenset({"MatMul", "AddV2"})}, {}),
    "operations not for XLA": (
        {"operations": frozenset({"MatMul", "ResourceGather"})},
        WITHOUT_XLA,
    ),
    "operations not for XLA, jit_compile=True": (
        {
            **compiled_with(jit_compile=True),
            "jit_compile": True,
            "operations": frozenset({"ResourceGather"}),
        },
        ONLY_XLA,
    ),
    # Strategies, and without a graph.
    "two replicas": ({"replicas": 2}, SINGLE),
    "one replica": ({"replicas": 1}, SINGLE),
    "two replicas on data.load": (
        {"replicas": 2, **LOADED},
        SINGLE | {"deferred": True},
    ),
    "two replicas and four steps": (
        {"replicas": 2, **compiled_with(steps_per_execution=4)},
        {**SINGLE, "group": 4, "counts_groups": True},
    ),
    "eagerly": ({"eager": True}, {**SINGLE, "compiler": "Python"}),
    "data.load eagerly": ({"eager": True, **LOADED}, {**SINGLE, "compiler": "Python"}),
    "four steps eagerly": (
        {"eager": True, **compiled_with(steps_per_execution=4)},
        {**SINGLE, "group": 4, "compiler": "Python", "counts_groups": True},
    ),
    # Where TensorFlow sees a GPU, Keras chooses XLA or not, and groups are larger.
    "a GPU": (ON_GPU, {"group": 50}),
    "a GPU and few steps": ({**ON_GPU, **FEW}, {"group": 33}),
    "a GPU and one step": ({**ON_GPU, "batches": 1, "epochs": 1}, SINGLE),
    "a GPU, batches of 10,000": (
        {**ON_GPU, "batch_size": 10_000, "parameters": 10_000},
        {"group": 8},
    ),
    "a GPU and a large network": ({**ON_GPU, "parameters": 10_000_000}, {"group": 50}),
    "a GPU and half precision": ({**ON_GPU, "suits_xla": False}, {"group": 50}),
    "a GPU and any operations": (
        {**ON_GPU, "operations": frozenset({"Conv2D"})},
        {"group": 50},
    ),
    "a GPU, where Keras does without XLA": (
        {"device": "GPU"},
        {"group": 50, **WITHOUT_XLA},
    ),
    "a GPU with jit_compile=True": (
        {**ON_GPU, **compiled_with(jit_compile=True)},
        {"group": 50, **ONLY_XLA},
    ),
    "a GPU with jit_compile=False": (
        {"device": "GPU", **compiled_with(jit_compile=False)},
        {"group": 50, **WITHOUT_XLA},
    ),
    "a GPU while a callback listens": ({**ON_GPU, "listening": True}, SINGLE),
    # Evaluation and prediction.
    "evaluation of few batches": ({**EVALUATION, "batches": 49}, SINGLE),
    "evaluation of fifty batches": (
        {**EVALUATION, "batches": 50},
        {"group": 25, **WITHOUT_XLA},
    ),
    "evaluation of many batches": (EVALUATION, {}),
    "prediction of one batch": ({**PREDICTION, "batches": 1}, SINGLE),
    "prediction of two batches": (
        {**PREDICTION, "batches": 2},
        {"group": 2, **WITHOUT_XLA},
    ),
    "prediction of many batches": (PREDICTION, WITHOUT_XLA),
    "prediction with jit_compile=True": (
        {**PREDICTION, **compiled_with(jit_compile=True), "jit_compile": True},
        WITHOUT_XLA,
    ),
    "prediction while a callback listens": ({**PREDICTION, "listening": True}, SINGLE),
}


@pytest.mark.parametrize("name", CASES)
def test_the_plan_follows_from_the_facts(name):
    unusual_facts, unusual_plan = CASES[name]
    plan = make_plan(Facts(**USUAL | unusual_facts))
    expected = USUAL_PLAN | unusual_plan
    assert {key: getattr(plan, key) for key in expected} == expected
    # It says why, wherever something that may pay is not done.
    assert plan.reason or plan.compiler == "XLA" or plan.phase == "predict"


def training_plan(**unusual):
    return make_plan(Facts(**USUAL | unusual))


@pytest.mark.parametrize(
    ("training", "facts", "unusual"),
    [
        # The training's steps decide, not the few of a validation.
        (training_plan(), {"batches": 3}, {"group": 3}),
        (training_plan(batches=None), {"batches": 3}, {"group": 3}),
        (training_plan(), A_DATA_SET, GATHERED),
        (training_plan(**HUNDRED), {}, WITHOUT_XLA),
        (training_plan(**FEW), {}, SINGLE),
        (training_plan(listening=True), {}, SINGLE),
        (training_plan(), {"listening": True}, SINGLE),
        (training_plan(), {"suits_xla": False}, WITHOUT_XLA),
        (training_plan(), compiled_with(steps_per_execution=4), OF_FOUR),
        (training_plan(), {"batch_size": 1024}, {"group": 5, **WITHOUT_XLA}),
    ],
)
def test_the_plan_of_a_validation_follows_that_of_the_training(
    training, facts, unusual
):
    plan = make_plan(Facts(**USUAL | EVALUATION | facts), training)
    expected = USUAL_PLAN | unusual
    assert {key: getattr(plan, key) for key in expected} == expected


def test_operations_are_looked_at_only_where_they_matter():
    def looks(**unusual):
        facts = Facts(**USUAL | unusual)
        return may_use_xla(facts, make_plan(facts))

    assert looks()
    assert not looks(operations=frozenset({"MatMul"}))
    assert not looks(**HUNDRED)
    assert not looks(jit_compile=True)
    assert not looks(**ON_GPU)
    assert not looks(**PREDICTION)


SETTINGS = st.builds(
    Settings,
    steps_per_execution=st.one_of(st.just("auto"), st.integers(1, 100)),
    jit_compile=st.sampled_from(["auto", True, False]),
    on_divergence=st.sampled_from(["stop", "raise", "ignore"]),
)
FACTS = st.builds(
    Facts,
    phase=st.sampled_from(["train", "test", "predict"]),
    settings=SETTINGS,
    batches=st.one_of(st.none(), st.integers(0, 10**6)),
    epochs=st.integers(0, 1000),
    source=st.sampled_from(["arrays", "data.load", "data set", "Python"]),
    batch_size=st.integers(1, 10**5),
    example_bytes=st.integers(0, 10**7),
    all_full=st.sampled_from([True, False, None]),
    parameters=st.integers(0, 10**9),
    hears_later=st.booleans(),
    steps_before=st.integers(0, 10**6),
    listening=st.booleans(),
    terminates=st.booleans(),
    replicas=st.integers(0, 8),
    eager=st.booleans(),
    jit_compile=st.booleans(),
    suits_xla=st.booleans(),
    operations=st.one_of(
        st.none(), st.frozensets(st.sampled_from(["MatMul", "Conv2D"]))
    ),
    device=st.sampled_from([*LIMITS]),
)


def in_memory(facts):
    """Returns facts of the same call, of data that stay in memory if that is so."""
    known = facts.all_full is not None and facts.batches is not None
    return dataclasses.replace(facts, resident=known)


@given(facts=st.one_of(FACTS, FACTS.map(in_memory)))
def test_no_plan_contradicts_itself(facts):
    plan = make_plan(facts)
    assert plan == make_plan(facts)
    chosen = facts.settings.chosen_steps
    limits = LIMITS[facts.device]
    most = limits.most_resident_steps if facts.resident else limits.most_steps
    assert 1 <= plan.group <= (chosen or most)
    assert 1 <= plan.epochs_ahead <= max(1, facts.epochs)
    if facts.batches and chosen is None:
        assert plan.group <= facts.batches
    if not (plan.replicas or facts.eager):
        assert (plan.feed == "single") == (plan.group == plan.epochs_ahead == 1)
    if plan.may_fall_back or plan.compiler == "XLA":
        assert plan.compiler == "XLA"
        assert plan.group > 1 or plan.epochs_ahead > 1
        assert not plan.replicas
        assert not facts.eager
    if plan.deferred:
        assert facts.source == "data.load"
    if plan.epochs_ahead > 1:
        assert plan.feed == "resident"
        assert facts.hears_later
        assert plan.group >= plan.steps - (not plan.all_full)
    if plan.feed in ("joined", "resident"):
        assert plan.steps is not None
        assert plan.all_full is not None
    assert str(plan).startswith(plan.phase)


def most_steps(rows, example_bytes, operations, limits):
    """How many steps the limits allow, in other words than those of the package."""
    most = limits.most_steps
    while most > 1 and (
        most * rows * example_bytes > limits.most_bytes
        # Two steps may be as long as they like.
        or (most > 2 and most * rows * operations > limits.most_operations)
    ):
        most -= 1
    return most


@given(
    batches=st.one_of(st.none(), st.integers(1, 10**5)),
    rows=st.integers(1, 10**5),
    example_bytes=st.integers(0, 10**6),
    # Whole numbers, whose products are exact.
    operations=st.integers(0, 10**9),
    limits=st.sampled_from([*LIMITS.values()]),
)
def test_the_size_of_a_group_keeps_within_its_bounds(
    batches, rows, example_bytes, operations, limits
):
    group = rules.group_size(batches, rows, example_bytes, operations, limits)
    most = most_steps(rows, example_bytes, operations, limits)
    assert 1 <= group <= most
    if batches is None:
        assert group == most
        return
    assert group <= batches
    groups = math.ceil(batches / group)
    # Twice as many groups as needed at the most, and few places that stay empty.
    assert groups <= 2 * math.ceil(batches / most)
    assert groups * group - batches < groups
    if batches <= most:
        assert group == batches


def test_a_plan_counts_its_groups():
    assert Plan(phase="train", steps=10, group=4).groups == 3
    assert Plan(phase="train", steps=8, group=4).groups == 2
    assert Plan(phase="train", steps=None, group=4).groups is None


# Real models: what is planned is what is done.

FEATURES, BATCH_SIZE, STEPS = 4, 8, 200
X = np.random.default_rng(0).normal(size=(STEPS * BATCH_SIZE + 1, FEATURES))
X = X.astype("float32")
Y = X.sum(axis=1, keepdims=True)
FULL = STEPS * BATCH_SIZE


class Groups(keras.callbacks.Callback):
    """Counts the groups of steps, and the steps in each."""

    hears_groups = True

    def __init__(self):
        super().__init__()
        self.sizes = {"train": [], "test": []}
        self._begin = 0

    def on_train_batch_begin(self, batch, logs=None):
        self._begin = batch

    def on_train_batch_end(self, batch, logs=None):
        self.sizes["train"].append(batch - self._begin + 1)

    def on_test_batch_begin(self, batch, logs=None):
        self._begin = batch

    def on_test_batch_end(self, batch, logs=None):
        self.sizes["test"].append(batch - self._begin + 1)


class Listener(keras.callbacks.Callback):
    def on_train_batch_end(self, batch, logs=None):
        pass


class Batches(keras.utils.PyDataset):
    def __len__(self):
        return STEPS

    def __getitem__(self, index):
        rows = slice(index * BATCH_SIZE, (index + 1) * BATCH_SIZE)
        return X[rows], Y[rows]


def make(**options):
    keras.utils.set_random_seed(3)
    model = keras_mlp.Sequential(
        [keras.Input((FEATURES,)), keras_mlp.layers.Dense(1)], name="planned"
    )
    model.compile(keras.optimizers.SGD(0.01, momentum=0.9), "mse", **options)
    return model


def dataset(count=FULL):
    return tf.data.Dataset.from_tensor_slices((X[:count], Y[:count])).batch(BATCH_SIZE)


def arrays(count=FULL):
    return {"x": X[:count], "y": Y[:count], "batch_size": BATCH_SIZE}


def generator():
    batches = Batches(workers=1)
    return (batches[index] for index in range(STEPS))


# Arguments of `compile` and of `fit`, and sizes of the groups.
REAL = {
    "arrays": ({}, arrays, [200]),
    "a partial batch": ({}, lambda: arrays(FULL + 1), [200, 1]),
    "few steps": ({}, lambda: arrays(80), [1] * 10),
    "a data set": ({}, lambda: {"x": dataset()}, [50] * 4),
    "a data set of unknown length": (
        {},
        lambda: {"x": dataset().filter(lambda *_: True)},
        [64, 64, 64, 8],
    ),
    "a PyDataset": ({}, lambda: {"x": Batches(workers=1)}, [50] * 4),
    "steps_per_epoch": (
        {},
        lambda: {"x": dataset().repeat(), "steps_per_epoch": 120},
        [60] * 2,
    ),
    "four steps": ({"steps_per_execution": 4}, arrays, [4] * 50),
    # As in Keras, the last group is counted as if it were full.
    "four steps, a partial batch": (
        {"steps_per_execution": 4},
        lambda: arrays(FULL + 1),
        [4] * 51,
    ),
    "single steps": ({"steps_per_execution": 1}, arrays, [1] * STEPS),
    "eagerly": ({"run_eagerly": True}, lambda: arrays(80), [1] * 10),
    "a listener": ({}, lambda: {**arrays(), "callbacks": [Listener()]}, [1] * STEPS),
    "XLA": ({}, lambda: {**arrays(), "epochs": 5}, [200] * 5),
}


@pytest.mark.long_after(5)
@pytest.mark.filterwarnings("ignore:Your input ran out of data")
@pytest.mark.parametrize("name", REAL)
def test_fit_takes_the_groups_that_are_planned(name):
    options, arguments, sizes = REAL[name]
    given, counting = arguments(), Groups()
    given["callbacks"] = [*given.get("callbacks", []), counting]
    model = make(**options)
    plan = model.plan(**given, verbose=0)
    model.fit(**given, verbose=0)
    assert counting.sizes["train"] == sizes
    assert plan.group == max(sizes)
    if plan.groups is not None:
        assert plan.groups * plan.epochs == len(sizes)
    assert plan.steps is None or int(model.optimizer.iterations) == (
        plan.steps * plan.epochs
    )


@pytest.mark.parametrize("name", ["arrays", "XLA", "four steps", "eagerly"])
def test_fit_compiles_as_is_planned(name, monkeypatch):
    seen, function = set(), tf.function

    def recording(*args, **kwargs):
        if args and args[0].__name__ in ("_loop", "_epochs"):
            seen.add("XLA" if kwargs["jit_compile"] else "TensorFlow")
        return function(*args, **kwargs)

    options, arguments, _ = REAL[name]
    model = make(**options)
    plan = model.plan(**arguments(), verbose=0)
    monkeypatch.setattr(tf, "function", recording)
    model.fit(**arguments(), verbose=0)
    assert seen == (set() if name == "eagerly" else {plan.compiler})
    assert plan.compiler == {"XLA": "XLA", "eagerly": "Python"}.get(name, "TensorFlow")


def test_fit_validates_as_is_planned():
    counting = Groups()
    given = {**arrays(), "validation_data": (X[:41], Y[:41]), "callbacks": [counting]}
    model = make()
    plan = model.plan(**given, verbose=0)
    model.fit(**given, verbose=0)
    assert plan.validation.phase == "test"
    assert plan.validation.steps == 6
    assert counting.sizes == {"train": [200], "test": [5, 1]}
    assert (plan.validation.group, plan.validation.groups) == (5, 2)


def test_a_plan_of_data_load_is_followed_and_moves_no_epoch():
    data = keras_mlp.data.load("mnist_5k", "train", 32, seed=5)
    model = keras_mlp.Sequential([keras.Input((784,)), keras_mlp.layers.Dense(10)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("sgd", loss)
    counting = Groups()
    plan = model.plan(data, validation_data=data, callbacks=[counting], verbose=0)
    assert int(data.epoch) == 0
    assert (plan.feed, plan.deferred, plan.steps) == ("resident", True, 125)
    model.fit(data, callbacks=[counting], verbose=0)
    assert int(data.epoch) == 1
    assert plan.group == 125
    assert counting.sizes["train"] == [125]


def state_of(model):
    variables = [*model.variables, *model.optimizer.variables, *model.metrics_variables]
    return [np.array(variable.numpy()) for variable in variables]


@pytest.mark.long_after(4)
@pytest.mark.parametrize("name", REAL)
def test_a_plan_trains_nothing(name):
    options, arguments, _ = REAL[name]
    model = make(**options)
    model.fit(X[:16], Y[:16], verbose=0)
    before = state_of(model)
    model.plan(**arguments(), validation_data=(X[:16], Y[:16]), verbose=0)
    for one, other in zip(before, state_of(model), strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_plan_leaves_random_numbers_as_they_are():
    def weights(planned):
        keras.utils.set_random_seed(4)
        model = keras_mlp.Sequential(
            [
                keras_mlp.layers.Dense(3),
                keras.layers.Dropout(0.5),
                keras.layers.Dense(1),
            ]
        )
        model.compile("sgd", "mse")
        data = dataset().shuffle(100)
        if planned:
            model.plan(data, verbose=0)
        model.fit(data, verbose=0)
        return [*model.get_weights(), keras.random.uniform((2,)).numpy()]

    for one, other in zip(weights(False), weights(True), strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_plan_is_printed_in_words(capsys):
    model = make()
    plan = model.plan(**arrays(), validation_data=(X[:16], Y[:16]))
    assert capsys.readouterr().out == f"{plan}\n"
    words = str(plan)
    assert "train: 200 steps an epoch in 1 group of 200" in words
    assert "one TensorFlow program a group; resident batches of 8" in words
    assert "data searched where the loss is not finite" in words
    assert "Why: there are too few steps for XLA to pay" in words
    assert "test: 2 steps in 1 group of 2" in words
    model.plan(**arrays(), verbose=0)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"group": 1, "steps": 1}, "1 step an epoch, one at a time"),
        ({"group": 1, "jit_compile": True}, "one XLA program a step"),
        ({"group": 8}, "an unknown number of steps an epoch in groups of up to 8"),
        ({"group": 8, "steps": 20}, "20 steps an epoch in 3 groups of up to 8"),
        ({"group": 8, "compiler": "XLA"}, "one XLA program a group"),
        ({"compiler": "Python"}, "run eagerly, without a program"),
        ({"replicas": 2}, "one TensorFlow program a step on 2 replicas"),
        ({"deferred": True, "feed": "joined"}, "joined batches, prepared in the step"),
        ({"on_divergence": "raise"}, "a run that diverges raises an error"),
        ({"phase": "test", "check_inputs": False}, "nothing checked"),
        ({"phase": "predict"}, "data searched where an output is not finite"),
        ({"reason": "so"}, "Why: so."),
    ],
)
def test_the_words_of_a_plan(options, words):
    assert words in str(Plan(**{"phase": "train", **options}))


def test_a_plan_cannot_be_changed():
    plan = make().plan(**arrays(), verbose=0)
    with pytest.raises(dataclasses.FrozenInstanceError):
        plan.group = 1


def test_a_model_that_is_not_compiled_has_no_plan():
    with pytest.raises(ValueError, match="compile"):
        keras_mlp.Sequential([keras_mlp.layers.Dense(1)]).plan(**arrays())


def test_arguments_that_fit_does_not_have_are_refused():
    with pytest.raises(TypeError, match="batchsize"):
        make().plan(X, Y, batchsize=8)


def test_data_that_cannot_be_right_have_no_plan():
    with pytest.raises(keras_mlp.training.InputError):
        make().plan(X, Y[:-1], verbose=0)


# What XLA may compile.


class Function(keras.layers.Layer):
    """A layer that calls a function while it is trained."""

    def __init__(self, function):
        super().__init__()
        self.function = function

    def call(self, inputs):
        return self.function(inputs)


def asserting(check):
    def checked(inputs):
        with tf.control_dependencies([check(inputs)]):
            return tf.identity(inputs)

    return checked


def plan_with(layers, x=X[:800], y=None, optimizer="sgd", loss="mse", **options):
    """How 10,000 steps of a model would be taken."""
    model = keras_mlp.Sequential([keras.Input(x.shape[1:]), *layers])
    model.compile(optimizer, loss, **options)
    y = Y[:800] if y is None else y
    return model.plan(x, y, batch_size=BATCH_SIZE, epochs=100, verbose=0)


FORBIDDEN = {
    "an embedding": lambda: [keras.layers.Embedding(9, 2), keras.layers.Flatten()],
    "an assertion": lambda: [
        Function(asserting(lambda x: tf.debugging.assert_less(x, 1e9)))
    ],
    "an assertion of shapes": lambda: [
        Function(asserting(lambda x: tf.debugging.assert_equal(tf.reduce_sum(x), 0.0)))
    ],
    "a check of numbers": lambda: [
        Function(lambda x: tf.debugging.check_numerics(x, "wrong"))
    ],
    "tf.random": lambda: [Function(lambda x: x + tf.random.normal(tf.shape(x)))],
    "stateless tf.random": lambda: [
        Function(lambda x: x + tf.random.stateless_normal(tf.shape(x), (1, 2)))
    ],
    "keras.random": lambda: [
        Function(lambda x: x + keras.random.normal(keras.ops.shape(x)))
    ],
    "noise": lambda: [keras.layers.GaussianNoise(0.1)],
    "dropout": lambda: [keras.layers.Dropout(0.5)],
    "a convolution": lambda: [
        keras.layers.Reshape((2, 2, 1)),
        keras.layers.Conv2D(2, 2),
        keras.layers.Flatten(),
    ],
    "a look-up": lambda: [
        Function(lambda x: x + tf.gather(tf.range(4.0), tf.cast(x[:, :1], tf.int32)))
    ],
    "Python": lambda: [
        Function(
            lambda x: tf.ensure_shape(
                tf.numpy_function(lambda a: a, [x], tf.float32), x.shape
            )
        )
    ],
}


@pytest.mark.long_after(6)
@pytest.mark.parametrize("name", FORBIDDEN)
def test_xla_does_not_compile(name):
    plan = plan_with([*FORBIDDEN[name](), keras_mlp.layers.Dense(1)])
    assert plan.group > 1
    assert plan.compiler == "TensorFlow"
    assert "XLA may not compile" in plan.reason


LAYERS = {
    "MLP": lambda: [keras_mlp.layers.MLP([8, 4], activation="relu")],
    "batch normalization": lambda: [
        keras.layers.Dense(8, activation="gelu"),
        keras.layers.BatchNormalization(),
    ],
    "layer normalization": lambda: [
        keras.layers.Dense(8, activation="silu"),
        keras.layers.LayerNormalization(),
    ],
    "activations": lambda: [
        keras.layers.Dense(8, activation=name)
        for name in ("tanh", "selu", "elu", "softplus", "leaky_relu", "softmax")
    ],
    "regularizers": lambda: [
        keras.layers.Dense(8, kernel_regularizer="l2", activity_regularizer="l1")
    ],
    "a constraint": lambda: [keras.layers.Dense(8, kernel_constraint="max_norm")],
}


@pytest.mark.long_after(3)
@pytest.mark.parametrize("name", LAYERS)
def test_xla_compiles_layers(name):
    plan = plan_with([*LAYERS[name](), keras_mlp.layers.Dense(1)])
    assert plan.compiler == "XLA", plan.reason


@pytest.mark.long
@pytest.mark.parametrize(
    "optimizer",
    [
        keras.optimizers.SGD(0.1, momentum=0.9, nesterov=True),
        keras.optimizers.SGD(keras.optimizers.schedules.CosineDecay(0.1, 1000)),
        keras.optimizers.Adam(clipnorm=1.0),
        keras.optimizers.Adam(global_clipnorm=1.0, use_ema=True, ema_momentum=0.9),
        keras.optimizers.AdamW(amsgrad=True),
        keras.optimizers.RMSprop(centered=True),
        keras.optimizers.Adagrad(),
        keras.optimizers.Adamax(),
        keras.optimizers.Nadam(),
        keras.optimizers.Lion(),
        keras.optimizers.SGD(gradient_accumulation_steps=2),
        keras_mlp.optimizers.GradientDescent(0.1),
    ],
    ids=lambda optimizer: optimizer.name,
)
def test_xla_compiles_optimizers(optimizer):
    layers = [keras_mlp.layers.Dense(4, activation="relu"), keras_mlp.layers.Dense(1)]
    plan = plan_with(layers, optimizer=optimizer)
    assert plan.compiler == "XLA", plan.reason


CLASSES = np.arange(800) % 3
ONE_OF_THREE = np.eye(3, dtype="float32")[CLASSES]


@pytest.mark.long
@pytest.mark.parametrize(
    ("loss", "metric", "y"),
    [
        ("mean_absolute_error", "mse", ONE_OF_THREE),
        ("huber", "mae", ONE_OF_THREE),
        ("binary_crossentropy", "accuracy", ONE_OF_THREE),
        (keras.losses.BinaryCrossentropy(from_logits=True), "auc", ONE_OF_THREE),
        ("categorical_crossentropy", "accuracy", ONE_OF_THREE),
        (
            keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1),
            "top_k_categorical_accuracy",
            ONE_OF_THREE,
        ),
        ("sparse_categorical_crossentropy", "accuracy", CLASSES),
        (
            keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            "sparse_top_k_categorical_accuracy",
            CLASSES,
        ),
        ("kl_divergence", "cosine_similarity", ONE_OF_THREE),
    ],
    ids=lambda value: value if isinstance(value, str) else getattr(value, "name", ""),
)
def test_xla_compiles_losses(loss, metric, y):
    # Some metrics count with what XLA may not compile: they decide too.
    from_logits = getattr(loss, "from_logits", False)
    activation = None if from_logits else "sigmoid"
    layers = [keras_mlp.layers.Dense(3, activation=activation)]
    plan = plan_with(layers, y=y, loss=loss)
    assert plan.compiler == "XLA", plan.reason
    with_metric = plan_with(layers, y=y, loss=loss, metrics=[metric])
    assert with_metric.compiler == "XLA" or "XLA may not compile" in with_metric.reason


def test_operations_are_found_in_functions_of_a_graph_too():
    @tf.function
    def inner(x):
        return tf.raw_ops.Where(condition=x > 0)

    @tf.function
    def outer(x):
        return tf.cond(
            tf.reduce_sum(x) > 0, lambda: inner(x), lambda: tf.zeros((0, 1), tf.int64)
        )

    graph = outer.get_concrete_function(tf.TensorSpec((4,))).graph
    assert {"Where", "Greater", "Sum"} <= operations_of(graph)
    assert not_for_xla(operations_of(graph)) == ["Where"]


def test_a_look_up_of_sizes_is_none_of_the_models_own():
    @tf.function
    def gradient(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            mean = tf.reduce_mean(x, axis=0)
        return tape.gradient(mean, x)

    graph = gradient.get_concrete_function(tf.TensorSpec((None, 4))).graph
    assert not_for_xla(operations_of(graph)) == []


def test_what_xla_may_not_compile_is_named_in_order():
    assert not_for_xla(["MatMul", "Where", "Assert", "Where"]) == ["Assert", "Where"]
    assert not_for_xla([]) == []
