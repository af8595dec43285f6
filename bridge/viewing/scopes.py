"""Histogram and waveform of a frame on the PQ scale, and the light of single pixels."""

from __future__ import annotations

import base64

import numpy as np
from numba import njit
from numpy.typing import NDArray

from bridge.colorimetry.primaries import luminance_weights
from bridge.colorimetry.transfer import nits_from_pq
from bridge.domain.errors import MediaUnreadable, RequestError
from bridge.domain.view import PQ_LEVELS, Pixel, Scopes
from bridge.media.halfmath import bits
from bridge.media.measure import measure_frame

from .gallery import Light
from .render import FLOATS, luminance

_EDGES = nits_from_pq(np.arange(1, PQ_LEVELS) / PQ_LEVELS).astype(np.float32)
"""cd/m2 at which each level but the lowest begins."""


def scopes(light: Light, columns: int) -> Scopes:
    """Levels are those of SMPTE ST 2084: level n holds signals from n / 256 up to (n + 1) / 256.

    Peak and average are of max(R, G, B), as MaxCLL and MaxFALL are. Raises `MediaUnreadable` for a frame in which a
    value is no number.
    """
    measure = measure_frame(light.frame, light.white)
    if not measure.finite:
        raise _not_numbers("The frame")
    levels = _levels(FLOATS * light.white)
    counts = np.zeros((3, PQ_LEVELS), np.int64)
    _count(bits(light.frame), levels, counts)
    brightness = _levels(luminance(light.frame, light.primaries, light.white))
    spread = np.zeros((PQ_LEVELS, min(columns, brightness.shape[1])), np.int64)
    _spread(brightness, spread)
    spread = spread[:, np.arange(columns) * spread.shape[1] // columns]
    return Scopes(
        red=tuple(counts[0].tolist()),
        green=tuple(counts[1].tolist()),
        blue=tuple(counts[2].tolist()),
        luminance=tuple(np.bincount(brightness.reshape(-1), minlength=PQ_LEVELS).tolist()),
        columns=columns,
        waveform=base64.b64encode(_shades(spread)),
        peak_nits=measure.peak_nits,
        average_nits=measure.average_nits,
    )


def pixel(light: Light, x: int, y: int) -> Pixel:
    """Raises `RequestError` for a pixel outside the frame, `MediaUnreadable` for one that holds no numbers."""
    height, width, _ = light.frame.shape
    if x >= width or y >= height:
        raise RequestError(f"There is no pixel {x}, {y} in a frame of {width} x {height}.")
    values = light.frame[y, x].astype(np.float64)
    if not np.isfinite(values).all():
        raise _not_numbers(f"The pixel {x}, {y}")
    red, green, blue = values.tolist()
    nits = float(luminance_weights(light.primaries) @ values) * light.white
    return Pixel(red=red, green=green, blue=blue, nits=max(0.0, nits))


def _not_numbers(what: str) -> MediaUnreadable:
    return MediaUnreadable(
        f"{what} holds values that are no numbers (NaN or infinity).",
        remedy="The file was changed after it was made: lift the clip again.",
    )


def _levels(nits: NDArray[np.float32]) -> NDArray[np.uint8]:
    return np.searchsorted(_EDGES, nits, side="right").astype(np.uint8)


def _shades(spread: NDArray[np.int64]) -> bytes:
    """Row by row from the highest level. By the cube root, because single pixels are to be seen beside thousands."""
    most = max(1, int(spread.max()))
    return np.rint(np.cbrt(spread[::-1] / most) * 255).astype(np.uint8).tobytes()


@njit("void(u2[::1], u1[::1], i8[:, ::1])", nogil=True, cache=True)
def _count(samples, levels, counts):  # pyright: ignore[reportUnknownParameterType, reportMissingParameterType]
    for i in range(0, samples.size, 3):
        counts[0, levels[samples[i]]] += 1
        counts[1, levels[samples[i + 1]]] += 1
        counts[2, levels[samples[i + 2]]] += 1


@njit("void(u1[:, ::1], i8[:, ::1])", nogil=True, cache=True)
def _spread(levels, spread):  # pyright: ignore[reportUnknownParameterType, reportMissingParameterType]
    height, width = levels.shape
    columns = spread.shape[1]
    for y in range(height):
        for x in range(width):
            spread[levels[y, x], x * columns // width] += 1
