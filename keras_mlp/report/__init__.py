"""Pictures of data, training and results, and a run's report that shows them.

Functions here take plain arrays and dictionaries and write files. Pictures need
matplotlib, which is asked for only when one is drawn: `pip install 'keras-mlp[plot]'`.
"""

from keras_mlp.report.digit import plot_prediction
from keras_mlp.report.document import Section, write_report
from keras_mlp.report.drawing import require_matplotlib
from keras_mlp.report.history import plot_history
from keras_mlp.report.predictions import plot_predictions
from keras_mlp.report.reconstructions import plot_reconstructions
from keras_mlp.report.regression import plot_line_fit, plot_parameters
from keras_mlp.report.trace import plot_trace

__all__ = [
    "Section",
    "plot_history",
    "plot_line_fit",
    "plot_parameters",
    "plot_prediction",
    "plot_predictions",
    "plot_reconstructions",
    "plot_trace",
    "require_matplotlib",
    "write_report",
]
