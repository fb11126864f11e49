"""What to expect of a training that is shorter than the documented one."""

import dataclasses
import math

from keras_mlp.recipes.kinds.image_recipe import ImageRecipe
from keras_mlp.recipes.lookup import RECIPES
from keras_mlp.recipes.recipe import Recipe

# Training images of the documented sets, which need not be on this machine.
_IMAGES = {"mnist": 60_000, "fashion_mnist": 60_000, "mnist_5k": 4_000}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Shortfall:
    """What a training has less of than the documented one.

    Args:
        recipe: What is trained.
        documented: The recipe as it is documented.
    """

    recipe: ImageRecipe
    documented: ImageRecipe

    @property
    def images(self) -> tuple[int, int]:
        """The number of training images, and the documented number."""
        images = self.recipe.describe().splits["train"]
        return images, _IMAGES[self.documented.dataset]

    @property
    def steps(self) -> tuple[int, int]:
        """The number of steps in all epochs, and the documented number."""
        taken = self.recipe.epochs * self.recipe.steps_per_epoch()
        of_epoch = self.documented.steps_of(self.images[1])
        return taken, self.documented.epochs * of_epoch

    def expectation(self) -> str:
        """Returns what to expect and why, to be read before the training."""
        images, documented_images = self.images
        fewer_images = (
            f"{self.recipe.dataset} has {images:,} training images, the documented "
            f"{self.documented.dataset} {documented_images:,}. "
            if images < documented_images
            else ""
        )
        return f"What to expect: {fewer_images}{self._why('are')}"

    def explanation(self) -> str:
        """Returns why the figures are as they are, to be read beside them."""
        return f"Not the documented training: {self._why('were')}"

    def _why(self, are: str) -> str:
        (steps, documented_steps), (images, documented_images) = self.steps, self.images
        if steps >= documented_steps:
            return (
                f"There {are} {steps:,} steps, no fewer than documented, but on "
                f"{images:,} images in place of {documented_images:,}. Figures that "
                f"differ from the documented ones are no fault of the network."
                f"{self._measured()}"
            )
        epochs = math.ceil(documented_steps / self.recipe.steps_per_epoch())
        return (
            f"{steps:,} steps {are} taken, and {documented_steps:,} are documented. "
            "The network has then only begun to learn: figures and pictures far from "
            "the documented ones are expected here, and no fault."
            f"{self._measured()} `--epochs {epochs}` takes as many steps as documented."
        )

    def _measured(self) -> str:
        """Returns what a training like this one gave, where that was measured."""
        same = self.documented.replace(
            dataset=self.recipe.dataset, data_dir=self.recipe.data_dir
        )
        measured = self.documented.embedded
        if not measured or self.recipe.dataset != "mnist_5k" or self.recipe != same:
            return ""
        return f" Seeds 0 to 2 gave {measured}."


def shortfall(recipe: Recipe) -> Shortfall | None:
    """Returns what a training has less of than the documented one, if anything.

    Args:
        recipe: The recipe that is or was trained, with its data set, which must exist,
            and its settings.

    Returns:
        A `Shortfall` where there are fewer images or fewer steps than documented;
        `None` otherwise, and for data of a user's own.

    Example:

    ```python
    import keras_mlp
    from keras_mlp.recipes.runs.shortfall import shortfall

    recipe = keras_mlp.recipes.get("mnist-mlp").replace(dataset="mnist_5k")
    assert shortfall(recipe).steps == (320, 4690)
    assert shortfall(keras_mlp.recipes.get("digits")) is None
    ```
    """
    for documented in RECIPES:
        if documented.name == recipe.name and isinstance(documented, ImageRecipe):
            assert isinstance(recipe, ImageRecipe)
            found = Shortfall(recipe=recipe, documented=documented)
            pairs = (found.images, found.steps)
            return found if any(ours < theirs for ours, theirs in pairs) else None
    return None
