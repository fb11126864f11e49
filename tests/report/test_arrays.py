import numpy as np
import pytest

from keras_mlp.report.arrays import as_pixels, to_brightness


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (np.array([0, 51, 255], "uint8"), [0, 0.2, 1]),
        (np.array([0, 51, 102], "uint8"), [0, 0.2, 0.4]),
        (np.array([0, 51, 255], "int64"), [0, 0.2, 1]),
        (np.array([0.0, 0.2, 0.5]), [0, 0.2, 0.5]),
        (np.array([0.0, 51.0, 255.0], "float32"), [0, 0.2, 1]),
        (np.array([-2.0, 0.0, 2.0]), [0, 0.5, 1]),
        (np.array([7.0, 7.0, 7.0]), [1, 1, 1]),
        (np.array([False, True, True]), [0, 1, 1]),
        (np.array([0.5, np.nan, np.inf]), [0.5, 0, 1]),
        (np.array([np.nan] * 3), [0, 0, 0]),
    ],
)
def test_brightness_of_any_kind_of_pixels(values, expected):
    pixels = as_pixels("images", values.reshape(1, 1, 3))
    np.testing.assert_allclose(to_brightness(pixels).ravel(), expected, atol=1e-7)


def test_brightness_on_the_scale_of_others():
    pixels = np.array([0.0, 0.5, 1.0, 1.5])
    assert list(to_brightness(pixels, like=np.array([0.0, 1.0]))) == [0, 0.5, 1, 1]


def test_grey_images_lose_their_last_axis_without_a_copy():
    images = np.zeros((2, 4, 5, 1), "uint8")
    pixels = as_pixels("images", images)
    assert pixels.shape == (2, 4, 5)
    assert np.shares_memory(pixels, images)
