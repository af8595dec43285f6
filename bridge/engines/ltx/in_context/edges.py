"""A control picture of edges, as the control LoRA was trained to follow: white lines on black.

J. Canny, "A computational approach to edge detection", IEEE Trans. PAMI 8 (1986), in the form that picture tools of
this field share: Sobel gradients of 3 x 3 pixels without smoothing before them, the L1 norm, the strongest of the three
channels, lines one pixel wide. Depth and pose need models of their own, and are not made here.
"""

# pyright: reportUnknownParameterType=false, reportMissingParameterType=false

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

LOW, HIGH = 92, 200
"""Gradients below the first are no edge, above the second they are; what lies between is where it touches an edge.
Those of the example graph of Lightricks/ComfyUI-LTXVideo, for pictures of about 512 lines.
"""

# Tangent of 22.5 degrees: the gradient's direction is told apart in four.
_TAN = 0.41421356237309503


def edges(picture: NDArray[np.uint8], low: int = LOW, high: int = HIGH) -> NDArray[np.uint8]:
    """Lines `(H, W, 3)`, 0 or 255, of full-range R'G'B' `(H, W, 3)`."""
    dx, dy = _gradient(picture)
    strength = np.abs(dx) + np.abs(dy)
    marks = np.zeros(strength.shape, np.uint8)
    _thin(dx, dy, np.pad(strength, 1), low, high, marks)
    _join(marks)
    return np.repeat(np.where(marks == 2, np.uint8(255), np.uint8(0))[..., None], 3, axis=2)


def _gradient(picture: NDArray[np.uint8]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Across and down, of the channel whose is strongest; beyond its edges a picture goes on as it is there."""
    codes = np.pad(picture.astype(np.int32), ((1, 1), (1, 1), (0, 0)), mode="edge")
    smooth = codes[:-2] + 2 * codes[1:-1] + codes[2:]
    dx = smooth[:, 2:] - smooth[:, :-2]
    smooth = codes[:, :-2] + 2 * codes[:, 1:-1] + codes[:, 2:]
    dy = smooth[2:] - smooth[:-2]
    strongest = (np.abs(dx) + np.abs(dy)).argmax(axis=2)[..., None]
    return np.take_along_axis(dx, strongest, 2)[..., 0], np.take_along_axis(dy, strongest, 2)[..., 0]


@njit(nogil=True, cache=True)
def _thin(dx, dy, strength, low, high, marks):
    """2 on the crest of a strong gradient, 1 on that of a weak one. `strength` has a border of 0."""
    height, width = marks.shape
    for y in range(height):
        for x in range(width):
            here = strength[y + 1, x + 1]
            if here <= low:
                continue
            across, down = abs(dx[y, x]), abs(dy[y, x])
            if down < _TAN * across:
                before, after = strength[y + 1, x], strength[y + 1, x + 2]
            elif across < _TAN * down:
                before, after = strength[y, x + 1], strength[y + 2, x + 1]
            elif (dx[y, x] < 0) == (dy[y, x] < 0):
                before, after = strength[y, x], strength[y + 2, x + 2]
            else:
                before, after = strength[y, x + 2], strength[y + 2, x]
            # A crest of two equal pixels keeps the first.
            if here > before and here >= after:
                marks[y, x] = 2 if here > high else 1


@njit(nogil=True, cache=True)
def _join(marks):
    """Weak crests that touch strong ones, also by way of others, become strong."""
    height, width = marks.shape
    waiting = [(0, 0) for _ in range(0)]
    for y in range(height):
        for x in range(width):
            if marks[y, x] == 2:
                waiting.append((y, x))
    while waiting:
        y, x = waiting.pop()
        for v in range(max(0, y - 1), min(height, y + 2)):
            for u in range(max(0, x - 1), min(width, x + 2)):
                if marks[v, u] == 1:
                    marks[v, u] = 2
                    waiting.append((v, u))
