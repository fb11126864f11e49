import numpy as np
import pytest

from keras_mlp.report import (
    plot_fit,
    plot_residual_histogram,
    plot_residuals,
    residual_findings,
)


def _noise(count=400):
    random = np.random.default_rng(0)
    return random.uniform(1, 100, count), random.normal(size=count)


def test_error_beside_that_of_the_mean():
    true = np.array([0.0, 2.0, 4.0, 6.0])
    predicted = true + np.array([1.0, -1.0, 1.0, -1.0])
    assert residual_findings(true, predicted, "the price") == [
        "Predictions of the price are off by 1 (root mean square); always predicting "
        "the mean would be off by 2.236 (R² 0.800)."
    ]


def test_even_errors_say_no_more():
    predicted, noise = _noise()
    assert len(residual_findings(predicted + noise, predicted)) == 1


def test_errors_that_grow_or_shrink():
    predicted, noise = _noise()
    grow = residual_findings(predicted * (1 + 0.1 * noise), predicted)[1]
    assert grow.startswith("Errors grow with the prediction: ")
    assert grow.endswith("The logarithm of the target may be easier to predict.")
    shrink = residual_findings(predicted + noise * (110 - predicted), predicted)[1]
    assert shrink.startswith("Errors shrink with the prediction: ")


@pytest.mark.parametrize(("shift", "side"), [(3, "low"), (-3, "high")])
def test_predictions_to_one_side(shift, side):
    predicted, noise = _noise()
    sentence = residual_findings(predicted + noise - noise.mean() + shift, predicted)[1]
    assert sentence == f"They are too {side}, by 3 on average."


def test_predictions_that_are_not_finite():
    [sentence] = residual_findings([1.0, 2.0], [np.nan, 2.0])
    assert sentence == "50% of the predictions of the target are not finite."


@pytest.mark.parametrize("plot", [plot_fit, plot_residual_histogram, plot_residuals])
def test_pictures(draw, refused, plot):
    true, noise = _noise()
    draw.twice(plot, true, true + noise)
    draw(plot, [1.0, 2.0], [np.nan, np.nan])
    (draw.directory / "picture.png").unlink()
    refused("`predictions` .* 2 in all. Received: 1", plot, [1.0, 2.0], [1.0])
