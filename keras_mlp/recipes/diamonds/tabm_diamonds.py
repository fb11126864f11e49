"""TabM as published, of the size that suits a CPU, on the embedded diamonds."""

from keras_mlp.recipes import measures
from keras_mlp.recipes.own_data.tabm_recipe import TABLE_TABM
from keras_mlp.recipes.recipe import Figure

TABM_DIAMONDS = TABLE_TABM.replace(
    name="tabm-diamonds",
    title="TabM, 16 perceptrons in one, on the prices of diamonds",
    notes=(
        "Gorishniy, Kotelnikov, Babenko, 2024, with 16 networks of width 256 in place "
        "of 32 of width 512. Training stops when more than 16 epochs in a row were no "
        "better on the validation rows, and keeps the best weights."
    ),
    dataset="diamonds_5k",
    target="price",
    learning_rate=0.002,
    figures=(
        Figure(
            name="mean absolute test error, US dollars",
            measure=measures.test_error,
            low=305,
            high=372,
        ),
    ),
)
