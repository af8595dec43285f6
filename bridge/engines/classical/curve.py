"""C4: the calibrated expansion curve.

log2 gain over the guide `u = (v + max(R, G, B)) / 2`, linear between nine knots. Two profiles, one for sources with a
shoulder and one for sources that were cut off, are blended by the clip's statistics. The knots were calibrated against
23 HDR scenes rendered to SDR through twelve tone curves. Mid-tones (u <= 0.55) have no gain at all: there the lifted
light equals the source.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .statistics import ClipStatistics

KNOTS = (0.0, 0.35, 0.55, 0.70, 0.80, 0.88, 0.94, 0.975, 1.0)
"""Positions of the knots on the guide, 0..1."""

_SHOULDER = (0.0, 0.0, 0.0, 0.077, 0.260, 0.519, 1.227, 1.674, 3.426)
_CUT_OFF = (0.0, 0.0, 0.0, 0.160, 0.288, 0.501, 0.891, 0.896, 1.584)
_CUT_OFF_BY_AREA = (0.0, 0.0, 0.0, -0.534, -1.110, -0.851, 0.917, 0.638, 1.088)
_HARD_CLIP = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.03, 0.10)


@dataclass(frozen=True)
class ExpansionCurve:
    """`gains`: stops at each of `KNOTS`, never falling."""

    gains: tuple[float, ...]

    @property
    def identity_below(self) -> float:
        """The largest guide value up to which there is no gain."""
        silent = [knot for knot, gain in zip(KNOTS, self.gains, strict=True) if gain == 0.0]
        return silent[-1]

    def gain(self, guide: NDArray[np.float64]) -> NDArray[np.float64]:
        """Linear factor for guide values 0..1."""
        return np.exp2(np.interp(guide, KNOTS, self.gains))


def adaptive_curve(statistics: ClipStatistics, strength: float) -> ExpansionCurve:
    """The blend of the two profiles that the clip's highlights ask for, times `strength` (0..1.5)."""
    weight = 0.0
    if statistics.clipped > 0.002:
        weight = 1.0 / (1.0 + math.exp(-(statistics.pile_up - 0.637) / 0.236))
    area = math.sqrt(statistics.white_area) - 0.3
    blend = [
        (1.0 - weight) * shoulder + weight * (cut + by_area * area)
        for shoulder, cut, by_area in zip(_SHOULDER, _CUT_OFF, _CUT_OFF_BY_AREA, strict=True)
    ]
    rising = np.maximum.accumulate(np.maximum(blend, 0.0))
    return ExpansionCurve(tuple(float(g) * strength for g in rising))


def hard_clip_curve(statistics: ClipStatistics, strength: float) -> ExpansionCurve:
    """For sources cut off at white: gain on the last codes only; smaller white areas are taken to be brighter."""
    white = 2.0 - 0.9 * min(1.0, math.sqrt(statistics.white_area) / 0.6)
    return ExpansionCurve(tuple(g * strength for g in (*_HARD_CLIP, white)))
