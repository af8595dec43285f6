"""How a frame of HDR light looks on an SDR display: for the review movie and the poster."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bridge.colorimetry.primaries import Converter
from bridge.colorimetry.tonemap import bt2390_eetf
from bridge.colorimetry.transfer import bt1886_inverse
from bridge.domain.color import OutputColor, Primaries

from .halfmath import HALVES, Half, looked_up


class SdrView:
    """Renders frames as 8-bit full-range RGB for a Rec.709 display with BT.1886.

    Highlights are rolled off by BT.2390, each channel by itself, so that `peak_nits` becomes display white; light
    below the knee keeps the code that it had in the source. One view may serve several threads at once.
    """

    def __init__(self, color: OutputColor, reference_white: int, peak_nits: float) -> None:
        """`color` and `reference_white` (cd/m2 of 1.0) are those of the frames, `peak_nits` that of their clip."""
        self._convert = Converter(color.primaries, Primaries.REC709)
        self._codes = display_codes(reference_white, peak_nits)

    def __call__(self, frame: Half) -> NDArray[np.uint8]:
        """The picture, `(height, width, 3)`, of a scene-linear frame of that shape."""
        return looked_up(self._convert(frame), self._codes)


def display_codes(reference_white: int, peak_nits: float, exposure: float = 0.0) -> NDArray[np.uint8]:
    """The 8-bit code on a display with BT.1886 for every half, 1.0 = `reference_white` cd/m2 = display white.

    Light is first brightened by `exposure` stops. What then lies above the knee is rolled off so that `peak_nits`
    becomes display white; with a peak at reference white nothing is bent, and what is brighter is cut off. What is no
    number is black.
    """
    light = np.nan_to_num(HALVES, posinf=np.inf, neginf=0) * 2.0**exposure * reference_white
    shown = bt2390_eetf(light, max(peak_nits, reference_white), reference_white) / reference_white
    return np.rint(bt1886_inverse(shown) * 255).astype(np.uint8)
