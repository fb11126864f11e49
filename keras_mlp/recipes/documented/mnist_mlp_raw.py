"""N0: a perceptron on raw pixels, with squared error and plain descent."""

from keras_mlp.recipes import measures
from keras_mlp.recipes.kinds.mlp_recipe import MLPRecipe
from keras_mlp.recipes.recipe import Figure
from keras_mlp.recipes.source import unseeded

MNIST_MLP_RAW = MLPRecipe(
    name="mnist-mlp-raw",
    title="784-256-128-10 on raw pixels, squared error, plain descent",
    notes=(
        'N0. Source: "Tensorflow2学习--002(快速入手,向前传播神经网络搭建)". It teaches '
        "the forward pass and descent by hand. Pixels stay 0 to 255; kernels from a "
        "truncated normal of standard deviation 0.01, biases of 1. In file order, "
        "without shuffling. It gives no figures, and leaves the pixels unscaled: the "
        "rate of 0.001 goes far only because they are large."
    ),
    dataset="mnist",
    scale=False,
    hidden_units=(256, 128),
    kernel_initializer=unseeded("TruncatedNormal", mean=0.0, stddev=0.01),
    bias_initializer=unseeded("TruncatedNormal", mean=0.0, stddev=1.0),
    loss="mean_squared_error",
    optimizer="gradient_descent",
    learning_rate=1e-3,
    epochs=10,
    batch_size=128,
    trace_every=100,
    embedded="a test accuracy of 0.63 to 0.67",
    figures=(
        Figure(name="first loss", measure=measures.step_loss(0, 0), low=0.63, high=1.1),
        Figure(
            name="loss at epoch 0, step 100",
            measure=measures.step_loss(0, 1),
            low=0.0882,
            high=0.1188,
        ),
        Figure(
            name="loss at epoch 9, step 400",
            measure=measures.step_loss(9, 4),
            low=0.0198,
            high=0.0319,
        ),
        Figure(name="test accuracy", measure=measures.test_accuracy, low=0.905),
        Figure(
            name="first training image read as",
            measure=measures.first_image,
            published="5",
            low=5,
            high=5,
        ),
    ),
)
