"""Training: the step that every model of the package takes."""

from keras_mlp.training.tape_trainer import TapeTrainer

__all__ = ["TapeTrainer"]
