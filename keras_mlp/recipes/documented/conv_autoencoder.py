"""N7: a convolutional autoencoder."""

from keras_mlp.recipes import measures
from keras_mlp.recipes.kinds.autoencoder_recipe import AutoencoderRecipe
from keras_mlp.recipes.recipe import Figure

CONV_AUTOENCODER = AutoencoderRecipe(
    name="conv-autoencoder",
    title="convolutional autoencoder with a code of 16 numbers",
    notes=(
        'N7. Source: "TensorFlow上手(二)", after TensorFlow\'s guide "The Functional '
        'API". It teaches that models share layers. It builds the network and does not '
        "train it, so that what is lost by a code of maxima, which know no place, is "
        "not seen. The training is ours: one epoch of Adam on the squared error "
        "between image and reconstruction."
    ),
    dataset="mnist",
    shuffle=True,
    optimizer="adam",
    learning_rate=2e-3,
    schedule="cosine",
    epochs=1,
    batch_size=128,
    embedded="a test error of 0.069 to 0.073, from 0.114 before",
    figures=(
        Figure(
            name="fall of the test error",
            measure=measures.fall_of_error,
            low=0.6,
        ),
    ),
)
