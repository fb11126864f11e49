import numpy as np
import pytest

from keras_mlp.report import training_findings

WHAT_HELPS = "More examples help, and so do dropout, weight decay or a smaller network."


@pytest.mark.parametrize(
    ("loss", "val_loss", "sentences"),
    [
        (
            [0.9, 0.5, 0.4, 0.3],
            [0.8, 0.5, 0.6, 0.75],
            [
                "Overfitting begins after epoch 2: the validation loss was lowest "
                "there (0.5) and was 50% higher by epoch 4 (0.75), while the training "
                "loss fell from 0.5 to 0.3. Stop there, or keep the weights of that "
                f"epoch, as `callbacks.BestWeights` does. {WHAT_HELPS}"
            ],
        ),
        # The training loss rises, too: that is no overfitting.
        (
            [0.9, 0.5, 0.7],
            [0.9, 0.4, 0.5],
            [
                "The model was best after epoch 2: the validation loss was lowest "
                "there (0.4) and was 25% higher by epoch 3 (0.5)."
            ],
        ),
        (
            [0.9, 0.6, 0.4],
            [0.9, 0.8, 0.6],
            [
                "The training was too short: the validation loss was still falling, by "
                "25% between epoch 2 and epoch 3. Train for more epochs."
            ],
        ),
        (
            [0.9, 0.2, 0.02, 0.008],
            [0.9, 0.25, 0.185, 0.19],
            [
                "Since epoch 3 it learns the training examples by heart: their loss "
                "fell from 0.02 to 0.008, that of the validation examples did not "
                f"(0.185, then 0.19). {WHAT_HELPS}"
            ],
        ),
        # Both losses stand still.
        ([0.9, 0.2, 0.19], [0.9, 0.25, 0.255], []),
        ([0.9, 0.5, 0.4], [0.9, 0.5, 0.499], []),
        ([0.9, 0.5, 0.4], [0.9, 0.5, 0.51], []),
        ([0.9], [0.9], []),
        (
            [0.9, np.nan],
            [0.9, np.nan],
            ["The training diverged: its loss is not finite from epoch 2 on."],
        ),
    ],
)
def test_says_what_the_losses_show(loss, val_loss, sentences):
    assert training_findings({"loss": loss, "val_loss": val_loss}) == sentences


def test_without_validation_the_training_loss_is_watched():
    [sentence] = training_findings({"loss": [0.9, 0.5, 0.25]})
    assert "the training loss was still falling, by 50%" in sentence
    assert training_findings({"loss": [0.5, 0.4, 0.45]}) == []
    assert training_findings({}) == []
