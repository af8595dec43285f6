"""The fidelity guard: written frames are read back and held against the source that they were made from.

Where the engine promises to leave light alone (`Lift.identity_below`), and outside a mask whatever made the light, the
file must hold the source's light but for the rounding of half floats. And a lift must not pump: its strength may not
jump from one frame to the next.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numba import njit

from bridge.colorimetry.primaries import conversion
from bridge.colorimetry.transfer import Curve
from bridge.domain.color import Primaries
from bridge.engines.base import Codes
from bridge.media.exr import read_frame
from bridge.media.halfmath import HALVES
from bridge.media.shaping import Picture, resized, resized_levels

TOLERANCE_STOPS = 0.004
"""Four times the largest rounding error of a half float (2^-11 = 0.0007 stops): the primaries' matrices spread it."""

with np.errstate(invalid="ignore"):  # the signalling patterns of NaN
    _FLOATS = HALVES.astype(np.float32)

_NO_MASK = np.empty((0, 0), np.float32)

_DARK = 1e-3
"""Below this light the deviation is counted against this value: halves grow coarse where nothing can be seen."""


_CHECKED_PAIRS = 4
"""Pairs of neighbouring frames, spread over the clip, that are read back and held against the source."""


@dataclass(frozen=True)
class FrameCheck:
    """`deviation`: largest difference to the source in stops, over the `pixels` that were promised to stay.

    `lift`: log2 of the frame's mean light over its source's, in stops; none for a black frame.
    """

    number: int
    pixels: int
    deviation: float
    lift: float | None
    finite: bool


class FidelityCheck:
    def __init__(
        self, eotf: Curve, bits: int, identity_below: float | None, source: Primaries, written: Primaries
    ) -> None:
        """`eotf` and `bits` read the source's codes; `source` and `written` are the primaries of plate and files."""
        self._light = eotf(np.arange(2**bits) / (2**bits - 1)).astype(np.float32)
        self._limit = -1.0 if identity_below is None else identity_below * (1 + 1e-6)
        self._back = conversion(written, source)

    def __call__(self, number: int, codes: Codes, path: Path, mask: Picture | None = None) -> FrameCheck:
        """Read `path` back and compare it with `codes` (3, H, W); raises `MediaUnreadable`.

        Where `mask` (H, W) is 0, nothing may differ.
        """
        written = read_frame(path)
        pixels, worst, before, after, finite = _compare(
            codes,
            self._light,
            written.view(np.uint16),
            _FLOATS,
            self._back,
            self._limit,
            _DARK,
            _NO_MASK if mask is None else mask,
        )
        return FrameCheck(number, int(pixels), math.log2(1 + worst), _stops(after, before), bool(finite))

    def of_another_size(self, number: int, codes: Codes, path: Path, mask: Picture | None = None) -> FrameCheck:
        """As a call, where the written frame is larger or smaller: its mean light is compared, and outside `mask`, all
        of which is scaled to it, every pixel.
        """
        written = read_frame(path).astype(np.float64)
        light = self._light[codes]
        before = float(light.mean(dtype=np.float64))
        if not np.isfinite(written).all():
            return FrameCheck(number, 0, 0.0, None, finite=False)
        lift = _stops(float(written.mean()), before)
        if mask is None:
            return FrameCheck(number, 0, 0.0, lift, finite=True)
        height, width, _ = written.shape
        outside = resized_levels(mask, width, height) <= 0
        plate = resized(np.ascontiguousarray(np.moveaxis(light, 0, -1)), width, height)[outside]
        difference = np.abs(written[outside] @ self._back.T - plate).max(axis=-1, initial=0.0)
        worst = float((difference / np.maximum(plate.max(axis=-1, initial=0.0), _DARK)).max(initial=0.0))
        return FrameCheck(number, int(outside.sum()), math.log2(1 + worst), lift, finite=True)


def _stops(after: float, before: float) -> float | None:
    return math.log2(after / before) if before > 0 and after > 0 else None


def flicker_stops(checks: Sequence[FrameCheck]) -> float | None:
    """Largest change of `lift` between neighbouring frames, in stops; none where no two neighbours were checked."""
    by_number = {check.number: check.lift for check in checks}
    changes = [
        abs(following - lift)
        for number, lift in by_number.items()
        if lift is not None and (following := by_number.get(number + 1)) is not None
    ]
    return max(changes, default=None)


def checked_pairs(numbers: list[int]) -> frozenset[int]:
    """Neighbours `n, n + 1` at up to `_CHECKED_PAIRS` places spread evenly over `numbers`, first and last included."""
    if len(numbers) <= 2 * _CHECKED_PAIRS:
        return frozenset(numbers)
    step = (len(numbers) - 2) / (_CHECKED_PAIRS - 1)
    starts = [round(i * step) for i in range(_CHECKED_PAIRS)]
    return frozenset(numbers[i + k] for i in starts for k in (0, 1))


@njit(nogil=True, cache=True)
def _compare(codes, light, written, floats, back, limit, dark, mask):  # pyright: ignore[reportUnknownParameterType, reportMissingParameterType]
    _, height, width = codes.shape
    masked = mask.size > 0
    pixels = 0
    worst = 0.0
    before = 0.0
    after = 0.0
    finite = True
    for y in range(height):
        for x in range(width):
            r = light[codes[0, y, x]]
            g = light[codes[1, y, x]]
            b = light[codes[2, y, x]]
            wr = floats[written[y, x, 0]]
            wg = floats[written[y, x, 1]]
            wb = floats[written[y, x, 2]]
            total = wr + wg + wb
            if not np.isfinite(total):
                finite = False
            before += r + g + b
            after += total
            most = max(r, max(g, b))
            if most <= limit or (masked and mask[y, x] <= 0):
                pixels += 1
                dr = abs(back[0, 0] * wr + back[0, 1] * wg + back[0, 2] * wb - r)
                dg = abs(back[1, 0] * wr + back[1, 1] * wg + back[1, 2] * wb - g)
                db = abs(back[2, 0] * wr + back[2, 1] * wg + back[2, 2] * wb - b)
                deviation = max(dr, max(dg, db)) / max(most, dark)
                if deviation > worst:
                    worst = deviation
    return pixels, worst, before, after, finite
