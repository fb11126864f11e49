"""N5: a network that is looked at while it grows."""

from keras_mlp import builders
from keras_mlp.recipes import measures
from keras_mlp.recipes.kinds.builder_recipe import BuilderRecipe
from keras_mlp.recipes.recipe import Figure

SEQUENTIAL_CONV = BuilderRecipe(
    name="sequential-conv",
    title="Sequential grown with add: two convolutions and a pooling",
    notes=(
        'N5. Source: "TensorFlow上手(二)". It teaches to look at a network while it '
        "grows. Its layers give (123, 123, 32), (121, 121, 32) and (40, 40, 32)."
    ),
    builder=builders.sequential_conv,
    input_shape=(250, 250, 3),
    figures=tuple(
        Figure(
            name=f"height, width of layer {number + 1}",
            measure=measures.layer_side(number),
            published=str(side),
            low=side,
            high=side,
        )
        for number, side in enumerate((123, 121, 40))
    ),
)
