import numpy as np
import pytest

from keras_mlp.report import plot_trace

STEPS = [0, 100, 200]
OURS = [[0.9, 0.5, 0.4], [0.7, 0.5, 0.2]]


def test_mean_and_range_over_the_published_trace(draw, drawn, texts):
    size = draw.twice(
        plot_trace, STEPS, OURS, published=[0.8, 0.4], title="N", ylabel="MSE"
    )
    assert size == (1094, 633)
    axes = drawn[-1].axes[0]
    mean, published = axes.get_lines()
    np.testing.assert_allclose(mean.get_ydata(), [0.8, 0.5, 0.3])
    # It stops where it was published to.
    assert list(published.get_xdata()) == [0, 100]
    band = axes.collections[0].get_paths()[0].vertices
    assert {(0, 0.7), (0, 0.9), (200, 0.2), (200, 0.4)} <= set(map(tuple, band))
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("step", "MSE")
    assert {"N", "published", "ours, mean of 2 runs", "ours, lowest to highest"} <= set(
        texts()
    )


def test_one_run_has_no_range(draw, drawn, texts):
    draw(plot_trace, STEPS, OURS[:1])
    assert "ours" in texts()
    assert len(drawn[-1].axes[0].collections) == 0


@pytest.mark.parametrize("steps", [1, 1000])
def test_any_length(draw, steps):
    draw(plot_trace, range(steps), np.ones((3, steps)), published=np.ones(steps))


def test_a_run_that_diverged(draw):
    draw(plot_trace, STEPS, [[0.5, np.nan, np.nan], OURS[0]])


def test_bad_arguments(refused):
    refused("`ours` .*at least one run", plot_trace, STEPS, [])
    refused(
        r"`ours\[1\]` .*3 in all. Received: 2", plot_trace, STEPS, [OURS[0], [1, 2]]
    )
    refused(
        "`published` must have at most one entry per step, 3 in all. Received: 4",
        plot_trace,
        STEPS,
        OURS,
        published=[1, 2, 3, 4],
    )
    refused(r"`steps` .*shape \(0,\)", plot_trace, [], OURS)
