"""What is done to a picture of floats as a whole: grown, softened, brought to another size.

Pictures are float32. What lies beyond their edges counts as what lies at the edges, so a matte that leaves the picture
neither shrinks nor softens there.
"""

# pyright: reportUnknownParameterType=false, reportMissingParameterType=false

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numba import njit
from numpy.typing import NDArray

Picture = NDArray[np.float32]

REACH = 3
"""Sigmas at which the Gaussian of `feathered` ends."""

_PLATEAU = np.float32(4e-6)
"""Levels within it of 0 or 1 are 0 or 1: by less than that weights, which are rounded, miss 1 in sum."""

_STRIP = 128
"""Columns whose sums stay in the processor's registers and nearest cache."""


def grown(levels: Picture, radius: int) -> Picture:
    """Grey dilation of `(H, W)` by the disc `dx² + dy² <= radius²`, in pixels; erosion by it where it is negative."""
    if radius == 0:
        return levels
    pick = np.maximum if radius > 0 else np.minimum
    radius = abs(radius)
    height, width = levels.shape
    padded = np.pad(levels, radius, mode="edge")
    out = np.empty_like(levels)
    out.fill(-np.inf if pick is np.maximum else np.inf)
    # Upright runs, the shortest (of the disc's outermost columns) first: each is made of the one before.
    runs, half = padded, 0
    for dx in range(radius, -1, -1):
        wanted = math.isqrt(radius * radius - dx * dx)
        while half < wanted:
            step = min(wanted - half, max(1, half))
            longer = pick(runs[: -2 * step], runs[2 * step :])
            if half == 0:
                # Two single pixels beside the middle one do not hold it.
                pick(longer, runs[1:-1], out=longer)
            runs, half = longer, half + step
        rows = runs[radius - half : radius - half + height]
        for left in {radius - dx, radius + dx}:
            pick(out, rows[:, left : left + width], out=out)
    return out


def feathered(levels: Picture, sigma: float) -> Picture:
    """A Gaussian of `sigma` pixels, cut off at three sigmas, over `(H, W)` in 0..1; 0 and 1 beyond its reach stay."""
    if sigma == 0:
        return levels
    weights = _gaussian(sigma)
    reach = len(weights) - 1
    upright = np.empty_like(levels)
    _blur_columns(np.pad(levels, ((reach, reach), (0, 0)), mode="edge"), weights, upright)
    out = np.empty_like(levels)
    _blur_rows(np.pad(upright, ((0, 0), (reach, reach)), mode="edge"), weights, out)
    return _settled(out)


def resized_levels(levels: Picture, width: int, height: int) -> Picture:
    """As `resized`, of levels `(H, W)` in 0..1: where all are 0 or 1 they stay so exactly."""
    return _settled(resized(levels, width, height)) if levels.shape != (height, width) else levels


def _settled(levels: Picture) -> Picture:
    levels[levels < _PLATEAU] = 0
    levels[levels > 1 - _PLATEAU] = 1
    return levels


def resized(picture: Picture, width: int, height: int) -> Picture:
    """`(H, W)` or `(H, W, C)` at another size.

    Where a side is reduced, each pixel is the mean over the area that it covers; where it is enlarged, values between
    pixels lie on straight lines.
    """
    if picture.shape[:2] == (height, width):
        return picture
    planes = picture.reshape(*picture.shape[:2], -1)
    tall = np.empty((height, *planes.shape[1:]), np.float32)
    _resample_rows(planes.reshape(planes.shape[0], -1), *_taps(planes.shape[0], height), tall.reshape(height, -1))
    out = np.empty((height, width, planes.shape[2]), np.float32)
    _resample_columns(tall, *_taps(planes.shape[1], width), out)
    return out.reshape(height, width, *picture.shape[2:])


