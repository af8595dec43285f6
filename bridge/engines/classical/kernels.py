"""Pixel loops, compiled at first use and kept in numba's cache. They release the interpreter lock."""

# pyright: reportUnknownParameterType=false, reportMissingParameterType=false

from __future__ import annotations

import math

import numpy as np
from numba import njit


@njit(nogil=True, cache=True)
def count_codes(codes, shift, maximum, luma):
    """Add the histograms of max(R, G, B) and of luma (ITU-R BT.709 weights on codes), both in codes of 8 bits."""
    _, height, width = codes.shape
    for y in range(height):
        for x in range(width):
            r = codes[0, y, x] >> shift
            g = codes[1, y, x] >> shift
            b = codes[2, y, x] >> shift
            maximum[max(r, max(g, b))] += 1
            luma[int(0.2126 * r + 0.7152 * g + 0.0722 * b + 0.5)] += 1


@njit(nogil=True, cache=True)
def by_pair(codes, table, out):
    """`out[y, x, c] = table[max(R, G, B), codes[c]]`, all half-float bit patterns (uint16)."""
    _, height, width = codes.shape
    for y in range(height):
        for x in range(width):
            r = codes[0, y, x]
            g = codes[1, y, x]
            b = codes[2, y, x]
            row = table[max(r, max(g, b))]
            out[y, x, 0] = row[r]
            out[y, x, 1] = row[g]
            out[y, x, 2] = row[b]


@njit(nogil=True, cache=True)
def by_product(codes, light, gain, peak, out):
    """`out[y, x, c] = min(peak, light[v] * gain[v + max(R, G, B)])` in float32, at any depth."""
    _, height, width = codes.shape
    for y in range(height):
        for x in range(width):
            r = np.int64(codes[0, y, x])
            g = np.int64(codes[1, y, x])
            b = np.int64(codes[2, y, x])
            m = max(r, max(g, b))
            out[y, x, 0] = min(peak, light[r] * gain[r + m])
            out[y, x, 1] = min(peak, light[g] * gain[g + m])
            out[y, x, 2] = min(peak, light[b] * gain[b + m])


@njit(nogil=True, cache=True)
def bt2446a(codes, light, to_2020, scale, peak, out):
    """Report ITU-R BT.2446-1 (2021) section 4, method A, inverse, for a 1000 cd/m2 target.

    Works on gamma-2.4 signals in BT.2020 primaries: luma is expanded by a power whose exponent depends on it, chroma in
    proportion. `scale` is 1000 cd/m2 in units of `out`; `out` is in BT.2020 primaries.
    """
    _, height, width = codes.shape
    for y in range(height):
        for x in range(width):
            lr = light[codes[0, y, x]]
            lg = light[codes[1, y, x]]
            lb = light[codes[2, y, x]]
            r = (to_2020[0, 0] * lr + to_2020[0, 1] * lg + to_2020[0, 2] * lb) ** (1.0 / 2.4)
            g = (to_2020[1, 0] * lr + to_2020[1, 1] * lg + to_2020[1, 2] * lb) ** (1.0 / 2.4)
            b = (to_2020[2, 0] * lr + to_2020[2, 1] * lg + to_2020[2, 2] * lb) ** (1.0 / 2.4)
            luma = 0.2627 * r + 0.6780 * g + 0.0593 * b
            y8 = 255.0 * luma
            if y8 <= 70.0:
                exponent = (1.8712e-5 * y8 - 2.7334e-3) * y8 + 1.3141
            else:
                exponent = (2.8305e-6 * y8 - 7.4622e-4) * y8 + 1.2528
            bright = y8**exponent
            chroma = 1.075 * bright / y8 if y8 > 0.0 else 1.0
            cb = 255.0 * chroma * (b - luma) / 1.8814
            cr = 255.0 * chroma * (r - luma) / 1.4746
            for c in range(3):
                if c == 0:
                    value = bright + 1.4746 * cr
                elif c == 1:
                    value = bright - (0.0593 * 1.8814 * cb + 0.2627 * 1.4746 * cr) / 0.6780
                else:
                    value = bright + 1.8814 * cb
                value = max(value, 0.0) / 1000.0
                out[y, x, c] = min(peak, scale * value**2.4)


@njit(nogil=True, cache=True)
def bt2446c(codes, light, weights, scale, peak, out):
    """Report ITU-R BT.2446-1 (2021) section 6, method C, inverse, without its crosstalk matrix.

    Luminance of a 100 cd/m2 display is expanded; chromaticity stays. `scale` is 1 cd/m2 in units of `out`.
    """
    _, height, width = codes.shape
    for y in range(height):
        for x in range(width):
            r = light[codes[0, y, x]]
            g = light[codes[1, y, x]]
            b = light[codes[2, y, x]]
            luminance = 100.0 * (weights[0] * r + weights[1] * g + weights[2] * b)
            if luminance <= 0.0:
                gain = 0.0
            elif luminance < 58.535:
                gain = 100.0 * scale / 0.83802
            else:
                bright = 58.535 / 0.83802 * (math.exp((luminance - 78.99439) / 15.09968) + 0.74204)
                gain = 100.0 * scale * bright / luminance
            out[y, x, 0] = min(peak, r * gain)
            out[y, x, 1] = min(peak, g * gain)
            out[y, x, 2] = min(peak, b * gain)
