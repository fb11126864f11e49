"""RealMLP-TD and RealMLP-TD-S, by pytabkit."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import torch
from pytabkit.models.alg_interfaces.base import InterfaceResources, SplitIdxs
from pytabkit.models.data.data import DictDataset, TensorInfo
from pytabkit.models.nn_models.base import Layer
from pytabkit.models.sklearn.default_params import DefaultParams
from pytabkit.models.training.lightning_modules import TabNNModule

from references.arrays import gradients, randomize, save, to_numpy, under
from references.draws import recorded_draws, variable_name
from references.inputs import CATEGORIES, CLASSES, Table, make_table

VARIANTS = {
    "realmlp_td_classifier": "RealMLP_TD_CLASS",
    "realmlp_td_regressor": "RealMLP_TD_REG",
    "realmlp_td_s_classifier": "RealMLP_TD_S_CLASS",
    "realmlp_td_s_regressor": "RealMLP_TD_S_REG",
}
WIDTHS = [8, 8, 8]
# At which share of the training each step is made, and on which rows.
STEPS = ((0.1, slice(0, 32)), (0.6, slice(16, 48)))


def write_realmlp(directory: Path) -> None:
    """Writes a file of arrays and one of factors for each variant.

    Args:
        directory: Where to.
    """
    factors = {}
    for name, defaults in VARIANTS.items():
        arrays, factors[name] = _make(getattr(DefaultParams, defaults))
        save(directory / f"{name}.npz", arrays)
    path = directory / "realmlp_variables.json"
    path.write_text(json.dumps(factors, indent=1) + "\n")


def _make(options: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Returns the arrays of a variant, and what is said of its variables."""
    regression = options.get("normalize_output", False)
    # Dropped units could not be told to another program.
    options = options | {"hidden_sizes": WIDTHS, "p_drop": 0.0}
    table, more = make_table(1), make_table(2, 16)
    with recorded_draws() as draws:
        module = _build(options, table, regression)
    variables = _variables(module.model)
    arrays = {
        "numbers": table.numbers,
        "categories": table.categories,
        "targets": table.targets if regression else table.classes,
        "new/numbers": more.numbers,
        "new/categories": more.categories,
        **under("draws", draws),
        **_under("initial", variables),
    }
    for prefix, rows in (("", table), ("new/", more)):
        for name, value in _prepare(module, _dataset(rows, regression)).items():
            arrays[prefix + name] = value
    # The network computes in double precision: what it yields has no error of its own.
    module.model.double()
    randomize(variables.values(), 3, 0.1)
    arrays |= _under("weights", variables)

    def forward(rows: slice, training: bool) -> dict[str, torch.Tensor]:
        batch = module.creator.static_model(_dataset(table, regression)).tensors
        module.model.train(training)
        return module.model(
            {
                name: (tensor.double() if tensor.is_floating_point() else tensor)[
                    None, rows
                ]
                for name, tensor in batch.items()
            }
        )

    def loss(rows: slice) -> torch.Tensor:
        outputs = forward(rows, training=True)
        return module.criterion(outputs["x_cont"], outputs["y"]).sum()

    everything = slice(None)
    arrays["outputs"] = forward(everything, training=True)["x_cont"][0]
    if regression:
        arrays["predictions"] = forward(everything, training=False)["x_cont"][0]
    value, found = gradients(variables, lambda: loss(STEPS[0][1]))
    arrays |= {"loss": value} | _under("gradients", found)
    about = _describe(options, variables)
    start = [variable.detach().clone() for variable in variables.values()]
    decays = {"": 0.0}
    if "wd" in options:
        decays |= {"decayed_twice/": options["wd"], "decayed/": options["wd"]}
    for prefix, decay in decays.items():
        with torch.no_grad():
            for variable, at_first in zip(variables.values(), start, strict=True):
                variable.copy_(at_first)
        if prefix == "decayed/":
            _decay_once(variables.values())
        arrays |= _steps(module, variables, loss, prefix, decay)
    return arrays, about


def _build(options: dict[str, Any], table: Table, regression: bool) -> TabNNModule:
    module = TabNNModule(**options)
    rows = torch.arange(len(table.numbers))[None]
    split = SplitIdxs(rows, None, None, split_seed=0, sub_split_seeds=[0], split_id=0)
    resources = InterfaceResources(n_threads=1, gpu_devices=[])
    module.compile_model(_dataset(table, regression), [split], resources)
    return module


