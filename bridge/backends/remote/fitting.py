"""Plates for models that make pictures of certain sizes only: smaller where that is asked for, and filled up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter
from numpy.typing import NDArray

_SCALING = Interpolation.LANCZOS | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT


@dataclass(frozen=True)
class Fitting:
    """Width and height of the clip, of what is `shown` of it, and of the plate, which is `padded` to the right and
    below.
    """

    clip: tuple[int, int]
    shown: tuple[int, int]
    padded: tuple[int, int]


def fit(width: int, height: int, *, modulus: int = 1, largest_short_side: int | None = None) -> Fitting:
    """The smallest plate for a clip of `width` x `height` whose sides are multiples of `modulus`.

    The picture keeps its shape; where its shorter side is more than `largest_short_side`, it is scaled to that.
    """
    scale = min(1.0, (largest_short_side or min(width, height)) / min(width, height))
    shown = (max(1, round(width * scale)), max(1, round(height * scale)))
    padded = (shown[0] + -shown[0] % modulus, shown[1] + -shown[1] % modulus)
    return Fitting((width, height), shown, padded)


class Fitter:
    """Makes plates of pictures, full-range R'G'B' `(height, width, 3)`."""

    def __init__(self, fitting: Fitting) -> None:
        self._fitting = fitting
        self._reformatter = VideoReformatter()

    def __call__(self, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        (width, height), (right, below) = self._fitting.shown, self._fitting.padded
        if self._fitting.shown != self._fitting.clip:
            frame = VideoFrame.from_ndarray(np.ascontiguousarray(picture), "rgb24")
            scaled = self._reformatter.reformat(frame, width, height, "rgb24", interpolation=_SCALING)
            picture = np.asarray(scaled.to_ndarray(), np.uint8)
        if (right, below) == (width, height):
            return picture
        # Mirrored: an edge that the clip does not have would be lifted like one of its own, and shine into it.
        return np.pad(picture, ((0, below - height), (0, right - width), (0, 0)), mode="reflect")
