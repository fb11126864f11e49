"""The formats of exported models: SavedModel, LiteRT and ONNX."""
