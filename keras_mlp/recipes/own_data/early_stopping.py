"""When the training on a user's data stops."""

import keras

# Epochs without a lower validation loss.
PATIENCE = 16


def early_stopping() -> keras.callbacks.Callback:
    """Returns what stops a training that no longer helps; the best weights are kept."""
    return keras.callbacks.EarlyStopping(
        "val_loss", patience=PATIENCE, restore_best_weights=True
    )
