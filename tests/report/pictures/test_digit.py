import numpy as np
import pytest

from keras_mlp.report import plot_prediction

OUTPUTS = [-0.1, 0.02, 0.7, 0.3]


def test_highest_output_is_the_answer(draw, drawn, texts):
    width, height = draw.twice(
        plot_prediction, np.eye(28), OUTPUTS, title="first image"
    )
    assert (width, height) == (1238, 547)
    assert "first image, predicted 2" in texts()
    assert {"-0.100", "0.020", "0.700", "0.300"} <= set(texts())
    bars = drawn[-1].axes[1].patches
    assert [bar.get_width() for bar in bars] == OUTPUTS
    # In its own colour, and in bold, for those who cannot tell the colours.
    assert len({bar.get_facecolor() for bar in bars}) == 2
    labels = drawn[-1].axes[1].get_yticklabels()
    weights = [label.get_fontweight() for label in labels]
    assert weights == ["normal", "normal", "bold", "normal"]


def test_bars_of_equal_names_stay_apart(draw, drawn):
    names = ["a very long name of some class"] * 4
    draw(plot_prediction, np.eye(8), OUTPUTS, class_names=names)
    assert len(drawn[-1].axes[1].get_yticks()) == 4


def test_of_many_classes_the_highest_are_drawn(draw, drawn, texts):
    outputs = np.arange(100.0) % 37
    draw(plot_prediction, np.eye(8), outputs)
    bars = drawn[-1].axes[1].patches
    assert sorted(bar.get_width() for bar in bars) == sorted(outputs)[-20:]
    assert "output (the 20 highest)" in texts()


@pytest.mark.parametrize(
    ("outputs", "label"),
    [
        ([250.0, 3.4], "250"),
        ([12.34, 3.4], "12.3"),
        ([0.00456, 0.001], "0.00456"),
        ([0.0, 0.0], "0.000"),
        ([np.nan, 1.0], "nan"),
        ([np.nan] * 30, "nan"),
        ([np.inf, 1.0], "inf"),
    ],
)
def test_outputs_of_any_size(draw, texts, outputs, label):
    draw(plot_prediction, np.eye(8), outputs)
    assert label in texts()


@pytest.mark.parametrize("shape", [(28, 28), (28, 28, 1), (28, 28, 3)])
def test_kinds_of_images(draw, shape):
    draw(plot_prediction, np.full(shape, 200, "uint8"), OUTPUTS)


def test_bad_arguments(refused):
    image = np.eye(28)
    refused(r"`image` .*shape \(784,\)", plot_prediction, image.ravel(), OUTPUTS)
    refused(r"`outputs` .*shape \(1, 4\)", plot_prediction, image, [OUTPUTS])
    refused(r"`outputs` .*shape \(1, 1\)", plot_prediction, image, [0.5])
    refused(
        "`class_names` .* 4 in all. Received: 1",
        plot_prediction,
        image,
        OUTPUTS,
        class_names=["a"],
    )
