"""Embeddings of numbers, by rtdl_num_embeddings and pytabkit."""

from pathlib import Path

import numpy as np
import rtdl_num_embeddings
import torch
from pytabkit.models.data.data import DictDataset, TensorInfo
from pytabkit.models.nn_models.nn import PLREmbeddingsFactory

from references.arrays import gradients, randomize, save, under

FEATURES = 4
# More than there are different values of the third and the fourth number.
BINS = 6


def write_embeddings(directory: Path) -> None:
    """Writes piecewise linear and periodic embeddings.

    Args:
        directory: Where to.
    """
    _write_piecewise_linear(directory)
    _write_periodic(directory)


def _numbers(rows: int, seed: int) -> torch.Tensor:
    random = np.random.default_rng(seed)
    columns = [
        random.normal(size=rows),
        np.exp(random.normal(size=rows)),
        random.integers(0, 3, rows),
        random.integers(0, 2, rows),
    ]
    return torch.as_tensor(np.stack(columns, axis=1).astype(np.float32))


def _write_piecewise_linear(directory: Path) -> None:
    adapted, numbers = _numbers(60, 0), _numbers(10, 1)
    # Beyond the least and the greatest that were seen.
    numbers[0], numbers[1] = -10.0, 50.0
    bins = rtdl_num_embeddings.compute_bins(adapted, n_bins=BINS)
    arrays = {"adapted": adapted, "numbers": numbers}
    arrays |= {f"bins/{i}": edges for i, edges in enumerate(bins)}
    encoding = rtdl_num_embeddings.PiecewiseLinearEncoding(bins)
    # Feature after feature, each as wide as it has bins.
    arrays["encoded"] = encoding(numbers)
    for version in ("A", "B"):
        for activation in (False, True):
            torch.manual_seed(0)
            layer = rtdl_num_embeddings.PiecewiseLinearEmbeddings(
                bins, 4, activation=activation, version=version
            ).double()
            prefix = f"{version}-relu" if activation else version
            arrays |= under(f"{prefix}/initial", dict(layer.named_parameters()))
            randomize(layer.parameters(), 1, 0.1)
            arrays |= _outputs(prefix, layer, numbers)
    save(directory / "piecewise_linear.npz", arrays)


def _write_periodic(directory: Path) -> None:
    numbers = _numbers(10, 2)
    arrays = {"numbers": numbers}
    torch.manual_seed(0)
    plr = rtdl_num_embeddings.PeriodicEmbeddings(
        FEATURES, 4, n_frequencies=5, frequency_init_scale=0.1, lite=False
    ).double()
    randomize(plr.parameters(), 1, 0.1)
    arrays |= _outputs("plr", plr, numbers)

    info = {"x_cont": TensorInfo(feat_shape=[FEATURES])}
    pbld = PLREmbeddingsFactory(
        plr_sigma=0.1,
        plr_hidden_1=5,
        plr_hidden_2=4,
        plr_act_name="linear",
        plr_use_densenet=True,
        plr_use_cos_bias=True,
    ).fit(DictDataset({"x_cont": numbers}, info))
    pbld.double()
    randomize(pbld.parameters(), 1, 0.1)
    arrays |= _outputs("pbld", lambda x: pbld.forward_cont(x), numbers, pbld)
    save(directory / "periodic.npz", arrays)


def _outputs(prefix, function, numbers, module=None) -> dict:
    """Returns weights, outputs, and the gradients of the sum of their squares."""
    variables = dict((module or function).named_parameters())
    arrays = under(f"{prefix}/weights", variables)
    outputs = function(numbers.double())
    arrays[f"{prefix}/outputs"] = outputs
    _, found = gradients(
        variables, lambda: function(numbers.double()).square().sum() / 2
    )
    return arrays | under(f"{prefix}/gradients", found)
