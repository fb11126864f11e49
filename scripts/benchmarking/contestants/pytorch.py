"""PyTorch on tensors that stay in memory."""

import shutil
from collections.abc import Callable

import torch
from torch import nn

from benchmarking import examples
from benchmarking.turns import CannotRun, Turns
from benchmarking.workload import LEARNING_RATE, Workload

Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


def train_eager(workload: Workload, turns: Turns) -> None:
    """Trains operation by operation."""
    network, loss = _network(workload)
    _train(workload, turns, network, lambda x, y: loss(network(x), y))


def train_compiled(workload: Workload, turns: Turns) -> None:
    """Trains with network and loss compiled by `torch.compile`."""
    if not any(map(shutil.which, ("c++", "g++", "clang++"))):
        raise CannotRun("torch.compile needs a C++ compiler, and there is none")
    torch._dynamo.reset()
    network, loss = _network(workload)

    def loss_of(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return loss(network(x), y)

    compiled = torch.compile(loss_of, dynamic=False)
    try:
        x, y = (part[: workload.batch_size] for part in _tensors(workload))
        compiled(x, y).backward()
    except Exception as error:
        # Its compilers fail in as many ways as there are machines.
        raise CannotRun(f"torch.compile: {str(error).splitlines()[0]}") from error
    network.zero_grad()
    _train(workload, turns, network, compiled)


def _train(workload: Workload, turns: Turns, network: nn.Module, loss_of: Loss) -> None:
    x, y = _tensors(workload)
    optimizer = torch.optim.SGD(network.parameters(), lr=LEARNING_RATE)
    turns.note = f"{torch.get_num_threads()} threads"
    while turns.begin():
        for batch in workload.batches():
            optimizer.zero_grad()
            loss_of(x[batch], y[batch]).backward()
            optimizer.step()
        turns.end()


def _tensors(workload: Workload) -> tuple[torch.Tensor, torch.Tensor]:
    x, y = examples.arrays(workload)
    return torch.from_numpy(x), torch.from_numpy(y)


def _network(workload: Workload) -> tuple[nn.Module, Loss]:
    layers: list[nn.Module] = []
    for inputs, outputs in workload.products:
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    loss = nn.MSELoss() if workload.squared_error else nn.CrossEntropyLoss()
    return nn.Sequential(*layers[:-1]), loss
