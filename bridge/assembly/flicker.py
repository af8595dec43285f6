"""How much more a result changes from frame to frame than its source does."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .seams import LUMA

_BLOCKS = 64
"""Blocks across and down at most: what flickers in parts of the picture shows, what moves by a pixel does not."""

_DARK = 0.01
"""Added to light before the logarithm: below, stops say nothing of what is seen."""

Blocks = NDArray[np.float32]


def blocks_of(light: NDArray[np.float32]) -> Blocks:
    """log2 of the mean luminance of blocks of a picture `(H, W, 3)`, scene-linear with Rec.709 primaries."""
    luminance = light @ LUMA
    height, width = luminance.shape
    rows, columns = range(0, height, -(-height // _BLOCKS)), range(0, width, -(-width // _BLOCKS))
    sums = np.add.reduceat(np.add.reduceat(luminance, rows, axis=0), columns, axis=1)
    sizes = np.outer(np.diff([*rows, height]), np.diff([*columns, width]))
    return np.log2(sums / sizes + _DARK).astype(np.float32)


class FlickerMeter:
    """Takes the frames of a clip in order: blocks of the light of each, and of its source's.

    A frame's figure is the mean over blocks of |change since the frame before| less that of the source, not below 0:
    stops. `worst` is the largest of `frames` figures, that of the frame `worst_at`.
    """

    def __init__(self) -> None:
        self._before: tuple[int, Blocks, Blocks] | None = None
        self._sum = 0.0
        self.frames = 0
        self.worst = 0.0
        self.worst_at: int | None = None

    @property
    def mean(self) -> float:
        return self._sum / self.frames if self.frames else 0.0

    def add(self, number: int, made: Blocks, given: Blocks) -> None:
        """A frame that does not follow the one before has no figure."""
        if self._before and self._before[0] == number - 1:
            _, before, given_before = self._before
            figure = max(0.0, float(np.abs(made - before).mean() - np.abs(given - given_before).mean()))
            self.frames += 1
            self._sum += figure
            if figure > self.worst:
                self.worst, self.worst_at = figure, number
        self._before = number, made, given
