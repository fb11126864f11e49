import functools

import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_mlp.keras_internals import innermost
from keras_mlp.models.realmlp.start_from_data import start_layer
from keras_mlp.optimizers.schedules import TrainingSchedule
from tests.models.realmlp.authors import Authors

every_variant = pytest.mark.parametrize("variant", ["td", "td-s"])
every_task = pytest.mark.parametrize("task", ["classifier", "regressor"])

# Each model once; tests set its weights.
authors_of = functools.cache(Authors)


def assert_close(ours, theirs):
    np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-5)


def rows(table, part):
    return {name: column[part] for name, column in table.items()}


@every_variant
@every_task
def test_columns(variant, task):
    authors = authors_of(variant, task)
    authors.set_weights("initial")
    model = authors.model
    for prefix, table in (("", authors.table), ("new/", authors.new_table)):
        columns = model.tabular_inputs(model.preprocessing(table))
        assert_close(columns, authors.columns(prefix))


@every_task
def test_start_from_data(task):
    authors = authors_of("td", task)
    authors.set_weights("initial")
    model, arrays = authors.model, authors.arrays
    hidden = model.scale(model.tabular_inputs(model.preprocessing(authors.table)))
    for i, parts in enumerate(model.mlp._parts):
        draws = f"draws/layer-{i}"
        normal = arrays[f"{draws}/weight/normal"]
        if i == 0:
            normal = normal[authors.places] * authors.signs[:, None]
        hidden = start_layer(
            parts,
            hidden,
            normal,
            arrays[f"{draws}/bias/examples"].astype("int32"),
            arrays[f"{draws}/bias/exponential"],
        )
    for variable, theirs in authors.pairs("initial"):
        assert_close(variable, theirs)


@every_variant
@every_task
def test_outputs_and_predictions(variant, task):
    authors = authors_of(variant, task)
    authors.set_weights("weights")
    model, arrays = authors.model, authors.arrays
    outputs = model(authors.table, training=True)
    if task == "classifier":
        assert_close(outputs, arrays["outputs"])
        return
    assert_close(model.target_standardization(outputs), arrays["outputs"])
    np.testing.assert_allclose(
        model(authors.table, training=False), arrays["predictions"], rtol=1e-5
    )


def set_share(optimizer, share):
    """Has the next step be made at a share of the training."""
    groups = getattr(optimizer, "groups", [])
    found = [innermost(optimizer)._learning_rate]
    found += [factor for group in groups for factor in group.values()]
    done = int(optimizer.iterations.numpy())
    for schedule in found:
        if isinstance(schedule, TrainingSchedule):
            schedule.begin(done - round(100 * share), 100)


@every_variant
@every_task
def test_loss_and_steps(variant, task):
    authors = authors_of(variant, task)
    authors.set_weights("weights")
    model, arrays = authors.model, authors.arrays
    model.compile()
    steps = [(0.1, slice(0, 32)), (0.6, slice(16, 48))]
    decayed = "decayed/" if variant == "td" else ""
    for number, (share, part) in enumerate(steps, 1):
        set_share(model.optimizer, share)
        model.reset_metrics()
        columns = keras.tree.map_structure(
            tf.convert_to_tensor, rows(authors.table, part)
        )
        targets = tf.convert_to_tensor(authors.targets[part])
        logs = model.train_step((columns, targets))
        if number == 1:
            assert_close(logs["loss"], arrays["loss"])
        for variable, theirs in authors.pairs(f"{decayed}step{number}"):
            assert_close(variable, theirs)
