import json
import os
import subprocess
import sys
import types

import keras
import numpy as np
import pytest
import tensorflow as tf

import keras_mlp
from keras_mlp.local_workers import run
from keras_mlp.training.distributing.replica_checks import check_for_replicas

OFTEN = [
    "data_set",
    "loaded",
    "on_batch",
    "callbacks",
    "statistics",
    "own_step",
    "diverging",
    "table",
]
REPLICATED = [
    *OFTEN,
    "arrays",
    "autoencoder",
    "averaged",
    "classifier",
    "eagerly",
    "groups",
    "halves",
    "line",
    "regressor",
    "resumed",
]
ENVIRONMENT = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}


def command(strategy, file, scenarios):
    return [sys.executable, "-m", "tests.distributed", strategy, str(file), *scenarios]


def check(results, scenarios):
    """Compares each scenario's results on all workers."""
    assert set(results[0]) == set(scenarios)
    for scenario, first in results[0].items():
        # Halves of 11 bits are rounded differently in batches of other sizes.
        tolerance = 2e-3 if scenario == "halves" else 1e-5
        assert first["figures"] < tolerance, scenario
        assert first["weights"] < tolerance, scenario
        checksums = {result[scenario]["checksum"] for result in results}
        assert len(checksums) == 1, scenario


@pytest.mark.long
@pytest.mark.parametrize(
    ("strategy", "scenarios"),
    [
        ("mirrored", OFTEN),
        pytest.param("one-device", ["loaded"], marks=pytest.mark.long),
        pytest.param("mirrored", REPLICATED, marks=pytest.mark.long),
        pytest.param("one-device", REPLICATED, marks=pytest.mark.long),
    ],
)
def test_one_process_equals_no_strategy(tmp_path, strategy, scenarios):
    file = tmp_path / "result.json"
    program = subprocess.run(
        command(strategy, file, scenarios),
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
    )
    assert program.returncode == 0, program.stderr[-3000:]
    check([json.loads(file.read_text())], scenarios)


@pytest.mark.parametrize(
    ("workers", "scenarios"),
    [
        (2, ["callbacks", "resumed", "own_parts", "unlike"]),
        pytest.param(3, ["loaded"], marks=pytest.mark.long),
        pytest.param(2, [*REPLICATED, "uneven"], marks=pytest.mark.long),
        pytest.param(3, REPLICATED, marks=pytest.mark.long),
    ],
)
def test_several_workers_equal_one_process(tmp_path, workers, scenarios):
    program = command("multi-worker", tmp_path / "{}.json", scenarios)
    assert run(program, workers, ENVIRONMENT) == 0
    results = [
        json.loads((tmp_path / f"{worker}.json").read_text())
        for worker in range(workers)
    ]
    check(results, scenarios)


def small():
    model = keras_mlp.Sequential([keras_mlp.layers.Dense(1)])
    model.compile("sgd", "mse")
    return model


def one_device():
    return tf.distribute.OneDeviceStrategy("CPU:0")


def test_a_model_made_outside_the_scope_is_told():
    model = small()
    with (
        one_device().scope(),
        pytest.raises(ValueError, match=r"made in the scope.*Received: OneDevice"),
    ):
        model.fit(np.ones((4, 2)), np.ones((4, 1)), verbose=0)


def test_weights_made_outside_the_scope_are_told():
    with one_device().scope():
        model = small()
    model.build((None, 2))
    with pytest.raises(
        ValueError, match=r"weights .* in the scope.*Received: '.*kernel"
    ):
        model.fit(np.ones((4, 2)), np.ones((4, 1)), verbose=0)


def test_data_that_are_divided_already_are_told():
    strategy = one_device()
    with strategy.scope():
        model = small()
    data = tf.data.Dataset.from_tensors((tf.ones((4, 2)), tf.ones((4, 1))))
    with pytest.raises(ValueError, match=r"Pass the data set that it was made of"):
        model.fit(strategy.experimental_distribute_dataset(data), verbose=0)
    options = tf.data.Options()
    options.experimental_distribute.auto_shard_policy = (
        tf.data.experimental.AutoShardPolicy.FILE
    )
    with pytest.raises(ValueError, match=r"AUTO or DATA.*Received: FILE"):
        model.fit(data.with_options(options), verbose=0)


def test_parameter_servers_are_refused(monkeypatch):
    # Making a real one takes a cluster of servers.
    strategy = object.__new__(tf.distribute.experimental.ParameterServerStrategy)
    model = small()
    monkeypatch.setattr(model, "_distribute_strategy", strategy)
    message = r"Received: ParameterServerStrategy.*Use"
    with pytest.raises(ValueError, match=message):
        model.compile("sgd", "mse")
    with pytest.raises(ValueError, match=message):
        model.fit(np.ones((4, 2)), np.ones((4, 1)), verbose=0)


def test_callbacks_that_write_are_for_the_chief():
    class Mine(keras.callbacks.Callback):
        chief_only = True

    class Worker(tf.distribute.MultiWorkerMirroredStrategy):
        def __init__(self):
            """Is no strategy: only its cluster is asked for."""

        class cluster_resolver:  # noqa: N801
            task_type, task_id = "worker", 1

            @staticmethod
            def cluster_spec():
                return tf.train.ClusterSpec({"worker": ["a:1", "b:1"]})

    callbacks = [
        keras.callbacks.EarlyStopping(),
        keras.callbacks.CSVLogger("log.csv"),
        Mine(),
    ]
    own = keras_mlp.training.own_callbacks
    assert own(callbacks, None) == callbacks
    assert own(callbacks, Worker()) == callbacks[:1]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"gradient_accumulation_steps": 2}, "gradient_accumulation_steps=2"),
        ({"use_ema": True, "ema_overwrite_frequency": 3}, "ema_overwrite_frequency=3"),
    ],
)
def test_what_replicas_cannot_do_is_refused(options, message):
    model = small()
    model.compile(keras.optimizers.SGD(0.1, **options), "mse")
    check_for_replicas(model, one_device())
    with pytest.raises(ValueError, match=f"Received: {message}"):
        check_for_replicas(model, two_replicas())


def test_what_replicas_do_otherwise_is_logged(caplog):
    model = small()
    check_for_replicas(model, two_replicas())
    assert not caplog.records
    model.compile(
        keras.optimizers.SGD(0.1, clipnorm=1.0),
        keras.losses.MeanSquaredError(reduction="sum"),
    )
    check_for_replicas(model, two_replicas())
    clipping, reduction = caplog.messages
    assert "`clipnorm` of the optimizer clips" in clipping
    assert "`reduction`" in reduction


def two_replicas():
    """Returns what is asked of a strategy of two; one would need two devices."""
    return types.SimpleNamespace(num_replicas_in_sync=2)
