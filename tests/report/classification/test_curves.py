import numpy as np
import pytest

from keras_mlp.report import plot_calibration, plot_roc
from keras_mlp.report.classification.scores import (
    area_under,
    calibration,
    confusion_counts,
    precision_and_recall,
    roc,
)

sklearn_metrics = pytest.importorskip("sklearn.metrics")


def _scores(count=200):
    random = np.random.default_rng(0)
    labels = random.integers(0, 2, count)
    # Many ties, which a curve must not cut through.
    return labels, np.round(np.clip(random.normal(0.4 + 0.2 * labels, 0.2), 0, 1), 1)


def test_roc_is_that_of_scikit_learn():
    labels, scores = _scores()
    false, true = roc(labels, scores)
    expected = sklearn_metrics.roc_curve(labels, scores, drop_intermediate=False)
    np.testing.assert_allclose(false, expected[0])
    np.testing.assert_allclose(true, expected[1])
    area = sklearn_metrics.roc_auc_score(labels, scores)
    assert area_under(false, true) == pytest.approx(area)


def test_calibration_is_that_of_scikit_learn():
    from sklearn.calibration import calibration_curve

    labels, _ = _scores()
    said = np.random.default_rng(1).random(len(labels))
    bins = calibration(said, labels)
    happened, mean = calibration_curve(labels, said, n_bins=10)
    np.testing.assert_allclose(bins.said, mean)
    np.testing.assert_allclose(bins.happened, happened)
    assert bins.counts.sum() == len(labels)


def test_precision_and_recall_are_those_of_scikit_learn():
    random = np.random.default_rng(0)
    labels, outputs = random.integers(0, 4, 100), random.random((100, 4))
    counts = confusion_counts(labels, outputs)
    predicted = outputs.argmax(axis=1)
    np.testing.assert_array_equal(
        counts, sklearn_metrics.confusion_matrix(labels, predicted)
    )
    expected = sklearn_metrics.precision_recall_fscore_support(labels, predicted)
    precision, recall = precision_and_recall(counts)
    np.testing.assert_allclose(precision, expected[0])
    np.testing.assert_allclose(recall, expected[1])


def test_pictures_of_the_curves(draw, texts):
    labels, scores = _scores()
    draw.twice(plot_roc, labels, scores)
    area = sklearn_metrics.roc_auc_score(labels, scores)
    assert f"model (area {area:.3f})" in texts()
    draw.twice(plot_calibration, scores, labels)
    assert "share that came true" in texts()


def test_one_class_has_no_roc(refused):
    refused("`labels` must hold 0 and 1.*Received: .1", plot_roc, [1, 1], [0.2, 0.3])
