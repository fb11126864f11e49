"""The benchmark's arithmetic, its protocol and its report, on made-up timings."""

import dataclasses
import io
import json
import time

import numpy as np
import pytest
from benchmarking import examples, plan
from benchmarking.accuracy.clock import Clock
from benchmarking.accuracy.table import accuracy_report, accuracy_table
from benchmarking.chart import draw_chart
from benchmarking.machine import describe_machine
from benchmarking.ratios import find_ratios, large_matrix_rate
from benchmarking.report import make_report
from benchmarking.rounds import Workers, measure
from benchmarking.turns import CannotRun, Turns
from benchmarking.worker import serve
from benchmarking.workload import Workload

# Seconds of each contestant, the same for every workload.
SECONDS = {
    plan.OURS: [1.0, 2.0, 3.0],
    plan.OURS_ONCE: [1.0, 2.0, 3.0],
    plan.JAX: [4.0, 8.0, 6.0],
    plan.ESTIMATOR: [0.3] * 3,
    plan.ITS_ESTIMATOR: [0.2] * 3,
    plan.OURS_BFLOAT16: [1.5, 1.4, 1.6],
    plan.LARGE_NUMPY: [0.5, 0.4, 0.3],
    plan.LARGE_TENSORFLOW: [0.2, 0.25, 0.3],
    plan.PREDICT: [0.002, 0.1, 0.0035],
    plan.STOCK_PREDICT: [0.4] * 3,
}


def made_up_results():
    """What the benchmark would write: PyTorch is missing, others did not take part."""
    workloads = []
    for workload, names in plan.FULL.items():
        contestants = {
            name: {
                "ready": 1.0,
                "note": "",
                "first": [9.0],
                "seconds": [[second] for second in SECONDS[name]],
            }
            for name in names
            if name in SECONDS
        }
        contestants[plan.TORCH] = {"cannot": "no such module"}
        workloads.append(
            {
                "name": workload.name,
                "workload": dataclasses.asdict(workload),
                "contestants": contestants,
            }
        )
    runs = [
        {"library": library, "data": data, "seconds": seconds, "peak_bytes": peak}
        | {"epochs": 10}
        for data in ("arrays", "customary")
        for library, seconds, peak in (("keras", 20.0, 2e9), ("keras_mlp", 10.0, 1e9))
    ]
    return {
        "arguments": ["--full"],
        "began": "2000-01-01 00:00",
        "seconds": 100.0,
        "machine": {
            "processor": "Made up",
            "cores": 2,
            "kind": "model 1",
            "flags": ["avx2"],
            "amx": False,
            "memory_bytes": 2**33,
            "system": "Any",
        },
        "versions": {"keras": "3"},
        "data": "MNIST",
        "agreement": {"largest_difference": 1e-8, "largest_change": 0.1},
        "workloads": workloads,
        "whole_runs": runs,
        "start_up": {"keras-mlp list": {"seconds": [0.4, 0.6, 0.6], "target": 0.5}},
    }


def test_operations_are_those_of_the_products():
    workload = Workload("N1", 128, 10)
    forward = 784 * 256 + 256 * 128 + 128 * 10
    # All kernels' gradients, and the inputs' of all layers but the first.
    backward = forward + 256 * 128 + 128 * 10
    assert workload.operations == 2 * 10 * (forward + backward)


def test_batches_hold_every_example_once():
    batches = Workload("N8", 32, 70).batches()
    assert [len(range(70)[batch]) for batch in batches] == [32, 32, 6]
    assert np.concatenate([np.arange(70)[b] for b in batches]).tolist() == list(
        range(70)
    )


def test_what_is_measured_by_default_is_in_the_full_plan():
    assert plan.make_plan(False, None) == plan.DEFAULT
    for workload, names in plan.DEFAULT.items():
        assert set(names) <= set(plan.FULL[workload]) <= set(plan.CONTESTANTS)
    assert all(w.examples <= 5 for w in plan.make_plan(False, 5))
    assert plan.make_plan(True, None) == plan.FULL


