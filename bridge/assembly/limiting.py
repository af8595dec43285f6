"""A lift kept inside a mask: blended with the plate in linear light."""

# pyright: reportUnknownParameterType=false, reportMissingParameterType=false

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numba import njit
from numpy.typing import NDArray

from bridge.colorimetry.primaries import conversion
from bridge.colorimetry.transfer import eotf
from bridge.domain.color import Primaries
from bridge.engines.base import Codes, Rendition
from bridge.media.halfmath import HALVES, Half, half_bits
from bridge.media.mask import Level
from bridge.media.shaping import resized, resized_levels

from .plan import Plan

with np.errstate(invalid="ignore"):  # the signalling patterns of NaN
    _FLOATS = HALVES.astype(np.float32)

Limit = Callable[[Half], Half]
"""Takes the finished light of one frame, and gives it back as it is inside the mask alone."""


class Limiter:
    """`m * lifted + (1 - m) * plate` for the pictures of a clip, scene-linear in the primaries of the result.

    Both sides are relative to SDR reference white. The plate is the source's own codes as display light, read by the
    curve by which the lift read them. Where `m` is 1 the lift comes out bit by bit, where it is 0 the plate, rounded to
    half floats. Pictures of another size than the clip meet its plate and mask scaled to theirs. May be called from
    several threads.
    """

    def __init__(self, plan: Plan, rendition: Rendition) -> None:
        facts, written = plan.facts, plan.request.output.color.primaries
        top = 2**facts.bits - 1
        self._light = eotf(rendition.transfer)(np.arange(top + 1) / top).astype(np.float32)
        self._to_written = _matrix(facts.color.primaries, written)

    def of(self, codes: Codes, level: Level) -> Limit:
        """For the frame that has `codes` (3, H, W) and the mask `level`."""

        def limit(lifted: Half) -> Half:
            height, width, _ = lifted.shape
            mask = resized_levels(level(), width, height)
            plate = np.empty((*codes.shape[1:], 3), np.float32)
            _light_of(codes, self._light, plate)
            limited = np.array(lifted, order="C")
            _blend(limited.view(np.uint16), _FLOATS, resized(plate, width, height), self._to_written, mask)
            return limited

        return limit


def _matrix(source: Primaries, written: Primaries) -> NDArray[np.float32]:
    """Empty where nothing is to be done: a product with 1 and 0 rounds."""
    if source is written:
        return np.empty((0, 3), np.float32)
    return conversion(source, written).astype(np.float32)


@njit(nogil=True, cache=True)
def _light_of(codes, light, out):
    _, height, width = codes.shape
    for y in range(height):
        for x in range(width):
            out[y, x, 0] = light[codes[0, y, x]]
            out[y, x, 1] = light[codes[1, y, x]]
            out[y, x, 2] = light[codes[2, y, x]]


@njit(nogil=True, cache=True)
def _blend(lifted, floats, plate, to_written, mask):
    """In place, on the bit patterns of halves."""
    height, width = mask.shape
    converts = to_written.shape[0] == 3
    for y in range(height):
        for x in range(width):
            m = mask[y, x]
            if m >= 1:
                continue
            r, g, b = plate[y, x, 0], plate[y, x, 1], plate[y, x, 2]
            for c in range(3):
                value = plate[y, x, c]
                if converts:
                    value = to_written[c, 0] * r + to_written[c, 1] * g + to_written[c, 2] * b
                if m > 0:
                    value += m * (floats[lifted[y, x, c]] - value)
                lifted[y, x, c] = half_bits(value)
