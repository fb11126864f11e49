import numpy as np
import pytest

from keras_mlp.report import plot_predictions


def _examples(count, num_classes, mistakes, shape=(8, 8), seed=0):
    """Makes examples of which the first `mistakes` are read wrong, ever more surely."""
    random = np.random.default_rng(seed)
    images = random.integers(0, 256, (count, *shape), dtype="uint8")
    labels = np.arange(count) % num_classes
    predicted = labels.copy()
    predicted[:mistakes] = (labels[:mistakes] + 1) % num_classes
    probabilities = np.full((count, num_classes), 0.01)
    probabilities[np.arange(count), predicted] = np.linspace(0.5, 0.9, count)
    return images, labels, probabilities


def _captions(figure):
    return [text.get_text() for text in figure.subfigs[0].axes[0].texts]


def test_shows_mistakes_first_the_most_confident_leading(draw, drawn, texts):
    width, height = draw.twice(plot_predictions, *_examples(100, 10, 3), title="digits")
    assert (width, height) == (2160, 1036)
    captions = _captions(drawn[-1])
    assert len(captions) == 40
    # Surest last in `_examples`; predicted over true.
    assert captions[:3] == ["✗ 3\nis 2", "✗ 2\nis 1", "✗ 1\nis 0"]
    assert captions[3:14] == [f"✓ {label}" for label in [*range(10), 0]]
    assert "digits: 97.00% right (97 of 100)" in texts()


def test_mistakes_are_marked_by_more_than_colour(draw, drawn):
    draw(plot_predictions, *_examples(40, 4, 1))
    panel = drawn[-1].subfigs[0].axes[0]
    wrong, right = panel.texts[:2]
    assert wrong.get_text().startswith("✗")
    assert right.get_text().startswith("✓")
    wrong, right = panel.patches[:2]
    assert wrong.get_linewidth() > 2 * right.get_linewidth()


@pytest.mark.long_after(3)
@pytest.mark.parametrize(
    ("count", "mistakes", "shown_mistakes", "shown"),
    [
        (100, 0, 0, 40),
        (100, 50, 20, 40),
        (100, 100, 40, 40),
        (100, 95, 35, 40),  # Only five were read right.
        (1, 0, 0, 1),
        (7, 7, 7, 7),
    ],
)
def test_at_most_half_are_mistakes_while_there_are_others(
    draw, drawn, count, mistakes, shown_mistakes, shown
):
    draw(plot_predictions, *_examples(count, 5, mistakes))
    captions = _captions(drawn[-1])
    assert len(captions) == shown
    assert sum(caption.startswith("✗") for caption in captions) == shown_mistakes


def test_confusion_counts_every_image(draw, drawn):
    labels = [0, 0, 0, 1, 1]
    outputs = [[3, 1], [3, 1], [1, 3], [0, 5], [0, 5]]
    draw(plot_predictions, np.zeros((5, 4, 4)), labels, outputs)
    matrix = drawn[-1].subfigs[1].axes[0]
    counts = {text.get_position(): text.get_text() for text in matrix.texts}
    # Column (predicted), row (true); nothing is written where nothing was counted.
    assert counts == {(0, 0): "2", (1, 0): "1", (1, 1): "2"}
    shares = matrix.get_images()[0].get_array()
    np.testing.assert_allclose(shares[0, 1], 1 / 3)
    assert shares.mask.tolist() == [[True, False], [False, True]]
    assert (matrix.get_xlabel(), matrix.get_ylabel()) == (
        "predicted class",
        "true class",
    )


@pytest.mark.long_after(2)
@pytest.mark.parametrize("num_classes", [2, 20, 21, 100])
def test_any_number_of_classes(draw, drawn, num_classes):
    names = [f"class {index} of many" for index in range(num_classes)]
    draw(plot_predictions, *_examples(120, num_classes, 9), class_names=names)
    matrix = drawn[-1].subfigs[1].axes[0]
    assert bool(matrix.texts) == (num_classes <= 20)
    assert 2 <= len(matrix.get_xticks()) <= 26


def test_a_class_without_an_image(draw):
    images, _, probabilities = _examples(6, 3, 0)
    draw(plot_predictions, images, [0] * 6, probabilities)


@pytest.mark.long_after(3)
@pytest.mark.parametrize("shape", [(28, 28), (28, 28, 1), (32, 24, 3)])
@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_kinds_of_images(draw, shape, dtype):
    images, labels, probabilities = _examples(9, 3, 2, shape)
    draw(plot_predictions, images.astype(dtype), labels, probabilities)


def test_names_that_the_font_lacks_and_formulas(draw, texts):
    examples = _examples(4, 2, 1)
    draw(plot_predictions, *examples, class_names=["$a$", "猫"], title="$b$")
    assert {"✗ ?\nis $a$", "$b$: 75.00% right (3 of 4)"} <= set(texts())


def test_outputs_of_a_model_that_diverged(draw):
    images, labels, probabilities = _examples(6, 3, 2)
    draw(plot_predictions, images, labels, np.full_like(probabilities, np.nan))


def test_bad_arguments(refused):
    images, labels, probabilities = _examples(6, 3, 2)
    for arguments, message in (
        ((images[:5], labels, probabilities), "`images` .* 6 in all. Received: 5"),
        ((images, labels[:4], probabilities), "`labels` .* 6 in all. Received: 4"),
        ((images.reshape(6, -1), labels, probabilities), r"`images` .*shape \(6, 64\)"),
        ((images, np.eye(6), probabilities), r"`labels` .*shape \(6, 6\), dtype float"),
        ((images, labels + 1, probabilities), "between 0 and 2, .* from 1 to 3"),
        ((images, labels - 1, probabilities), "between 0 and 2, .* from -1 to 1"),
        ((images, labels, probabilities[:, 0]), r"`probabilities` .*shape \(6,\)"),
        ((images, labels, probabilities[:, :1]), r"`probabilities` .*shape \(6, 1\)"),
        ((images[:0], labels[:0], probabilities[:0]), r"`images` .*\(0, 8, 8\)"),
    ):
        refused(message, plot_predictions, *arguments)
    refused(
        "`class_names` must have one entry per class, 3 in all. Received: 2",
        plot_predictions,
        images,
        labels,
        probabilities,
        class_names=["a", "b"],
    )
