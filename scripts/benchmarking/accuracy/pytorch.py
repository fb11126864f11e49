"""PyTorch: tensors that stay in memory, in an order of its own for each epoch."""

import numpy as np
import torch
from torch import nn

from benchmarking.accuracy.clock import Clock
from benchmarking.accuracy.settings import Setting


class _Noise(nn.Module):
    def __init__(self, deviation: float) -> None:
        super().__init__()
        self._deviation = deviation

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self._deviation * torch.randn_like(x) if self.training else x


def train(setting: Setting, clock: Clock) -> None:
    """Trains operation by operation."""
    x, y = (torch.from_numpy(part) for part in clock.images())
    torch.manual_seed(clock.seed)
    network, loss = _network(setting, x.shape[1]), nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(network.parameters(), lr=setting.learning_rate)
    steps = setting.epochs * -(-len(x) // setting.batch_size)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)

    def classify(images: np.ndarray) -> np.ndarray:
        network.eval()
        with torch.no_grad():
            return network(torch.from_numpy(images)).numpy()

    clock.start()
    for _ in range(setting.epochs):
        network.train()
        for rows in torch.randperm(len(x)).split(setting.batch_size):
            optimizer.zero_grad()
            loss(network(x[rows]), y[rows]).backward()
            optimizer.step()
            schedule.step()
        if clock.ends_epoch(classify):
            break


def _network(setting: Setting, inputs: int) -> nn.Module:
    layers: list[nn.Module] = [_Noise(setting.noise)] if setting.noise else []
    for units in setting.hidden_units:
        dense = nn.Linear(inputs, units)
        nn.init.kaiming_normal_(dense.weight, nonlinearity="relu")
        nn.init.zeros_(dense.bias)
        layers.append(dense)
        if setting.normalize:
            # Keras' numbers.
            layers.append(nn.BatchNorm1d(units, eps=1e-3, momentum=0.01))
        if setting.noise:
            layers.append(_Noise(setting.noise))
        layers.append(nn.ReLU())
        if setting.dropout:
            layers.append(nn.Dropout(setting.dropout))
        inputs = units
    return nn.Sequential(*layers, nn.Linear(inputs, 10))
