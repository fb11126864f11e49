import base64
import zlib

import numpy as np
import pytest

from keras_mlp.report.play.packing import pack_weights, rounded_weights

RANDOM = np.random.default_rng(0)
ARRAYS = [
    RANDOM.normal(size=(300, 40)).astype("float32"),
    np.zeros((3, 2), "float32"),
    RANDOM.normal(size=(3, 3, 2, 5)).astype("float32") * 1e-4,
]


@pytest.mark.parametrize("bits", [24, 20, 8])
def test_a_number_is_off_by_at_most_half_a_step(bits):
    for array, rounded in zip(ARRAYS, rounded_weights(ARRAYS, bits), strict=True):
        largest = np.abs(array.reshape(-1, array.shape[-1])).max(axis=0)
        assert rounded.shape == array.shape
        # The scale is a float32.
        most = largest * (0.5 / (2 ** (bits - 1) - 1) + 2.0**-23)
        assert (np.abs(rounded - array) <= most).all()


@pytest.mark.parametrize("share", [1.0, 0.8, 0.3])
def test_weights_take_no_more_than_their_room(share):
    whole = pack_weights(ARRAYS, 10**9)
    assert whole["bits"] == 24
    room = int(share * len(whole["packed"]))
    packed = pack_weights(ARRAYS, room)
    assert len(packed["packed"]) <= room or packed["bits"] == 8
    assert packed["bits"] == 24 if share == 1 else packed["bits"] < 24
    assert packed["shapes"] == [list(array.shape) for array in ARRAYS]


def test_bytes_are_as_documented():
    packed = pack_weights([np.array([[0.5], [-1.0]], "float32")], 10**9)["packed"]
    data = zlib.decompress(base64.b64decode(packed))
    scale = np.frombuffer(data[:4], "<f4")[0]
    planes = np.frombuffer(data[4:], "uint8").reshape(3, 2).astype(int)
    whole = (planes[0] << 16) + (planes[1] << 8) + planes[2] - 2**23
    np.testing.assert_allclose(whole * scale, [0.5, -1.0], rtol=1e-6)