def test_ratios_are_those_of_medians():
    found = {ratio.what: ratio for ratio in find_ratios(made_up_results())}
    against_jax = found["N1, one epoch a call, data.load, against JAX, `lax.scan`"]
    assert against_jax.reached == pytest.approx(2 / 6)
    assert against_jax.spread == pytest.approx((1 / 4, 3 / 6))
    assert against_jax.verdict == "met"
    assert found["2x4096, bfloat16 (AMX), float32"].verdict == "missed"
    assert found["estimator on digits"].reached == pytest.approx(1.5)
    once = "N1, one epoch a call, data.load, against PyTorch, eager"
    assert found[once].verdict == "not measured"
    assert found["N1 as a process, against Keras"].reached == 0.5
    assert found["N1, peak memory, against Keras, arrays"].reached == 0.5
    # Seconds, and no ratios.
    assert found["`predict` of one image, seconds"].reached == 0.0035
    assert found["keras-mlp list, seconds"].verdict == "missed"


def test_large_matrices_give_the_limit_by_their_best_time():
    results = made_up_results()
    rate = 2 * 4096**3 / 0.2
    assert large_matrix_rate(results) == rate
    [ratio] = [r for r in find_ratios(results) if "rate of large" in r.what]
    assert ratio.reached == pytest.approx(2.0 / (plan.DEEP.operations / rate))


def test_nothing_measured_is_no_ratio():
    nothing = {"workloads": [], "whole_runs": [], "start_up": {}}
    results = made_up_results() | nothing
    assert {ratio.reached for ratio in find_ratios(results)} == {None}
    assert "| not measured |" in make_report(results)


def test_report_has_tables_and_says_who_could_not(tmp_path):
    report = make_report(made_up_results())
    row = "| N1, one epoch a call, data.load, against JAX, `lax.scan` | 0.95 |"
    assert f"{row} 0.333 (0.25 … 0.5) | met |" in report
    assert f"| {plan.JAX} | 6.000 s | 4.000 s … 8.000 s | 3.00 |" in report
    assert "Made up (model 1), 2 cores (avx2; without AMX)" in report
    assert f"- {plan.TORCH}: no such module" in report
    for table in (part for part in report.split("\n\n") if part.startswith("|")):
        assert len({line.count("|") for line in table.splitlines()}) == 1
    draw_chart(made_up_results(), tmp_path / "chart.png")
    assert (tmp_path / "chart.png").read_bytes().startswith(b"\x89PNG")


def converse(run, requests):
    """Returns the answers of a worker to all requests."""
    lines = "".join(json.dumps(request) + "\n" for request in requests)
    answers = io.StringIO()
    serve(run, Turns(io.StringIO(lines), answers))
    return [json.loads(line) for line in answers.getvalue().splitlines()]


PREPARE = {"command": "prepare", "workload": Workload("N1", 2, 4).to_json()}
TURN, FINISH = {"command": "turn"}, {"command": "finish"}


def test_worker_answers_each_request_once():
    done = []

    def run(workload, turns):
        turns.note = workload.network
        while turns.begin():
            done.append(workload)
            turns.end()

    answers = converse(run, [PREPARE, TURN, TURN, FINISH, PREPARE, FINISH])
    assert [sorted(answer) for answer in answers] == [
        ["note", "ready"],
        ["seconds"],
        ["seconds"],
        ["finished"],
        ["note", "ready"],
        ["finished"],
    ]
    assert answers[0]["note"] == "N1"
    assert done == [Workload("N1", 2, 4)] * 2


def test_worker_says_what_it_cannot():
    def run(workload, turns):
        raise CannotRun("no compiler")

    assert converse(run, [PREPARE, PREPARE]) == [{"cannot": "no compiler"}] * 2


