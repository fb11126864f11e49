"""RealMLP-TD as published, on the embedded diamonds."""

from keras_mlp.recipes import measures
from keras_mlp.recipes.own_data.realmlp_recipe import TABLE_REALMLP
from keras_mlp.recipes.recipe import Figure

REALMLP_DIAMONDS = TABLE_REALMLP.replace(
    name="realmlp-diamonds",
    title="RealMLP-TD as published, on the prices of diamonds",
    notes=(
        "Holzmüller, Grinsztajn, Steinwart, 2024: three hidden layers of 256 behind "
        "embeddings of the numbers; four waves of the learning rate, of which the "
        "one here is the top, and dropout and weight decay that fall. Kept are the "
        "weights of the epoch with the least squared error on the validation rows."
    ),
    dataset="diamonds_5k",
    target="price",
    learning_rate=0.2,
    figures=(
        Figure(
            name="mean absolute test error, US dollars",
            measure=measures.test_error,
            low=285,
            high=359,
        ),
    ),
)
