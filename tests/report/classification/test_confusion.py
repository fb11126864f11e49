import numpy as np
import pytest

from keras_mlp.report import plot_confusion


def _counts(axes):
    return {text.get_position(): text.get_text() for text in axes.texts}


def test_only_mistakes_take_the_colour_scale(draw, drawn):
    labels = [0] * 100 + [1] * 10
    outputs = np.eye(2)[[0] * 98 + [1] * 2 + [1] * 9 + [0]]
    draw.twice(plot_confusion, labels, outputs, class_names=["cat", "dog"])
    axes = drawn[-1].axes[0]
    mistakes, diagonal = axes.get_images()
    shares = mistakes.get_array()
    assert shares.mask.tolist() == [[True, False], [False, True]]
    np.testing.assert_allclose(shares[0, 1], 0.02)
    # The strongest shade is the largest share of mistakes, not everything.
    assert mistakes.get_clim() == (0, pytest.approx(0.1))
    assert diagonal.get_array().mask.tolist() == [[False, True], [True, False]]
    # Column (predicted), row (true).
    assert _counts(axes) == {(0, 0): "98", (1, 0): "2", (0, 1): "1", (1, 1): "9"}
    assert axes.get_title(loc="left") == "3 of 110 taken for another class"


def test_no_mistakes_have_no_scale(draw, drawn):
    draw(plot_confusion, [0, 1, 2], np.eye(3))
    assert len(drawn[-1].axes) == 1


@pytest.mark.parametrize("num_classes", [2, 20, 21, 100])
def test_numbers_while_there_is_room(draw, drawn, num_classes):
    labels = np.arange(2 * num_classes) % num_classes
    outputs = np.eye(num_classes)[(labels + (np.arange(len(labels)) < 3)) % num_classes]
    draw(plot_confusion, labels, outputs)
    assert bool(_counts(drawn[-1].axes[0])) == (num_classes <= 20)


def test_bad_labels(refused):
    refused("`labels` .*from 0 to 2", plot_confusion, [0, 2], np.eye(2))
    refused("`labels` .*2 in all. Received: 1", plot_confusion, [0], np.eye(2))
