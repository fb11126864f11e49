"""Trained models for places without this package: SavedModel, LiteRT and ONNX.

What is exported takes raw images, or raw rows of a table, and gives probabilities and
classes, or numbers: preprocessing and class names are inside. Nothing here knows a
recipe.

`QUANTIZATIONS` holds what `export_litert` takes as `quantize`.

```python
import keras_mlp

assert keras_mlp.export.QUANTIZATIONS == ("none", "float16", "int8")
```
"""

from keras_mlp.export.figures import classifier_figures
from keras_mlp.export.formats.litert import QUANTIZATIONS, export_litert
from keras_mlp.export.formats.onnx import export_onnx
from keras_mlp.export.formats.saved_model import export_saved_model
from keras_mlp.export.image_classifier import ImageClassifier
from keras_mlp.export.predictor import load_predictor
from keras_mlp.export.tables.tabular_model import TabularModel

__all__ = [
    "QUANTIZATIONS",
    "ImageClassifier",
    "TabularModel",
    "classifier_figures",
    "export_litert",
    "export_onnx",
    "export_saved_model",
    "load_predictor",
]
