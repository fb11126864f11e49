"""The best that a plain perceptron reaches on MNIST."""

from keras_mlp.recipes import measures
from keras_mlp.recipes.kinds.mlp_recipe import MLPRecipe
from keras_mlp.recipes.recipe import Figure

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
