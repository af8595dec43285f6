"""Pixel loops over half frames, compiled once and kept in numba's cache. They release the interpreter lock.

A half has only 65 536 values, so any function of one sample is a table indexed by its bits.
"""

# pyright: reportUnknownParameterType=false, reportMissingParameterType=false

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numba import njit
from numpy.typing import NDArray

Half = NDArray[np.float16]
Code = TypeVar("Code", np.uint8, np.uint16)

HALVES: NDArray[np.float64] = np.arange(65536, dtype=np.uint16).view(np.float16).astype(np.float64)
"""The value of every bit pattern of a half, infinities and NaN included."""

with np.errstate(invalid="ignore"):  # the signalling patterns of NaN
    _LIGHT = np.where(HALVES < 0, 0, HALVES).astype(np.float32)
_ONE = int(np.float16(1.0).view(np.int16))


def bits(frame: Half) -> NDArray[np.uint16]:
    """The samples of a frame as bit patterns, in one row; a view where the frame is C-contiguous."""
    return np.ascontiguousarray(frame).reshape(-1).view(np.uint16)


def looked_up(frame: Half, table: NDArray[Code]) -> NDArray[Code]:
    """`table[bits of each sample]` in the shape of `frame`; `table` has 65 536 entries."""
    out = np.empty(frame.shape, table.dtype)
    _look_up(bits(frame), table, out.reshape(-1))
    return out


def light_of(frame: Half) -> tuple[float, float, int, bool]:
    """Peak, mean and number above 1.0 of max(R, G, B) over the pixels of `(height, width, 3)`; whether all is finite.

    Negative light counts as none. The figures mean nothing where a sample is not finite.
    """
    peak, total, above, finite = _light(bits(frame), _LIGHT, _ONE)
    return float(peak), total / (frame.size // 3), int(above), bool(finite)


@njit(["void(u2[::1], u1[::1], u1[::1])", "void(u2[::1], u2[::1], u2[::1])"], nogil=True, cache=True)
def _look_up(samples, table, out):
    for i in range(samples.size):
        out[i] = table[samples[i]]


@njit(nogil=True, cache=True)
def half_bits(value):
    """The bit pattern of the half nearest to a float32 below 65520, ties to the even one: what NumPy's cast gives."""
    value = np.float32(value)
    pattern = np.int64(value.view(np.uint32))
    sign = (pattern >> 16) & 0x8000
    size = pattern & 0x7FFFFFFF
    if size < 0x38800000:
        # Below 2^-14 halves are multiples of 2^-24, which is what floats from 0.5 on are: the sum is rounded to one.
        small = np.float32(abs(value) + np.float32(0.5))
        return np.uint16(sign | (np.int64(small.view(np.uint32)) - 0x3F000000))
    odd = (size >> 13) & 1
    return np.uint16(sign | ((size - 0x38000000 + 0xFFF + odd) >> 13))


@njit("Tuple((f4, f8, i8, b1))(u2[::1], f4[::1], i2)", nogil=True, cache=True)
def _light(samples, light, one):
    total = 0.0
    peak = np.int16(-32768)
    above = 0
    special = 0
    for i in range(0, samples.size, 3):
        # Halves sort like their bits read as sign and magnitude, so one look-up per pixel is enough.
        r = np.int16(samples[i])
        g = np.int16(samples[i + 1])
        b = np.int16(samples[i + 2])
        for s in (r, g, b):
            special += (s & 0x7C00) == 0x7C00
        r = np.int16(r ^ ((r >> 15) & 0x7FFF))
        g = np.int16(g ^ ((g >> 15) & 0x7FFF))
        b = np.int16(b ^ ((b >> 15) & 0x7FFF))
        top = max(r, max(g, b))
        peak = max(peak, top)
        above += top > one
        total += light[max(top, 0)]
    return light[max(peak, 0)], total, above, special == 0
