"""Training: the step that every model of the package takes."""

from keras_mlp.training.batch_loss import BatchLoss
from keras_mlp.training.step_losses import StepLosses
from keras_mlp.training.tape_trainer import TapeTrainer

__all__ = ["BatchLoss", "StepLosses", "TapeTrainer"]
