"""N3: a straight line through points."""

from keras_mlp.recipes import measures
from keras_mlp.recipes.kinds.line_recipe import LineRecipe
from keras_mlp.recipes.recipe import Figure

LINEAR_REGRESSION = LineRecipe(
    name="linear-regression",
    title="y = w x + b, fitted to 1,000 noisy points",
    notes=(
        'N3. Source: "TensorFlow上手(二)", after TensorFlow\'s guide "Basic training '
        'loops". It teaches that a loop by hand and `fit` do the same. The points '
        "scatter about y = 3 x + 2; the line starts at w = 5, b = 0. One batch of all "
        "points, 20 epochs."
    ),
    optimizer="sgd",
    learning_rate=0.1,
    epochs=20,
    batch_size=1000,
    figures=(
        Figure(
            name="w",
            measure=measures.last("kernel"),
            published="3",
            low=2.85,
            high=3.15,
        ),
        Figure(
            name="b",
            measure=measures.last("bias"),
            published="2",
            low=1.85,
            high=2.15,
        ),
        Figure(
            name="last loss",
            measure=measures.last("loss"),
            published="1",
            low=0.8,
            high=1.2,
        ),
    ),
)
