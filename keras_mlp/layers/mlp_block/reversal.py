"""What the mirrored block of an `MLP` is made with."""

from typing import Any

import keras

from keras_mlp.layers.ensembles.members import each_of
from keras_mlp.layers.initializers import different_initializers, layer_seeds
from keras_mlp.layers.mlp_block.mlp_options import OPTIONS


def reversed_arguments(
    block: keras.layers.Layer, options: dict[str, Any]
) -> dict[str, Any]:
    """Returns the arguments of the mirrored block: what `MLP.reverse` passes to `MLP`.

    Args:
        block: The `MLP`, built.
        options: Arguments of the mirrored block that differ from those of `block`.

    Raises:
        ValueError: If the block is not built.

    Example:

    ```python
    import keras_mlp
    from keras_mlp.layers.mlp_block.reversal import reversed_arguments

    block = keras_mlp.layers.MLP([256, 32], name="encoder")
    block.build((None, 784))
    arguments = reversed_arguments(block, {"dropout": 0.5})
    assert (arguments["units"], arguments["dropout"]) == ([256, 784], 0.5)
    assert arguments["name"] == "encoder_reversed"
    ```
    """
    if not block.built:
        raise ValueError(
            f"`reverse` of layer '{block.name}' needs the width of its inputs, so the "
            "layer must be built. Received: a layer that is not. Build it first, for "
            "example with `mlp.build((None, 784))`."
        )
    arguments = _reversed_config(block.get_config())
    # Both are about which kernels are shared, which is decided anew.
    for name in ("source", "shared_key"):
        arguments.pop(name, None)
    if block.units:
        arguments["units"] = [*block.units[-2::-1], block.input_spec.axes[-1]]
    arguments["name"] = f"{block.name}_reversed"
    return {**arguments, **options}


def _reversed_config(config: dict[str, Any]) -> dict[str, Any]:
    """Returns the configuration of an `MLP` with its layers in reverse.

    Initializers and the seed are replaced by ones that draw other numbers. `units`
    are left as they are.
    """
    reversed_lists = {
        name: config[name][::-1] for name in OPTIONS if isinstance(config[name], list)
    }
    config = {**config, **reversed_lists}
    # The first so many seeds are taken by the layers of the block itself.
    taken = 6 * len(config["units"])

    def other_initializer(value: Any) -> Any:
        return value and different_initializers(value, [None] * (taken + 1))[-1]

    for name in ("kernel_initializer", "bias_initializer"):
        config[name] = each_of(other_initializer, config[name])
    if config["seed"] is not None:
        config["seed"] = layer_seeds(config["seed"], taken + 1)[-1]
    return config
