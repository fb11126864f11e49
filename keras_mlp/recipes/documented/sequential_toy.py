"""N4: three layers that do not know their inputs."""

from keras_mlp import builders
from keras_mlp.recipes import measures
from keras_mlp.recipes.kinds.builder_recipe import BuilderRecipe
from keras_mlp.recipes.recipe import Figure

SEQUENTIAL_TOY = BuilderRecipe(
    name="sequential-toy",
    title="Sequential of three named layers of 2, 3 and 4 units",
    notes=(
        'N4. Source: "TensorFlow上手(二)". It teaches that layers have no weights '
        "before they know their inputs. Built by a call on ones of shape (1, 4)."
    ),
    builder=builders.sequential_mlp,
    input_shape=(4,),
    figures=(
        Figure(
            name="weight tensors",
            measure=measures.weight_tensors,
            published="6",
            low=6,
            high=6,
        ),
        *(
            Figure(
                name=f"parameters of layer{number}",
                measure=measures.layer_parameters(f"layer{number}"),
                published=str(count),
                low=count,
                high=count,
            )
            for number, count in enumerate((10, 9, 16), start=1)
        ),
    ),
)
