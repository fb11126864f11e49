"""N8: Dense and Sequential, written by hand."""

from keras_mlp.recipes import measures
from keras_mlp.recipes.kinds.mlp_recipe import MLPRecipe
from keras_mlp.recipes.recipe import Figure
from keras_mlp.recipes.source import published, unseeded

_PUBLISHED = published("naive-dense")

NAIVE_DENSE = MLPRecipe(
    name="naive-dense",
    title="784-512-10 with softmax, from a hand-written Dense and Sequential",
    notes=(
        'N8. Source: the notebook "手动编写模型" (github.com/ndsoi/ndsoi), after F. '
        "Chollet, Deep Learning with Python, 2nd edition, section 2.5. It teaches what "
        "Dense and Sequential are. The source's batch generator compares an index "
        "counted in samples with a count of batches, and so cycles over the first 512 "
        "images. This recipe reads all images, in file order."
    ),
    dataset="mnist",
    hidden_units=(512,),
    final_activation="softmax",
    kernel_initializer=unseeded("RandomUniform", minval=0.0, maxval=0.1),
    loss="sparse_categorical_crossentropy",
    way="sequential",
    optimizer="gradient_descent",
    learning_rate=1e-3,
    epochs=10,
    batch_size=128,
    trace_every=100,
    published=_PUBLISHED,
    embedded="a test accuracy of 0.18",
    figures=(
        Figure(
            name="test accuracy",
            measure=measures.test_accuracy,
            published=f"{_PUBLISHED['test_accuracy']:.2f}",
            low=0.80,
            high=0.83,
        ),
    ),
)
