"""What all pictures share: matplotlib on request, one style, one way of saving."""

import contextlib
import os
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from keras_mlp.files import replacing

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure, SubFigure

# Blue and vermilion of the Okabe-Ito palette, which stay apart under every common kind
# of colour blindness. Pictures never rely on them alone.
BLUE = "#0072B2"
VERMILION = "#D55E00"
RED = "#B3001B"
DARK = "#222222"
GREY = "#666666"
LIGHT_GREY = "#D0D0D0"

_DOTS_PER_INCH = 144
_PADDING = 0.1  # Inches.

_STYLE: Mapping[str, object] = {
    "axes.edgecolor": GREY,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.labelcolor": DARK,
    "axes.labelpad": 6,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 11,
    "figure.constrained_layout.h_pad": _PADDING,
    "figure.constrained_layout.w_pad": _PADDING,
    "figure.titlesize": 13,
    "figure.titleweight": "bold",
    "font.size": 10,
    "grid.color": "#E6E6E6",
    "legend.frameon": False,
    "lines.linewidth": 1.8,
    "text.color": DARK,
    # Class names are shown as they are: a "$" in one does not start a formula.
    "text.parse_math": False,
    "xtick.color": GREY,
    "xtick.labelcolor": DARK,
    "ytick.color": GREY,
    "ytick.labelcolor": DARK,
}


def require_matplotlib() -> None:
    """Raises if pictures cannot be drawn, so that a long run can find out first.

    Raises:
        ImportError: If matplotlib is not installed.

    Example:

    ```python
    from keras_mlp.report import require_matplotlib

    require_matplotlib()
    ```
    """
    try:
        import matplotlib.figure  # noqa: F401
    except ImportError as error:
        raise ImportError(
            "Pictures need matplotlib: pip install 'keras-mlp[plot]'"
        ) from error


@contextlib.contextmanager
def drawing(
    path: str | os.PathLike[str],
    width: float,
    height: float,
    title: str | None = None,
) -> Iterator["Figure"]:
    """Yields an empty figure in the common style and saves it as a PNG at the end.

    The same drawing gives the same bytes: the user's own matplotlib settings are set
    aside for the length of the block, and no date or version is written. Neither
    `pyplot` nor the chosen backend is touched, so this is safe inside a notebook or a
    program that draws for itself.

    Args:
        path: The PNG file to write. An existing one is replaced.
        width: Width in inches, of 144 dots each.
        height: Height in inches.
        title: Heading of the whole picture.

    Yields:
        The `matplotlib.figure.Figure` to draw on.

    Raises:
        ImportError: If matplotlib is not installed.
        OSError: If the file cannot be written.
    """
    require_matplotlib()
    import matplotlib.style
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with matplotlib.style.context(dict(_STYLE), after_reset=True):
        figure = Figure((width, height), dpi=_DOTS_PER_INCH, layout="constrained")
        canvas = FigureCanvasAgg(figure)
        if title is not None:
            put_title(figure, printable(title, int(8.5 * width)))
        yield figure
        with replacing(path) as temporary:
            # Matplotlib would write its own version into the file.
            canvas.print_png(temporary, metadata={"Software": None})


def put_title(figure: "Figure | SubFigure", title: str, **style: object) -> None:
    """Puts a heading over a figure, or a part of one, at its left edge."""
    left = _PADDING * _DOTS_PER_INCH / figure.bbox.width
    figure.suptitle(title, x=left, horizontalalignment="left", **style)


def draw_image(
    axes: "Axes",
    picture: "np.ndarray",
    left: float = 0.0,
    top: float = 0.0,
    frame: str = GREY,
) -> None:
    """Draws an image, one unit wide, in a frame and without any scale.

    Args:
        axes: Where to draw. It may hold several images.
        picture: `[height, width]` or `[height, width, 3]`, from 0 to 1.
        left: Where the left edge is.
        top: Where the upper edge is, counted downwards.
        frame: The colour of the frame. Any but the default also makes it thick.
    """
    from matplotlib.patches import Rectangle

    height = picture.shape[0] / picture.shape[1]
    axes.imshow(
        picture,
        cmap="gray",
        vmin=0,
        vmax=1,
        interpolation="nearest",
        extent=(left, left + 1, top + height, top),
    )
    axes.add_patch(
        Rectangle(
            (left, top),
            width=1,
            height=height,
            fill=False,
            edgecolor=frame,
            linewidth=0.8 if frame == GREY else 3,
            clip_on=False,
        )
    )
    axes.grid(False)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[:].set_visible(False)


def printable(text: object, longest: int) -> str:
    """Returns `text` on one line, without characters that the font lacks.

    Matplotlib warns of each character that its font has no shape for and draws an empty
    box. Names of classes come from users, in any script, so such characters become "?".

    Args:
        text: Anything; its `str` is shown.
        longest: The number of characters to cut to, the last of them an ellipsis.
    """
    from matplotlib.font_manager import findfont, get_font

    line = " ".join(str(text).split())
    if len(line) > longest:
        line = line[: longest - 1].rstrip() + "…"
    font = get_font(findfont("DejaVu Sans"))
    return "".join(c if font.get_char_index(ord(c)) else "?" for c in line)


def set_epochs(axes: "Axes", first: int, last: int) -> None:
    """Makes the horizontal axis one of whole epochs, from `first` to `last`."""
    step = 1
    while (last - first) / step > 10:
        # 1, 2, 5, 10, 20, 50, …
        step = step * 5 // 2 if str(step).startswith("2") else step * 2
    # A round epoch too near the first one would run into its label.
    rounded = (tick for tick in range(step, last + 1, step) if tick - first > step / 2)
    axes.set_xticks([first, *rounded])
    axes.set_xlabel("epoch")
    margin = 0.03 * (last - first) or 0.5
    axes.set_xlim(first - margin, last + margin)
