"""N2: Fashion-MNIST, all of it in one batch."""

from keras_mlp.recipes import measures
from keras_mlp.recipes.kinds.mlp_recipe import MLPRecipe
from keras_mlp.recipes.recipe import Figure
from keras_mlp.recipes.source import published, unseeded

_PUBLISHED = published("fashion-mlp")

FASHION_MLP = MLPRecipe(
    name="fashion-mlp",
    title="784-128-10 on Fashion-MNIST, squared error, full-batch descent",
    notes=(
        'N2. Source: "tensorflow2.0(4)-前向传播计算". It teaches what a tape watches '
        "and returns. Its 50 steps end long before the descent does, and only the "
        "first 17 losses are published. One batch of all 60,000 images, 50 iterations. "
        "With the optimizer `gradient_descent` the update is `assign_sub` in place; "
        "with `sgd` it is that of keras.optimizers.SGD. Both give the same."
    ),
    dataset="fashion_mnist",
    hidden_units=(128,),
    kernel_initializer=unseeded("TruncatedNormal", mean=0.0, stddev=0.1),
    loss="mean_squared_error",
    optimizer="gradient_descent",
    learning_rate=0.01,
    epochs=50,
    batch_size=60_000,
    published=_PUBLISHED,
    embedded="a test accuracy of 0.11 to 0.17",
    figures=(
        Figure(
            name="first loss",
            measure=measures.epoch_loss(0),
            published=f"{_PUBLISHED['losses'][0]:.4f}",
            low=0.36,
            high=1.32,
        ),
        Figure(
            name="17th loss",
            measure=measures.epoch_loss(16),
            published=f"{_PUBLISHED['losses'][16]:.4f}",
            low=0.20,
            high=0.24,
        ),
        Figure(name="50th loss", measure=measures.epoch_loss(49), low=0.15, high=0.184),
    ),
)
