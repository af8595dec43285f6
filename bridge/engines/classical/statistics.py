"""What the expansion curve wants to know of a clip: how its highlights end.

A source that was cut off at white piles its pixels up on the last codes; one with a shoulder spreads them below.
Statistics are of the whole clip, never of a frame, so that the curve cannot flicker.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bridge.engines.base import Codes

from .kernels import count_codes

_TOP_SHARE = 0.0002
_BINS = 256


@dataclass(frozen=True)
class ClipStatistics:
    """Of `frames` sampled frames, in codes of 8 bits.

    `top`: highest max(R, G, B) code that more than 0.02 % of the pixels bear. `clipped`: share of the pixels on the
    last two codes up to `top`. `pile_up`: `clipped` against itself and the 23 codes below, 0..1.
    `white_area`: share of the pixels whose luma is within 8 codes of `top`.
    """

    frames: int
    top: int
    clipped: float
    pile_up: float
    white_area: float


def clip_statistics(samples: Iterable[Codes], bits: int) -> ClipStatistics:
    """Statistics over `samples`, each `(3, H, W)`. Without samples, those of a black frame."""
    maximum = np.zeros(_BINS, np.int64)
    luma = np.zeros(_BINS, np.int64)
    frames = 0
    for codes in samples:
        count_codes(codes, bits - 8, maximum, luma)
        frames += 1
    pixels = max(1, int(maximum.sum()))
    present = np.flatnonzero(maximum > _TOP_SHARE * pixels)
    top = int(present[-1]) if present.size else 0
    clipped = _share(maximum, top - 1, top, pixels)
    below = _share(maximum, top - 24, top - 2, pixels)
    return ClipStatistics(
        frames=frames,
        top=top,
        clipped=clipped,
        pile_up=clipped / (clipped + below) if clipped + below > 0 else 0.0,
        white_area=_share(luma, top - 8, _BINS - 1, pixels),
    )


def _share(histogram: NDArray[np.int64], first: int, last: int, pixels: int) -> float:
    return float(histogram[max(0, first) : last + 1].sum()) / pixels
