"""JAX: an epoch is one program, a `lax.scan` over arrays that stay in memory."""

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from benchmarking import examples
from benchmarking.turns import Turns
from benchmarking.workload import LEARNING_RATE, Workload


def train(workload: Workload, turns: Turns) -> None:
    """Trains; a last batch with fewer examples is a program of its own."""
    x, y = (jnp.asarray(array) for array in examples.arrays(workload))
    full = workload.examples // workload.batch_size * workload.batch_size
    shape = (-1, workload.batch_size)
    batches = tuple(a[:full].reshape(*shape, *a.shape[1:]) for a in (x, y))
    rest = (x[full:], y[full:])
    loss = _squared_error if workload.squared_error else _cross_entropy

    def step(weights: Any, batch: Any) -> tuple[Any, jax.Array]:
        value, gradients = jax.value_and_grad(loss)(weights, *batch)
        new = jax.tree.map(lambda w, g: w - LEARNING_RATE * g, weights, gradients)
        return new, value

    @partial(jax.jit, donate_argnums=0)
    def epoch(weights: Any, batches: Any) -> tuple[Any, jax.Array]:
        return jax.lax.scan(step, weights, batches)

    single = jax.jit(step, donate_argnums=0)
    weights = _weights(workload)
    while turns.begin():
        weights, losses = epoch(weights, batches)
        if full < workload.examples:
            weights, losses = single(weights, rest)
        jax.block_until_ready((weights, losses))
        turns.end()


def _weights(workload: Workload) -> list[tuple[jax.Array, jax.Array]]:
    generator = np.random.default_rng(0)
    return [
        (
            jnp.asarray(
                generator.normal(scale=inputs**-0.5, size=(inputs, outputs)),
                dtype="float32",
            ),
            jnp.zeros(outputs, dtype="float32"),
        )
        for inputs, outputs in workload.products
    ]


def _outputs(weights: Any, x: jax.Array) -> jax.Array:
    for kernel, bias in weights[:-1]:
        x = jax.nn.relu(x @ kernel + bias)
    kernel, bias = weights[-1]
    return x @ kernel + bias


def _squared_error(weights: Any, x: jax.Array, y: jax.Array) -> jax.Array:
    return jnp.mean((_outputs(weights, x) - y) ** 2)


def _cross_entropy(weights: Any, x: jax.Array, y: jax.Array) -> jax.Array:
    logs = jax.nn.log_softmax(_outputs(weights, x))
    return -jnp.mean(jnp.take_along_axis(logs, y[:, None], axis=1))
