import numpy as np
import pytest

from keras_mlp.report import plot_reconstructions

RANDOM = np.random.default_rng(0)
IMAGES = RANDOM.random((12, 14, 14, 1))
CODES = RANDOM.random((12, 16))


def test_ten_images_over_their_reconstructions_and_codes(draw, drawn, texts):
    size = draw.twice(
        plot_reconstructions, IMAGES, IMAGES - 0.1, codes=CODES, title="N"
    )
    assert size == (1612, 590)
    panels = drawn[-1].axes
    assert len(panels) == 31
    np.testing.assert_allclose(panels[0].get_images()[0].get_array(), IMAGES[0, ..., 0])
    assert panels[20].get_images()[0].get_array().shape == (1, 16)
    assert {"N", "original", "code", "0.01", "value of each number of the code"} <= set(
        texts()
    )


def test_without_codes(draw, drawn):
    draw(plot_reconstructions, IMAGES[:3], IMAGES[:3])
    assert len(drawn[-1].axes) == 6


def test_both_are_on_the_scale_of_the_originals(draw, drawn):
    draw(plot_reconstructions, 255 * IMAGES[:1], 127.5 * IMAGES[:1])
    above, below = (axes.get_images()[0].get_array() for axes in drawn[-1].axes)
    assert below.max() < 0.6 * above.max()


@pytest.mark.parametrize("codes", [-CODES, 0 * CODES, np.nan * CODES])
def test_any_codes(draw, codes):
    draw(plot_reconstructions, IMAGES, np.full_like(IMAGES, np.nan), codes=codes)


def test_colour(draw):
    images = RANDOM.integers(0, 256, (2, 8, 8, 3), dtype="uint8")
    draw(plot_reconstructions, images, images)


def test_bad_arguments(refused):
    draw = plot_reconstructions
    refused(r"`reconstructions` .*\(12, 14, 14\)", draw, IMAGES, IMAGES[:3])
    refused(r"`originals` .*\(12, 196\)", draw, IMAGES.reshape(12, -1), IMAGES)
    refused(r"`codes` .*\(12,\)", draw, IMAGES, IMAGES, codes=CODES[:, 0])
    refused("`codes` .* Received: 3", draw, IMAGES, IMAGES, codes=CODES[:3])
