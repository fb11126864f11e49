"""The short form of `scripts/torture life`, and that it notices what is left behind."""

import gc
import weakref

import keras
import numpy as np
import pytest
import tensorflow as tf
from tensorflow.python.framework.func_graph import FuncGraph
from torturing import trials
from torturing.life import kept_models
from torturing.process_state import ProcessState
from torturing.traces import Traces

import keras_mlp
from keras_mlp.training.execution.prediction import CompiledPrediction
from keras_mlp.training.execution.programs.step_program import StepProgram
from keras_mlp.training.execution.programs.traced_step import TracedStep
from keras_mlp.training.remembering.memory import TrainerMemory

# Those whose programs are made in different ways. The others: `--long`.
QUICK = (trials.joined_loop,)


def each(kinds):
    return [
        kind if kind in QUICK else pytest.param(kind, marks=pytest.mark.long)
        for kind in kinds
    ]


# What a model has that holds programs.
LOOPS = (TrainerMemory, TracedStep, StepProgram, CompiledPrediction)


def graphs_in_memory():
    return sum(isinstance(thing, FuncGraph) for thing in gc.get_objects())


def use(kind, directory):
    """Does everything to a model, and returns what must not outlive it."""
    trial = kind(keras_mlp, 16)
    trial.fit()
    trial.evaluate()
    outputs = trial.predict()
    model = trial.model()
    model.save(directory / "model.keras")
    loaded = keras.saving.load_model(directory / "model.keras")
    np.testing.assert_allclose(
        loaded.predict(trial.inputs, verbose=0), outputs, rtol=1e-4, atol=1e-5
    )
    functions = (model.train_function, model.test_function, model.predict_function)
    return [
        weakref.ref(thing)
        for thing in (model, loaded, model.optimizer, *model.layers, *functions)
        if thing is not None
    ]


@pytest.mark.long
@pytest.mark.parametrize("kind", each(trials.NEW))
def test_nothing_of_a_model_is_left(kind, tmp_path):
    gc.collect()
    loops = {id(thing) for thing in gc.get_objects() if isinstance(thing, LOOPS)}
    # Keras' own generator of seeds and its like are made once.
    keras.random.normal(())
    before, graphs = ProcessState.now(), graphs_in_memory()
    references = use(kind, tmp_path)
    assert len(references) > 5
    after = ProcessState.now()
    assert [reference() for reference in references if reference() is not None] == []
    assert [
        thing
        for thing in gc.get_objects()
        if isinstance(thing, LOOPS) and id(thing) not in loops
    ] == []
    assert graphs_in_memory() <= graphs
    assert after.functions <= before.functions
    assert after.initializers <= before.initializers
    assert after.files <= before.files
    assert after.python_threads <= before.python_threads


@pytest.mark.long
@pytest.mark.parametrize("kind", each(trials.KEPT))
def test_nothing_is_traced_again(kind):
    trial = kind(keras_mlp, 16)

    def use():
        with Traces() as traces:
            trial.fit()
            trial.evaluate()
            trial.predict()
        return traces.programs

    assert use()
    assert use() == {}


def test_traces_are_counted():
    function = tf.function(lambda x: x + 1, autograph=False)
    with Traces() as traces:
        function(tf.constant(1))
        function(tf.constant(2))
        assert traces.programs.total() == 1
        function(tf.constant(3.0))
        list(tf.data.Dataset.range(2).map(lambda x: x + 1))
    assert traces.programs.total() == 2
    assert traces.pipelines.total() == 1


@pytest.mark.long
@pytest.mark.parametrize("what", ["files", "functions", "traced again", "nothing"])
def test_what_is_left_behind_is_found(what):
    kept = []

    def kind(library, units):
        model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])

        def fit():
            if what == "files":
                kept.append(open(__file__))  # noqa: SIM115
            if what in ("functions", "traced again"):
                function = tf.function(lambda x: x + 1, autograph=False)
                function(tf.constant(1))
                if what == "functions":
                    kept.append(function)

        return trials.Trial(lambda: model, fit, lambda: None, np.ones((1, 1)))

    faults = kept_models(rounds=4, settled=2, kinds=[kind], report=lambda line: None)
    for file in kept if what == "files" else ():
        file.close()
    faults = [fault for fault in faults if not fault.startswith("memory")]
    assert any(what in fault for fault in faults) == (what != "nothing")
    assert bool(faults) == (what != "nothing")
