"""Weights and images as the text that the page holds."""

import base64
import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np

MOST_BITS, LEAST_BITS = 24, 8


def pack_weights(arrays: Sequence[np.ndarray], room: int) -> dict[str, Any]:
    """Returns arrays as whole numbers of as many bits as there is room for.

    A number is `whole * scale`, with a scale for each column (the last axis), by which
    the largest of the column is exact. Whole numbers have 24 bits, of which the last
    are 0 where there is less room: their three bytes lie in three planes, and deflate
    leaves out what does not change.

    Args:
        arrays: float32 arrays.
        room: How many characters may be taken. Where 8 bits need more, it is more.

    Returns:
        `shapes`, `bits`, and `packed`: base64 of what was deflated: the scales
        (float32, little-endian), the high bytes, the middle ones, the low ones.
    """
    bits, packed = MOST_BITS, _packed(arrays, MOST_BITS)
    # A bit of each number takes a sixth of a character.
    sixth = sum(array.size for array in arrays) / 6
    while len(packed) > room and bits > LEAST_BITS:
        bits = max(LEAST_BITS, bits - max(1, int((len(packed) - room) / sixth)))
        packed = _packed(arrays, bits)
    return {
        "shapes": [list(array.shape) for array in arrays],
        "bits": bits,
        "packed": packed,
    }


def rounded_weights(arrays: Sequence[np.ndarray], bits: int) -> list[np.ndarray]:
    """Returns arrays as the page reads them.

    Args:
        arrays: float32 arrays.
        bits: Bits of a whole number.
    """
    rounded = []
    for array in arrays:
        whole, scales = _whole_numbers(array, bits)
        rounded.append((whole * scales.astype("float64")).reshape(array.shape))
    return rounded


def pack_bytes(values: np.ndarray) -> str:
    """Returns uint8 numbers deflated, in base64.

    Args:
        values: uint8 array of any shape.
    """
    return base64.b64encode(zlib.compress(values.tobytes(), 9)).decode()


def _packed(arrays: Sequence[np.ndarray], bits: int) -> str:
    pairs = [_whole_numbers(array, bits) for array in arrays]
    # Without negative numbers, so that a byte is a byte.
    whole = np.concatenate(
        [np.zeros(0, "int64"), *(whole.ravel() for whole, _ in pairs)]
    ) + 2 ** (MOST_BITS - 1)
    planes = [(whole >> shift) & 255 for shift in (16, 8, 0)]
    scales = np.concatenate([np.zeros(0, "<f4"), *(scales for _, scales in pairs)])
    data = scales.astype("<f4").tobytes()
    data += b"".join(plane.astype("uint8").tobytes() for plane in planes)
    return base64.b64encode(zlib.compress(data, 9)).decode()


def _whole_numbers(array: np.ndarray, bits: int) -> tuple[np.ndarray, np.ndarray]:
    columns = array.reshape(-1, array.shape[-1]).astype("float64")
    # The step between two numbers is this many of the smallest steps of 24 bits.
    step = 2 ** (MOST_BITS - bits)
    most = 2 ** (MOST_BITS - 1) - step
    largest = np.abs(columns).max(axis=0)
    scales = np.where(largest > 0, largest / most, 1.0).astype("float32")
    whole = np.rint(columns / (scales.astype("float64") * step)) * step
    return np.clip(whole, -most, most).astype("int64"), scales