@pytest.mark.usefixtures("worker_environment")
def test_processes_take_turns(monkeypatch):
    monkeypatch.setitem(plan.CONTESTANTS, "missing", ("no_such_module", "train"))
    monkeypatch.setitem(plan.CONTESTANTS, "broken", ("matrix_products", "_large"))
    said = []
    with Workers() as workers:
        for batch_size in (16, 40):
            workload = Workload("N1", batch_size, 40)
            found = measure(
                workers,
                workload,
                (plan.PRODUCTS, "missing", "broken"),
                rounds=3,
                say=said.append,
            )
            times = found[plan.PRODUCTS]["seconds"]
            assert [len(turn) for turn in times] == [3, 3, 3]
            assert min(times)[0] > 0
            assert "no_such_module" in found["missing"]["cannot"]
            assert "TypeError" in found["broken"]["cannot"]
    assert "round 3 of 3" in said[-1]


@pytest.mark.usefixtures("worker_environment")
def test_examples_suit_the_loss():
    images, labels = examples.arrays(Workload("N1", 8, 12))
    assert images.shape == (12, 784)
    assert images.dtype == "float32"
    assert images.max() == 1
    assert labels.shape == (12, 10)
    assert labels[3].argmax() == 3
    _, labels = examples.arrays(Workload("N8", 8, 12))
    assert labels.tolist() == [*range(10), 0, 1]


def test_the_processor_has_a_name():
    machine = describe_machine()
    assert machine["processor"]
    assert machine["amx"] in (True, False, None)


@pytest.mark.usefixtures("worker_environment")
def test_a_clock_stands_still_while_it_tests():
    answers = io.StringIO()
    clock = Clock(time.time() - 100, 20, 0, answers)
    images, labels = clock.images()
    assert (images.shape, images.max(), len(labels)) == ((20, 784), 1, 20)
    clock.start()

    def slowly(images):
        time.sleep(0.2)
        # All are taken for a 3, and a tenth is.
        return np.tile(np.eye(10)[3], (len(images), 1))

    assert not clock.ends_epoch(slowly)
    assert not clock.ends_epoch(slowly)
    first, second = map(json.loads, answers.getvalue().splitlines())
    assert (first["epoch"], second["epoch"]) == (1, 2)
    assert first["accuracy"] == 0.1
    assert first["seconds"] >= 100
    assert 0 <= second["since_first_step"] - first["since_first_step"] < 0.2


def test_the_table_of_accuracies_has_the_fastest_setting():
    def run(contestant, setting, seed, *accuracies):
        epochs = [
            {
                "epoch": i,
                "accuracy": a,
                "seconds": 10.0 * i,
                "since_first_step": 9.0 * i,
            }
            for i, a in enumerate(accuracies, 1)
        ]
        names = {"contestant": contestant, "setting": setting, "seed": seed}
        return {**names, "epochs": epochs}

    runs = [
        run("keras_mlp", "512-512", 0, 0.97, 0.981),
        run("keras_mlp", "512-512", 1, 0.97, 0.97, 0.982),
        run("keras_mlp", "mnist-best", 0, 0.97, 0.975, 0.98, 0.99),
        run("keras_mlp", "mnist-best", 1, 0.97, 0.975, 0.98, 0.986),
        run("PyTorch", "512-512", 0, 0.979),
        run("Keras", "512-512", 0) | {"cannot": "it is missing"},
    ]
    rows = accuracy_table({"runs": runs}).splitlines()
    assert rows[2] == (
        "| keras_mlp | 25.0 s; 22.5 s (512-512) | 40.0 s; 36.0 s (mnist-best) | "
        "in 1 of 2 runs (mnist-best) | 99.00 % |"
    )
    assert "| Keras | not reached | not reached | not reached | did not run |" in rows
    assert "| PyTorch | not reached | not reached | not reached | 97.90 % |" in rows
    report = accuracy_report(made_up_results() | {"runs": runs})
    assert "- Keras: it is missing" in report
