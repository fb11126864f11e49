"""The one size that images of different sizes are brought to."""

import logging
import statistics
from collections import Counter
from collections.abc import Sequence

# The longer side, where images differ in size: 64 x 64 are as many inputs as a
# perceptron takes well.
LONGEST_SIDE = 64

_logger = logging.getLogger("keras_mlp")


def common_size(name: str, sizes: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Returns the height and width that all images have, or will have.

    Where they differ, that is the median height and width, made smaller if need be; a
    warning is logged.

    Args:
        name: What is read, for the message.
        sizes: Height and width of each image.
    """
    counted = Counter(sizes)
    if len(counted) == 1:
        return sizes[0]
    height, width = (statistics.median_low(side) for side in zip(*sizes, strict=True))
    scale = min(1.0, LONGEST_SIDE / max(height, width))
    size = (max(1, round(height * scale)), max(1, round(width * scale)))
    (commonest, count), *_ = counted.most_common()
    _logger.warning(
        "%s: images differ in size (%d sizes; %d of %d images are %d x %d); all are "
        "resized to %d x %d, their proportions kept. Pass `image_size` to choose.",
        name,
        len(counted),
        count,
        len(sizes),
        *commonest,
        *size,
    )
    return size
