"""The sections of a report on a multilayer perceptron that classifies images."""

from pathlib import Path
from typing import Any

import keras
import numpy as np

from keras_mlp.recipes.kinds.graph import graph_section
from keras_mlp.recipes.kinds.image_sections import (
    FeaturedImage,
    answer_sections,
    least_sure_image,
    trace_section,
)
from keras_mlp.recipes.measures import first_image
from keras_mlp.recipes.outcome import Outcome
from keras_mlp.report import Section
from keras_mlp.report.classification.section import class_sections
from keras_mlp.report.inside.section import inside_section


def mlp_sections(
    recipe: Any, outcome: Outcome, directory: Path | None
) -> list[Section]:
    """Returns the sections: predictions, one digit with its outputs, recorded losses.

    Args:
        recipe: The `MLPRecipe`.
        outcome: What came of it.
        directory: Where the pictures go; `None` for none.
    """
    model, step_losses = outcome.model, outcome.step_losses
    class_names = recipe.describe().class_names
    images, labels = recipe.raw_images(recipe.split_of("test"))
    probabilities = recipe.predict(model, images)
    if directory is None:
        return class_sections(labels, probabilities, class_names, None)
    if any(figure.measure is first_image for figure in recipe.figures):
        # The source shows its outputs.
        [image] = recipe.first_image()
        [outputs] = recipe.predict(model, image[np.newaxis])
        featured = FeaturedImage(image, outputs, "The first training image")
    else:
        featured = least_sure_image(images, labels, probabilities, class_names)
    title = f"{recipe.name} on {recipe.dataset}"
    inputs = keras.ops.convert_to_numpy(recipe.preprocessing()(images))
    image_shape = images.shape[1:]
    sections = [
        *answer_sections(
            images, labels, probabilities, class_names, featured, directory, title
        ),
        inside_section(model, inputs, labels, class_names, image_shape, directory),
    ]
    if recipe.way == "functional":
        sections.append(graph_section(model, directory))
    if step_losses:
        sections.append(
            trace_section(
                recipe.trace_steps(len(step_losses)),
                [loss for epoch in step_losses for loss in epoch],
                recipe.trace_every,
                directory,
                f"{recipe.name}: the loss of single batches",
            )
        )
    return sections
