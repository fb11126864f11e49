"""What of Keras does something else, or nothing, on several replicas."""

import logging

import keras
import tensorflow as tf

_CLIPPING = ("clipnorm", "clipvalue", "global_clipnorm")
_CONDITIONAL = ("gradient_accumulation_steps", "ema_overwrite_frequency")
_REDUCTIONS = ("sum", "mean_with_sample_weight")

_logger = logging.getLogger("keras_mlp")


def check_for_replicas(model: keras.Model, strategy: tf.distribute.Strategy) -> None:
    """Checks that a model's optimizer and losses go with several replicas.

    What only changes figures a little is logged.

    Args:
        model: A compiled model.
        strategy: What it is trained under.

    Raises:
        ValueError: If the optimizer would have the replicas meet inside a condition,
            which TensorFlow cannot.
    """
    if strategy.num_replicas_in_sync == 1:
        return
    optimizer = getattr(model.optimizer, "inner_optimizer", model.optimizer)
    for argument in _CONDITIONAL:
        value = getattr(optimizer, argument, None)
        # Without averages, their frequency does nothing.
        acts = argument != "ema_overwrite_frequency" or optimizer.use_ema
        if value is not None and acts:
            raise ValueError(
                f"Argument `{argument}` of the optimizer must be None on several "
                f"replicas, which cannot meet inside a condition. Received: "
                f"{argument}={value}. Leave it out, or train on one device."
            )
    clipping = [name for name in _CLIPPING if getattr(optimizer, name, None)]
    if clipping:
        _logger.warning(
            "`%s` of the optimizer clips the gradients of each replica by itself, "
            "before they are summed: the steps are not those of one device.",
            clipping[0],
        )
    losses = keras.tree.flatten(getattr(model, "loss", None) or [])
    if any(getattr(loss, "reduction", None) in _REDUCTIONS for loss in losses):
        _logger.warning(
            "A loss with a `reduction` other than 'sum_over_batch_size' is reduced by "
            "each replica for its part: the figures are not those of one device."
        )
