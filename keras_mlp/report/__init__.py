"""Pictures of data, training and results, and reports that show and say what they show.

`write` reports on any trained model; `plot_weights`, `plot_activations`,
`plot_boundary`, `plot_mistakes` and `plot_network` look into one. The other functions
take plain arrays and dictionaries. Pictures need matplotlib, which is asked for only
when one is drawn: `pip install 'keras-mlp[plot]'`.
"""

from keras_mlp.report.classification.confused_images import plot_confused_images
from keras_mlp.report.classification.confusion import plot_confusion
from keras_mlp.report.classification.curves import plot_calibration, plot_roc
from keras_mlp.report.classification.findings import class_findings
from keras_mlp.report.classification.predictions import plot_predictions
from keras_mlp.report.history_findings import training_findings
from keras_mlp.report.inside.activations import plot_activations
from keras_mlp.report.inside.boundary import plot_boundary
from keras_mlp.report.inside.hidden import plot_hidden
from keras_mlp.report.inside.mistakes import plot_mistakes
from keras_mlp.report.inside.network import plot_network
from keras_mlp.report.inside.weights import plot_weights
from keras_mlp.report.page.document import Section, write_report
from keras_mlp.report.pictures.digit import plot_prediction
from keras_mlp.report.pictures.drawing import require_matplotlib
from keras_mlp.report.pictures.history import plot_history
from keras_mlp.report.pictures.line import plot_line_fit, plot_parameters
from keras_mlp.report.pictures.reconstructions import plot_reconstructions
from keras_mlp.report.pictures.trace import plot_trace
from keras_mlp.report.play.play import play
from keras_mlp.report.regression.findings import residual_findings
from keras_mlp.report.regression.residuals import (
    plot_fit,
    plot_residual_histogram,
    plot_residuals,
)
from keras_mlp.report.write import write

__all__ = [
    "Section",
    "class_findings",
    "play",
    "plot_activations",
    "plot_boundary",
    "plot_calibration",
    "plot_confused_images",
    "plot_confusion",
    "plot_fit",
    "plot_hidden",
    "plot_history",
    "plot_line_fit",
    "plot_mistakes",
    "plot_network",
    "plot_parameters",
    "plot_prediction",
    "plot_predictions",
    "plot_reconstructions",
    "plot_residual_histogram",
    "plot_residuals",
    "plot_roc",
    "plot_trace",
    "plot_weights",
    "require_matplotlib",
    "residual_findings",
    "training_findings",
    "write",
    "write_report",
]
