"""TabM and TabM-mini, by tabm."""

from pathlib import Path
from typing import Any

import numpy as np
import rtdl_num_embeddings
import tabm
import torch
from torch.nn import functional

from references.arrays import gradients, randomize, save, under

ENSEMBLE = 4
WIDTH = 8
CATEGORIES = (2, 5)
CLASSES = 3
ROWS = 40
# So low that it is always reached.
CLIP = 0.05

CASES = {
    "tabm_classifier": ("tabm", True, False),
    "tabm_regressor_embedded": ("tabm", False, True),
    "tabm_mini_classifier_embedded": ("tabm-mini", True, True),
    "tabm_mini_regressor": ("tabm-mini", False, False),
}


def write_tabm(directory: Path) -> None:
    """Writes a file of arrays for each case.

    Args:
        directory: Where to.
    """
    for name, case in CASES.items():
        save(directory / f"{name}.npz", _make(*case))


def _make(kind: str, classification: bool, embedded: bool) -> dict[str, Any]:
    random = np.random.default_rng(0)
    numbers = torch.as_tensor(random.normal(size=(ROWS, 3)).astype(np.float32))
    categories = torch.as_tensor(
        np.stack([random.integers(0, size, ROWS) for size in CATEGORIES], axis=1)
    )
    if classification:
        targets = torch.as_tensor(random.integers(0, CLASSES, ROWS))
    else:
        # Standardised, as it is to be.
        values = random.normal(size=ROWS)
        targets = torch.as_tensor((values - values.mean()) / values.std())
        targets = targets.float().double()
    torch.manual_seed(0)
    embeddings, arrays = None, {}
    if embedded:
        bins = rtdl_num_embeddings.compute_bins(numbers, n_bins=5)
        arrays = {f"bins/{i}": edges for i, edges in enumerate(bins)}
        embeddings = rtdl_num_embeddings.PiecewiseLinearEmbeddings(
            bins, 4, activation=False, version="B"
        )
    model = tabm.TabM.make(
        n_num_features=numbers.shape[1],
        cat_cardinalities=list(CATEGORIES),
        d_out=CLASSES if classification else 1,
        num_embeddings=embeddings,
        arch_type=kind,
        k=ENSEMBLE,
        d_block=WIDTH,
        # Dropped units could not be told to another program.
        dropout=0.0,
    ).double()
    variables = dict(model.named_parameters())
    arrays |= {"numbers": numbers, "categories": categories, "targets": targets}
    arrays |= under("initial", variables)
    randomize(variables.values(), 3, 0.1)
    arrays |= under("weights", variables)

    def forward() -> torch.Tensor:
        return model(numbers.double(), categories)

    def loss() -> torch.Tensor:
        flat = forward().flatten(0, 1)
        repeated = targets.repeat_interleave(ENSEMBLE)
        if classification:
            return functional.cross_entropy(flat, repeated)
        return functional.mse_loss(flat.squeeze(-1), repeated)

    outputs = forward()
    arrays["outputs"] = outputs
    arrays["predictions"] = (
        outputs.softmax(-1).mean(1) if classification else outputs.mean(1)
    )
    value, found = gradients(variables, loss)
    arrays |= {"loss": value} | under("gradients", found)
    start = {name: variable.detach().clone() for name, variable in variables.items()}
    for prefix, clip in (("", None), ("clipped/", CLIP)):
        with torch.no_grad():
            for name, variable in variables.items():
                variable.copy_(start[name])
        optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3, weight_decay=3e-4)
        for step in (1, 2):
            gradients(variables, loss)
            if clip is not None:
                torch.nn.utils.clip_grad_norm_(model.parameters(), clip)
            optimizer.step()
            arrays |= under(f"{prefix}step{step}", variables)
    return arrays