@lru_cache(maxsize=8)
def _gaussian(sigma: float) -> Picture:
    """Weights at 0, 1, 2 … pixels from the middle; both sides together come to 1."""
    reach = max(1, math.ceil(REACH * sigma))
    distance = np.arange(reach + 1)
    weights = np.exp(-(distance**2) / (2 * sigma * sigma))
    return (weights / (2 * weights.sum() - weights[0])).astype(np.float32)


@lru_cache(maxsize=8)
def _taps(before: int, after: int) -> tuple[NDArray[np.int64], Picture]:
    """For each of `after` pixels the first of `before` that it is made of, and the weights of that and those behind."""
    scale = before / after
    if scale >= 1:
        edges = np.arange(after + 1) * scale
        starts, ends = edges[:-1], edges[1:]
        first = np.floor(starts + 1e-9).astype(np.int64)
        index = first[:, None] + np.arange(math.ceil(scale) + 1)
        weights = np.minimum(index + 1, ends[:, None]) - np.maximum(index, starts[:, None])
    else:
        middle = np.clip((np.arange(after) + 0.5) * scale - 0.5, 0, before - 1)
        first = np.minimum(np.floor(middle).astype(np.int64), max(0, before - 2))
        index = first[:, None] + np.arange(2)
        weights = 1 - np.abs(middle[:, None] - index)
    weights = np.where(index < before, np.maximum(weights, 0), 0)
    return first, (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)


# Mattes are flat but for their edges, so what lies in the middle of one level is not summed up again.


@njit(nogil=True, cache=True, fastmath=True)
def _blur_columns(padded, weights, out):
    height, width = out.shape
    reach = weights.size - 1
    total = np.empty(_STRIP, np.float32)
    for left in range(0, width, _STRIP):
        right = min(left + _STRIP, width)
        flat = 0  # rows up to the last that is needed which are of one level throughout, and all of the same
        for row in range(height + 2 * reach):
            level = padded[row, left]
            one = True
            for x in range(left, right):
                one &= padded[row, x] == level
            flat = flat + 1 if one and (row == 0 or padded[row - 1, left] == level) else int(one)
            y = row - 2 * reach
            if y < 0:
                continue
            if flat > 2 * reach:
                out[y, left:right] = level
                continue
            for x in range(left, right):
                total[x - left] = weights[0] * padded[y + reach, x]
            for k in range(1, reach + 1):
                weight = weights[k]
                for x in range(left, right):
                    total[x - left] += weight * (padded[y + reach - k, x] + padded[y + reach + k, x])
            out[y, left:right] = total[: right - left]


@njit(nogil=True, cache=True, fastmath=True)
def _blur_rows(padded, weights, out):
    height, width = out.shape
    reach = weights.size - 1
    total = np.empty(_STRIP, np.float32)
    for y in range(height):
        row = padded[y]
        for left in range(0, width, _STRIP):
            right = min(left + _STRIP, width)
            level = row[left]
            one = True
            for x in range(left, right + 2 * reach):
                one &= row[x] == level
            if one:
                out[y, left:right] = level
                continue
            for x in range(left, right):
                total[x - left] = weights[0] * row[x + reach]
            for k in range(1, reach + 1):
                weight = weights[k]
                for x in range(left, right):
                    total[x - left] += weight * (row[x + reach - k] + row[x + reach + k])
            out[y, left:right] = total[: right - left]


@njit(nogil=True, cache=True)
def _resample_rows(lines, first, weights, out):
    for y in range(out.shape[0]):
        out[y] = 0
        for tap in range(weights.shape[1]):
            weight = weights[y, tap]
            if weight != 0:
                line = lines[first[y] + tap]
                for x in range(out.shape[1]):
                    out[y, x] += weight * line[x]


@njit(nogil=True, cache=True)
def _resample_columns(picture, first, weights, out):
    height, width, channels = out.shape
    for y in range(height):
        for x in range(width):
            for c in range(channels):
                total = np.float32(0)
                for tap in range(weights.shape[1]):
                    weight = weights[x, tap]
                    if weight != 0:
                        total += weight * picture[y, first[x] + tap, c]
                out[y, x, c] = total
