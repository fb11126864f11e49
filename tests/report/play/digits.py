"""Digits as strokes of a pen, each a little different: as a hand would draw them."""

import math
import random


def _arc(x, y, width, height, begin, end, steps=16):
    """Points of an ellipse; angles in degrees, from the right, clockwise."""
    angles = [math.radians(begin + (end - begin) * i / steps) for i in range(steps + 1)]
    return [(x + width * math.cos(a), y + height * math.sin(a)) for a in angles]


_DIGITS = {
    0: [_arc(0.5, 0.5, 0.25, 0.36, -90, 270, 24)],
    1: [[(0.52, 0.14), (0.51, 0.5), (0.5, 0.86)]],
    2: [
        [
            *_arc(0.48, 0.32, 0.22, 0.2, 190, 390),
            *[(0.62, 0.52), (0.3, 0.84), (0.76, 0.84)],
        ]
    ],
    3: [
        [
            *_arc(0.46, 0.31, 0.22, 0.18, 200, 450),
            *_arc(0.46, 0.67, 0.25, 0.19, -90, 160),
        ]
    ],
    4: [
        [(0.34, 0.16), (0.28, 0.52), (0.7, 0.52)],
        [(0.66, 0.18), (0.64, 0.5), (0.62, 0.86)],
    ],
    5: [
        [
            *[(0.7, 0.16), (0.38, 0.16), (0.34, 0.46)],
            *_arc(0.47, 0.63, 0.22, 0.21, -120, 150),
        ]
    ],
    6: [[(0.6, 0.14), (0.42, 0.34), *_arc(0.5, 0.66, 0.2, 0.19, 200, 560, 24)]],
    7: [[(0.28, 0.18), (0.72, 0.18), (0.56, 0.5), (0.46, 0.86)]],
    8: [
        [
            *_arc(0.5, 0.31, 0.18, 0.17, 90, -270, 20),
            *_arc(0.5, 0.67, 0.21, 0.19, -90, 270, 20),
        ]
    ],
    9: [[*_arc(0.5, 0.34, 0.2, 0.18, 0, -360, 20), (0.69, 0.5), (0.62, 0.86)]],
}


def drawn_digits(count, seed=0):
    """Yields digits with their strokes: in turn, moved, slanted, stretched, shaken."""
    source = random.Random(seed)
    for number in range(count):
        digit = number % 10
        slant, turn = source.uniform(-0.05, 0.25), source.uniform(-0.1, 0.1)
        wide, high = source.uniform(0.7, 1.1), source.uniform(0.8, 1.1)
        left, down = source.uniform(-0.08, 0.08), source.uniform(-0.04, 0.04)

        def moved(x, y):
            x, y = (x - 0.5) * wide, (y - 0.5) * high  # noqa: B023
            x -= slant * y  # noqa: B023
            x, y = x - turn * y, y + turn * x  # noqa: B023
            shaken = [source.gauss(0, 0.006) for _ in range(2)]
            return 0.5 + x + left + shaken[0], 0.5 + y + down + shaken[1]  # noqa: B023

        yield digit, [[moved(x, y) for x, y in stroke] for stroke in _DIGITS[digit]]
