"""Recipes that aim at accuracy: what a plain multilayer perceptron reaches.

Plain means no convolution, no augmentation, and that a shuffle of the pixels, the same
for all images, would change nothing. The settings were chosen by a validation split,
the last 5,000 training images; the recipes train on all of them.
"""

from keras_mlp.recipes.best.fashion_best import FASHION_BEST
from keras_mlp.recipes.best.mnist_best import MNIST_BEST
from keras_mlp.recipes.recipe import Recipe

BEST: tuple[Recipe, ...] = (MNIST_BEST, FASHION_BEST)

__all__ = ["BEST"]