def _dataset(table: Table, regression: bool) -> DictDataset:
    targets = table.targets if regression else table.classes
    tensors = {
        "x_cont": torch.as_tensor(table.numbers),
        "x_cat": torch.as_tensor(table.categories),
        "y": torch.as_tensor(targets)[:, None],
    }
    infos = {
        "x_cont": TensorInfo(feat_shape=[table.numbers.shape[1]]),
        "x_cat": TensorInfo(cat_sizes=[size + 1 for size in CATEGORIES]),
        "y": TensorInfo(cat_sizes=[0 if regression else CLASSES]),
    }
    return DictDataset(tensors, infos)


def _variables(model: Layer) -> dict[str, torch.Tensor]:
    """Returns the variables by names of ours."""
    found: dict[str, torch.Tensor] = {}
    for variable in model.parameters():
        name = variable_name(variable.context.scope)
        if name == "embedding":
            name += f"-{sum(other.startswith(name) for other in found)}"
        found[name] = variable
    return found


def _prepare(module: TabNNModule, dataset: DictDataset) -> dict[str, torch.Tensor]:
    """Returns what the layers see of a table, before the scale and before PBLD."""
    seen: dict[str, torch.Tensor] = {}
    handles = []
    for layer in module.model.modules():
        for name, kind in (
            ("columns", "ScaleLayer"),
            ("numbers_before_embedding", "PLREmbeddingsLayerCosBias"),
        ):
            trainable = bool(list(layer.parameters(recurse=False)))
            if type(layer).__name__ == kind and trainable:

                def hook(_: Any, inputs: Any, name: str = name) -> None:
                    seen[name] = inputs[0]["x_cont"][0].detach()

                handles.append(layer.register_forward_pre_hook(hook))
    tensors = module.creator.static_model(dataset).tensors
    module.model({name: tensor[None] for name, tensor in tensors.items()})
    for handle in handles:
        handle.remove()
    return seen


def _steps(
    module: TabNNModule,
    variables: dict[str, torch.Tensor],
    loss: Callable[[slice], torch.Tensor],
    prefix: str,
    decay: float,
) -> dict[str, Any]:
    """Returns the weights after each of two steps of their optimizer."""
    manager = module.hp_manager
    manager.config["wd"] = decay
    for registered in (manager.hyper_base_values, manager.hyper_scheds):
        registered.pop("wd", None)
    optimizer = module.configure_optimizers()
    arrays: dict[str, Any] = {}
    for step, (share, rows) in enumerate(STEPS, 1):
        progress = SimpleNamespace(get_fit_progress=lambda share=share: share)
        manager.update_hypers(SimpleNamespace(progress=progress))
        gradients(variables, lambda rows=rows: loss(rows))
        optimizer.step()
        arrays |= _under(f"{prefix}step{step}", variables)
    return arrays


def _decay_once(variables: Iterable[torch.Tensor]) -> None:
    """Changes the factors of weight decay so that it is multiplied by each only once.

    Their optimizer takes `(lr * factor) * factor` and `(wd * factor) * factor`.
    """
    for variable in variables:
        # Some variables share their factors.
        factors = dict(variable.hyper_factors)
        decay, rate = factors.get("wd", 1.0), factors.get("lr", 1.0)
        variable.hyper_factors = factors | {"wd": (decay / rate) ** 0.5}


def _under(prefix: str, arrays: dict[str, Any]) -> dict[str, Any]:
    """The same as `under`, without the axis of models, which has length 1."""
    return under(prefix, {name: to_numpy(value)[0] for name, value in arrays.items()})


def _describe(
    options: dict[str, Any], variables: dict[str, torch.Tensor]
) -> dict[str, Any]:
    return {
        "learning_rate": options["lr"],
        "weight_decay": options.get("wd", 0.0),
        "label_smoothing": options.get("ls_eps", 0.0),
        "beta_2": options["sq_mom"],
        "steps": [
            {"share_of_training": share, "rows": [rows.start, rows.stop]}
            for share, rows in STEPS
        ],
        "factors": {
            name: {
                "learning_rate": variable.hyper_factors.get("lr", 1.0),
                "weight_decay": variable.hyper_factors.get("wd", 1.0),
                "shape": list(variable.shape[1:]),
            }
            for name, variable in variables.items()
        },
    }
