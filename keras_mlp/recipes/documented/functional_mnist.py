"""N6: a network as a graph."""

from keras_mlp.recipes import measures
from keras_mlp.recipes.kinds.mlp_recipe import MLPRecipe
from keras_mlp.recipes.recipe import Figure

FUNCTIONAL_MNIST = MLPRecipe(
    name="functional-mnist",
    title="784-64-64-10 as a graph, cross-entropy, RMSprop",
    notes=(
        'N6. Source: "TensorFlow上手(二)", after TensorFlow\'s guide "The Functional '
        'API". It teaches a network as a graph. It gives no figures. The last 20 % of '
        "the training images are held out for validation."
    ),
    dataset="mnist",
    shuffle=True,
    validation_percent=20,
    hidden_units=(64, 64),
    loss="sparse_categorical_crossentropy",
    way="functional",
    optimizer="rmsprop",
    learning_rate=1e-3,
    epochs=2,
    batch_size=64,
    embedded="a test accuracy of 0.86 to 0.88",
    figures=(
        Figure(
            name="parameters",
            measure=measures.parameters,
            published="55050",
            low=55_050,
            high=55_050,
        ),
        Figure(name="test accuracy", measure=measures.test_accuracy, low=0.94),
    ),
)
