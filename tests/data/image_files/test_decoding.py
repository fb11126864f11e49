"""Images are read as they are shown: against Pillow, eagerly and inside a graph."""

import io

import keras
import numpy as np
import pytest
import tensorflow as tf
from PIL import Image, ImageOps

from keras_mlp.data import read_image
from keras_mlp.data.image_files.decoding import decode_as_shown, decode_image

PIXELS = np.random.default_rng(0).integers(0, 256, (6, 4), "uint8")
# Dark and half dark ink on nothing.
ALPHA = np.zeros((6, 4), "uint8")
ALPHA[1:5, 1:3] = [255, 100]


@pytest.fixture(scope="module", params=["eager", "graph"])
def decode(request):
    """Decodes to one channel; the channel and the ground."""
    in_graph = tf.function(
        lambda encoded: decode_as_shown(encoded, 1),
        input_signature=[tf.TensorSpec((), tf.string)],
        autograph=False,
    )

    def run(encoded, channels=1):
        if request.param == "graph" and channels == 1:
            image, ground = in_graph(encoded)
        else:
            image, ground = decode_as_shown(encoded, channels)
        return image.numpy(), int(ground)

    return run


def encoded(image, form, **options):
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def exif(orientation, order):
    data = Image.Exif()
    data.endian = order
    # Longer than an entry, so that it stands elsewhere, before and after.
    data[0x010F], data[0x0131] = "A long maker", "A long program"
    data[0x0112] = orientation
    return data


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
@pytest.mark.parametrize("order", ["<", ">"])
def test_orientation(decode, form, order):
    # 0 and 9 are none.
    for orientation in range(10):
        data = exif(orientation, order)
        file = encoded(Image.fromarray(PIXELS), form, exif=data.tobytes())
        # The pixels themselves from TensorFlow: Pillow's differ by rounding.
        plain = Image.fromarray(tf.io.decode_image(file, channels=1).numpy()[:, :, 0])
        plain.getexif().update(Image.open(io.BytesIO(file)).getexif())
        expected = np.asarray(ImageOps.exif_transpose(plain))
        found, _ = decode(file)
        np.testing.assert_array_equal(found[:, :, 0], expected)


def test_orientation_behind_other_segments(decode):
    file = encoded(Image.fromarray(PIXELS), "JPEG", exif=exif(6, ">").tobytes())
    # A comment, and bytes of 0xFF, which may stand before any marker.
    file = file[:2] + b"\xff\xfe\0\x09comment" + b"\xff" * 5 + file[2:]
    assert decode(file)[0].shape == (4, 6, 1)


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(lambda data: data[:12], id="cut"),
        pytest.param(lambda data: data[:6] + b"XX" + data[8:], id="order"),
        pytest.param(lambda data: data[:10] + b"\xff" * 4 + data[14:], id="offset"),
        pytest.param(lambda data: data[:14] + b"\xff\xff", id="count"),
        pytest.param(lambda data: data[:6], id="empty"),
    ],
)
def test_damaged_orientation_is_none(decode, wrong):
    data = wrong(exif(6, "<").tobytes())
    file = encoded(Image.fromarray(PIXELS), "JPEG", exif=data)
    assert decode(file)[0].shape == (6, 4, 1)


def palette(lightness, transparent=0):
    image = Image.fromarray((ALPHA > 0).astype("uint8"), "P")
    image.putpalette([9, 9, 9, *[lightness] * 3])
    return encoded(image, "PNG", transparency=transparent)


def with_alpha(*colour):
    channels = [np.full_like(ALPHA, value) for value in colour]
    mode = "RGBA" if len(colour) == 3 else "LA"
    return encoded(Image.fromarray(np.stack([*channels, ALPHA], -1), mode), "PNG")


def of_one_colour(image, transparency):
    return encoded(image, "PNG", transparency=transparency)


GREY = Image.fromarray(np.where(ALPHA > 0, 200, 7).astype("uint8"))


