"""What to do where a recipe's documented data set is absent."""

import contextlib
from collections.abc import Iterator

from keras_mlp.commands.command_error import CommandError
from keras_mlp.data import DatasetNotPreparedError
from keras_mlp.recipes import ImageRecipe, Recipe


@contextlib.contextmanager
def offering_embedded_images(recipe: Recipe) -> Iterator[None]:
    """Adds to an error about absent data that the embedded images are there.

    Args:
        recipe: The recipe whose data is asked for inside the block.

    Raises:
        CommandError: If its data set is not prepared.
    """
    try:
        yield
    except DatasetNotPreparedError as error:
        if not isinstance(recipe, ImageRecipe):
            raise
        raise CommandError(
            f"recipe '{recipe.name}' asks for the data set '{recipe.dataset}'. With "
            f"'--dataset mnist_5k' it runs at once, on embedded images. {error}"
        ) from error
