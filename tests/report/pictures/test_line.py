import numpy as np
import pytest

from keras_mlp.report import plot_line_fit, plot_parameters

X = np.linspace(-2, 2, 30)
Y = 3 * X + 2 + np.sin(7 * X)
NAN = float("nan")


def test_line_fit(draw, drawn, texts):
    size = draw.twice(plot_line_fit, X, Y, kernel=2.9, bias=-1.5, title="fit")
    assert size == (1036, 691)
    assert {"fit", "samples", "fitted: y = 2.9 x - 1.5", "true: y = 3 x + 2"} <= set(
        texts()
    )
    fitted, true = drawn[-1].axes[0].get_lines()
    np.testing.assert_allclose(fitted.get_ydata(), [-7.3, 4.3])
    np.testing.assert_allclose(true.get_ydata(), [-4, 8])


def test_columns_and_weights_as_keras_gives_them(draw):
    kernel, bias = np.array([[2.9]], "float32"), np.array([2.0], "float32")
    draw(plot_line_fit, X[:, None], Y[:, None], kernel=kernel, bias=bias)


@pytest.mark.parametrize("value", [NAN, -3.0])
def test_any_line_can_be_drawn(draw, value):
    draw(plot_line_fit, X, Y, kernel=value, bias=value, true_kernel=-3.0)


def test_bad_samples(refused):
    line = {"kernel": 3.0, "bias": 2.0}
    refused("`y` .* 30 in all. Received: 29", plot_line_fit, X, Y[1:], **line)
    refused(r"`x` .*shape \(2, 15\)", plot_line_fit, X.reshape(2, 15), Y, **line)
    refused(r"`x` .*shape \(0,\)", plot_line_fit, [], [], **line)


def test_parameters_start_at_epoch_zero(draw, drawn, texts):
    kernels, biases, losses = [5.0, 4.0, 3.5], [0.0, 1.0, 1.5], [9.0, 4.0, 2.0]
    assert draw.twice(plot_parameters, kernels, biases) == (921, 604)
    assert draw.twice(plot_parameters, kernels, biases, losses=losses) == (1497, 604)
    parameters, loss = drawn[-1].axes
    assert list(parameters.get_xticks()) == [0, 1, 2]
    assert list(parameters.get_lines()[0].get_xdata()) == [0, 1, 2]
    assert (parameters.get_ylabel(), loss.get_ylabel()) == ("parameter", "loss")
    assert {"w", "b", "true w", "true b", "3.5", "1.5", "2"} <= set(texts())


@pytest.mark.parametrize("values", [[1.0], [NAN, NAN], [-2.0, -3.0], [5.0, NAN]])
def test_any_values_can_be_drawn(draw, values):
    draw(plot_parameters, values, values, losses=values)


def test_bad_parameters(refused):
    refused(
        "`biases` must have one entry per epoch of `kernels`, 2 in all. Received: 3",
        plot_parameters,
        [1, 2],
        [1, 2, 3],
    )
    refused("`losses` .* Received: 1", plot_parameters, [1, 2], [1, 2], losses=[1])
