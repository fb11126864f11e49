"""The network that `keras-mlp train` begins with: N1, trained as one would today."""

from keras_mlp.recipes import measures
from keras_mlp.recipes.kinds.mlp_recipe import MLPRecipe
from keras_mlp.recipes.recipe import Figure

DIGITS = MLPRecipe(
    name="digits",
    title="784-256-128-10, trained the way one would today",
    notes=(
        "The network of mnist-mlp with cross-entropy in place of the squared error, "
        "and Adam with a falling learning rate in place of plain descent."
    ),
    dataset="mnist_5k",
    shuffle=True,
    validation_percent=10,
    hidden_units=(256, 128),
    loss="sparse_categorical_crossentropy",
    optimizer="adam",
    learning_rate=1e-3,
    schedule="cosine",
    epochs=20,
    batch_size=64,
    figures=(Figure(name="test accuracy", measure=measures.test_accuracy, low=0.93),),
)
