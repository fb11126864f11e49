"""Recipes that aim at accuracy: what a plain multilayer perceptron reaches.

Plain means no convolution, no augmentation, and that a shuffle of the pixels, the same
for all images, would change nothing. The settings were chosen by a validation split,
the last 5,000 training images; the recipes train on all of them.
"""

from keras_mlp.recipes import measures
from keras_mlp.recipes.mlp_recipe import MLPRecipe
from keras_mlp.recipes.recipe import Figure, Recipe

MNIST_BEST = MLPRecipe(
    name="mnist-best",
    title="784-1000-500-250-250-250-10 with batch normalization and noise",
    notes=(
        "Units and noise are those of A. Rasmus et al., Semi-Supervised Learning with "
        "Ladder Networks, 2015, without its unsupervised half. Plain perceptrons that "
        "were published: 0.9894 with 3 x 1024, 0.9905 with dropout and 2 x 8192."
    ),
    dataset="mnist",
    shuffle=True,
    hidden_units=(1000, 500, 250, 250, 250),
    kernel_initializer="he_normal",
    normalization="batch",
    input_noise=0.3,
    hidden_noise=0.3,
    loss="sparse_categorical_crossentropy",
    optimizer="adam",
    learning_rate=3e-3,
    schedule="cosine",
    epochs=30,
    batch_size=128,
    figures=(Figure(name="test accuracy", measure=measures.test_accuracy, low=0.9885),),
)

FASHION_BEST = MLPRecipe(
    name="fashion-best",
    title="784-1024-1024-1024-10 with batch normalization, dropout and noise",
    notes="A published plain multilayer perceptron: 0.8833.",
    dataset="fashion_mnist",
    shuffle=True,
    hidden_units=(1024, 1024, 1024),
    kernel_initializer="he_normal",
    dropout=0.3,
    normalization="batch",
    input_noise=0.1,
    loss="sparse_categorical_crossentropy",
    optimizer="adam",
    learning_rate=2e-3,
    schedule="cosine",
    epochs=30,
    batch_size=256,
    figures=(Figure(name="test accuracy", measure=measures.test_accuracy, low=0.905),),
)

BEST: tuple[Recipe, ...] = (MNIST_BEST, FASHION_BEST)
