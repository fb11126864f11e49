"""The picture of the commonest confusions, and the image that was least sure."""

import numpy as np
import pytest

from keras_mlp import report
from keras_mlp.report.classification.confused_images import (
    commonest_confusions,
    least_sure,
)

LABELS = np.array([0, 0, 0, 1, 1, 2, 2, 2, 2])
ANSWERS = np.array([1, 1, 0, 1, 2, 2, 0, 0, 0])
OUTPUTS = np.eye(3)[ANSWERS] * 0.6 + 0.2 * (1 - np.eye(3)[ANSWERS])


def test_the_three_commonest_come_in_their_order():
    from sklearn.metrics import confusion_matrix

    matrix = confusion_matrix(LABELS, ANSWERS)
    pairs = commonest_confusions(LABELS, OUTPUTS)
    assert pairs == [(2, 0), (0, 1), (1, 2)]
    assert [matrix[pair] for pair in pairs] == [3, 2, 1]


def test_right_answers_are_no_confusions():
    assert commonest_confusions(ANSWERS, OUTPUTS) == []


def test_least_sure_is_the_lowest_of_the_highest_outputs():
    outputs = np.array([[0.9, 0.1], [0.45, 0.55], [0.2, 0.8]])
    assert least_sure(outputs) == 1
    outputs[0] = np.nan
    assert least_sure(outputs) == 1


@pytest.mark.parametrize("answers", [ANSWERS, LABELS], ids=["mistakes", "all right"])
def test_the_picture_is_drawn(tmp_path, answers):
    images = np.random.default_rng(0).integers(0, 255, (9, 8, 6), "uint8")
    path = tmp_path / "confused.png"
    report.plot_confused_images(images, LABELS, np.eye(3)[answers], path)
    assert path.read_bytes().startswith(b"\x89PNG")


def test_shapes_that_do_not_fit():
    with pytest.raises(ValueError, match="Received"):
        report.plot_confused_images(np.zeros((2, 8, 8)), LABELS, OUTPUTS, "no.png")