@pytest.mark.parametrize(
    ("file", "ground"),
    [
        pytest.param(with_alpha(0, 0, 0), 255, id="black"),
        pytest.param(with_alpha(10, 20, 120), 255, id="blue"),
        pytest.param(with_alpha(250, 240, 200), 0, id="light"),
        pytest.param(with_alpha(30), 255, id="grey and alpha"),
        pytest.param(with_alpha(230), 0, id="light grey and alpha"),
        pytest.param(palette(20), 255, id="palette"),
        pytest.param(palette(220), 0, id="light palette"),
        pytest.param(palette(220, bytes([255, 90])), 255, id="alpha in palette"),
        pytest.param(of_one_colour(GREY, 7), 0, id="one grey"),
        pytest.param(of_one_colour(GREY.convert("RGB"), (200,) * 3), 255, id="colour"),
        pytest.param(encoded(GREY.convert("1"), "PNG"), -1, id="one bit"),
        pytest.param(encoded(GREY.convert("RGBA"), "PNG"), -1, id="opaque"),
        pytest.param(encoded(GREY, "JPEG"), -1, id="jpeg"),
        pytest.param(
            encoded(Image.fromarray(np.zeros((6, 4, 4), "uint8"), "RGBA"), "PNG"),
            0,
            id="nothing",
        ),
    ],
)
def test_transparency_is_laid_on_what_the_ink_contrasts_with(decode, file, ground):
    image = Image.open(io.BytesIO(file)).convert("RGBA")
    expected = Image.new("RGBA", image.size, (max(ground, 0),) * 3 + (255,))
    expected.alpha_composite(image)
    for channels, mode in ((1, "L"), (3, "RGB")):
        found, on = decode(file, channels)
        assert on == ground
        # TensorFlow and Pillow round grey, and JPEG, differently.
        np.testing.assert_allclose(
            found.squeeze(), expected.convert(mode), rtol=0, atol=2
        )


def test_sixteen_bits(decode):
    file = encoded(Image.fromarray(PIXELS.astype("uint16") * 257), "PNG")
    found, ground = decode(file)
    np.testing.assert_array_equal(found[:, :, 0], PIXELS)
    assert ground == -1


@pytest.mark.parametrize("form", ["GIF", "BMP", "WEBP", "TIFF"])
def test_other_kinds_are_refused(decode, form):
    for data in (encoded(Image.fromarray(PIXELS), form), b"", b"x"):
        with pytest.raises(tf.errors.InvalidArgumentError, match="PNG or JPEG"):
            decode(data)


def test_endless_parts_end(decode):
    for data in (
        b"\xff\xd8\xff" + b"\xff" * 2**20,
        b"\xff\xd8\xff\xe1\0\0" * 2**18,
        b"\x89PNG\r\n\x1a\n" + b"\0\0\0\0abcd...." * 2**18,
    ):
        with pytest.raises(tf.errors.InvalidArgumentError):
            decode(data)


def test_read_image_says_what_it_laid_where(tmp_path):
    path = tmp_path / "ink.png"
    path.write_bytes(with_alpha(0, 0, 0))
    with pytest.warns(
        UserWarning, match=r"ink\.png' is transparent: .*dark.* on white"
    ):
        image = read_image(path, (6, 4, 1))
    np.testing.assert_array_equal(image, decode_image(path.read_bytes(), (6, 4, 1)))
    assert set(image.ravel()) == {0, 155, 255}
    with pytest.warns(UserWarning, match="placed on white"):
        inverted = read_image(path, [6, 4, 1], invert=True)
    np.testing.assert_array_equal(inverted, 255 - image)
    path.write_bytes(with_alpha(255, 255, 255))
    with pytest.warns(UserWarning, match="light.* on black"):
        read_image(path)
    # Neither opaque images nor turned ones are worth a warning: those are errors here.
    keras.utils.save_img(path, np.full((6, 4, 4), 255.0), scale=False)
    read_image(path)
    path.write_bytes(encoded(Image.fromarray(PIXELS), "PNG", exif=exif(6, "<")))
    assert read_image(path, (4, 6, 1)).shape == (4, 6, 1)
