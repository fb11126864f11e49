"""What callers ask for of image data, wherever these are read from."""

import dataclasses
import logging
import math
from typing import Any

from keras_mlp.data.batch_preprocessing import BatchPreprocessing
from keras_mlp.data.batches.batching import Batching
from keras_mlp.data.batches.streamed import shuffle_buffer
from keras_mlp.data.drawn_seed import drawn_seed
from keras_mlp.validation import check_positive_integer, check_switch

# Splits up to this size, as uint8 pixels, are held in memory unless the caller decides.
IN_MEMORY_BYTES = 2**30

_logger = logging.getLogger("keras_mlp")


@dataclasses.dataclass(kw_only=True)
class LoadingOptions:
    """The arguments that `load` and `images` share, checked.

    Args:
        batch_size: As for `load`, and so are the others.
        flatten: See there.
        scale: See there.
        one_hot: See there.
        shuffle: See there.
        seed: See there. `None` becomes a number that is drawn.
        drop_remainder: See there.
        image_size: See there.
        in_memory: See there.

    Raises:
        ValueError: If one of them is not as it should be.
    """

    batch_size: int
    flatten: bool
    scale: bool
    one_hot: bool
    shuffle: bool | None
    seed: int | None
    drop_remainder: bool
    image_size: tuple[int, int] | None
    in_memory: bool | None

    def __post_init__(self) -> None:
        self.batch_size = check_positive_integer("batch_size", self.batch_size)
        for argument in ("one_hot", "drop_remainder", "shuffle", "in_memory"):
            value = getattr(self, argument)
            check_switch(argument, value is not None and value)
        self.image_size = check_image_size(self.image_size)
        self.seed = drawn_seed(self.seed)

    def batching(self, count: int, num_classes: int, reads_train: bool) -> Batching:
        """Returns how examples become batches.

        Args:
            count: Number of examples.
            num_classes: Number of classes.
            reads_train: Whether any of them is for training, which are shuffled.

        Raises:
            ValueError: If there would be no batch.
        """
        assert self.seed is not None
        batching = Batching(
            count=count,
            batch_size=self.batch_size,
            drop_remainder=self.drop_remainder,
            shuffle=reads_train if self.shuffle is None else self.shuffle,
            seed=self.seed,
            preprocess=BatchPreprocessing(
                flatten=self.flatten,
                scale=self.scale,
                num_classes=num_classes if self.one_hot else None,
            ),
        )
        if batching.steps == 0:
            raise ValueError(
                f"Argument `batch_size` must be at most {count}, the number of "
                "examples, where `drop_remainder` leaves out a batch with fewer. "
                f"Received: batch_size={self.batch_size}. Pass `drop_remainder=False`."
            )
        return batching

    def keeps(self, count: int, image_shape: tuple[int, ...]) -> bool:
        """Returns whether examples are held in memory.

        Args:
            count: Number of examples.
            image_shape: Height, width and channels of an image.
        """
        if self.in_memory is not None:
            return self.in_memory
        return count * math.prod(image_shape) <= IN_MEMORY_BYTES


def announce_streaming(
    name: str, image_shape: tuple[int, ...], batching: Batching, example_bytes: int
) -> None:
    """Logs that examples are read in every epoch; a warning where that mixes them less.

    Args:
        name: What is read, for the message.
        image_shape: Height, width and channels of an image.
        batching: How they become batches.
        example_bytes: Size of a compressed example.
    """
    buffer = shuffle_buffer(batching.count, example_bytes)
    partly = batching.shuffle and buffer < batching.count
    _logger.log(
        logging.WARNING if partly else logging.INFO,
        "%s: %d examples (%.1f GiB of pixels) are read from disk in every epoch%s.",
        name,
        batching.count,
        batching.count * math.prod(image_shape) / 2**30,
        f", shuffled within a buffer of {buffer}" if partly else "",
    )


def check_image_size(image_size: Any) -> tuple[int, int] | None:
    """Returns a height and a width, or `None`, or says what is wrong with them.

    Args:
        image_size: What the caller passed.

    Raises:
        ValueError: If that is neither `None` nor two positive integers.
    """
    if image_size is None:
        return None
    if not isinstance(image_size, (tuple, list)) or len(image_size) != 2:
        raise ValueError(
            "Argument `image_size` must be a height and a width, or None. "
            f"Received: image_size={image_size!r}. Pass two integers, such as "
            "`image_size=(64, 64)`."
        )
    height, width = (check_positive_integer("image_size", size) for size in image_size)
    return height, width
