import numpy as np
import pytest

from keras_mlp.report import plot_history

NAN = float("nan")


def test_loss_first_then_a_panel_per_metric(draw, drawn, texts):
    history = {
        "accuracy": [0.7, 0.8, 0.9],
        "loss": [0.9, 0.5, 0.3],
        "val_accuracy": [0.6, 0.85, 0.8],
        "val_loss": [0.8, 0.4, 0.5],
    }
    width, height = draw.twice(plot_history, history, title="digits")
    assert (width, height) == (1382, 619)
    panels = drawn[-1].axes
    assert [axes.get_ylabel() for axes in panels] == ["loss", "accuracy"]
    assert {axes.get_xlabel() for axes in panels} == {"epoch"}
    for axes in panels:
        assert list(axes.get_xticks()) == [1, 2, 3]
        train, validation = axes.get_lines()[:2]
        assert list(train.get_xdata()) == [1, 2, 3]
        assert list(validation.get_xdata()) == [1, 2, 3]
    assert {"digits", "train", "validation"} <= set(texts())
    # Last values, and the epoch whose model is the best.
    assert {"0.3", "0.5", "0.9", "0.8"} <= set(texts())
    assert "lowest validation loss (epoch 2)" in texts()


def test_without_validation_nothing_is_called_best(draw, texts):
    draw(plot_history, {"loss": [0.9, 0.5]})
    assert "train" in texts()
    assert "validation" not in texts()
    assert not any("lowest" in text for text in texts())


@pytest.mark.parametrize("epochs", [1, 2, 10, 11, 25, 1000])
def test_epochs_are_whole_and_start_at_one(draw, drawn, epochs):
    draw(plot_history, {"loss": np.linspace(1, 0.1, epochs)})
    ticks = drawn[-1].axes[0].get_xticks()
    assert ticks[0] == 1
    assert ticks[-1] <= epochs
    assert len(ticks) <= 11
    assert all(tick == int(tick) for tick in ticks)


@pytest.mark.parametrize("metrics", [1, 3, 4, 7])
def test_any_number_of_metrics(draw, drawn, metrics):
    names = ["loss", *(f"metric_{index}" for index in range(metrics - 1))]
    draw(plot_history, {name: [1.0, 2.0] for name in names})
    shown = [axes.get_ylabel() for axes in drawn[-1].axes if axes.axison]
    assert shown == names


def test_a_run_that_diverged_says_so(draw, texts):
    draw(plot_history, {"loss": [0.5, NAN, NAN], "val_loss": [0.5, NAN, NAN]})
    assert "train: not finite from epoch 2 on" in texts()
    draw(plot_history, {"loss": [NAN, NAN], "val_loss": [NAN, NAN]})
    assert "train: not finite from epoch 1 on" in texts()


def test_validation_every_other_epoch_is_joined(draw, drawn):
    draw(plot_history, {"loss": [4, 3, 2, 1], "val_loss": [NAN, 3, NAN, 2]})
    validation = drawn[-1].axes[0].get_lines()[1]
    assert list(validation.get_xdata()) == [2, 4]


def test_a_metric_per_class_is_drawn_as_its_mean(draw, drawn):
    draw(plot_history, {"loss": [1, 2], "f1_score": [[0.0, 1.0], [0.5, 1.0]]})
    assert list(drawn[-1].axes[1].get_lines()[0].get_ydata()) == [0.5, 0.75]


def test_names_are_shown_as_they_are(draw, texts):
    draw(plot_history, {"loss": [1.0], "$x$ 猫": [1.0]}, title="<b>$\\frac$</b>")
    assert {"$x$ ?", "<b>$\\frac$</b>"} <= set(texts())


def test_bad_arguments(refused):
    refused("`history` .* at least one epoch", plot_history, {})
    refused("'loss'.* at least one number", plot_history, {"loss": []})
    refused(
        r"`history\['val_loss'\]` must have one entry per epoch, 2 in all. Received: 1",
        plot_history,
        {"loss": [1.0, 0.5], "val_loss": [0.7]},
    )
