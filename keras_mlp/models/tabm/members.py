"""The outputs of each network, kept beside their mean."""

from typing import Any

# The attribute of a model's outputs that holds those of each network, beside what Keras
# notes there of its own.
_MEMBERS = "_keras_mlp_members"


def keep_members(outputs: Any, members: Any) -> None:
    """Keeps the outputs of each network with the outputs of a model.

    Args:
        outputs: What the model returns, `[batch, outputs]`.
        members: Those of each network, `[batch, networks, outputs]`.
    """
    setattr(outputs, _MEMBERS, members)


def members_of(name: str, outputs: Any) -> Any:
    """Returns the outputs of each network.

    Args:
        name: Name of the model, for the message.
        outputs: What the model has returned.

    Raises:
        ValueError: If they are not known.
    """
    members = getattr(outputs, _MEMBERS, None)
    if members is None:
        raise ValueError(
            f"Model '{name}' needs the outputs of each of its networks for "
            "the loss. Received: outputs that the model has not returned itself. "
            "Pass those of `model(x)` as they are."
        )
    return members
