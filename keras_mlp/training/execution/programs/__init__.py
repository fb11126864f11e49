"""Steps as programs of TensorFlow or XLA."""
