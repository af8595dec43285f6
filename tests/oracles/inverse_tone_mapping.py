"""The embedded engine's formulas, pixel by pixel in plain Python floats.

Nothing here is imported from the engine. Sources: the calibration of the C4 curve (knots and profiles as published with
it), ITU-R BT.1886, IEC 61966-2-1, Report ITU-R BT.2446-1 sections 4 and 6, ITU-R BT.709, BT.2020, BT.2087.
"""

from __future__ import annotations

import math

import numpy as np

POSITIONS = [0.0, 0.35, 0.55, 0.70, 0.80, 0.88, 0.94, 0.975, 1.0]


def light(code: float, transfer: str = "bt1886") -> float:
    if transfer == "bt1886":
        return code**2.4
    return code / 12.92 if code <= 0.04045 else ((code + 0.055) / 1.055) ** 2.4


def statistics(frames, bits):
    """top, c, r, cy over `frames`, each (3, H, W), by counting pixel values one by one."""
    shift = bits - 8
    counts = [0] * 256
    lumas = [0] * 256
    pixels = 0
    for frame in frames:
        for r, g, b in frame.reshape(3, -1).T.astype(int) >> shift:
            counts[max(r, g, b)] += 1
            lumas[int(0.2126 * r + 0.7152 * g + 0.0722 * b + 0.5)] += 1
            pixels += 1
    top = max((code for code in range(256) if counts[code] / pixels > 0.0002), default=0)

    def share(table, low, high):
        return sum(table[code] for code in range(256) if low <= code <= high) / pixels

    c = share(counts, top - 1, top)
    below = share(counts, top - 24, top - 2)
    r = c / (c + below) if c + below else 0.0
    return top, c, r, share(lumas, top - 8, 255)


def c4_gains(c, r, cy, strength=1.0):
    s = [0, 0, 0, 0.077, 0.260, 0.519, 1.227, 1.674, 3.426]
    h = [0, 0, 0, 0.160, 0.288, 0.501, 0.891, 0.896, 1.584]
    d = [0, 0, 0, -0.534, -1.110, -0.851, 0.917, 0.638, 1.088]
    w = 1 / (1 + math.exp(-(r - 0.637) / 0.236)) if c > 0.002 else 0.0
    gains, highest = [], 0.0
    for i in range(9):
        k = (1 - w) * s[i] + w * (h[i] + d[i] * (math.sqrt(cy) - 0.3))
        highest = max(highest, k, 0.0)
        gains.append(strength * highest)
    return gains


def hard_clip_gains(cy, strength=1.0):
    white = 2.0 - 0.9 * min(1.0, math.sqrt(cy) / 0.6)
    return [strength * g for g in (0, 0, 0, 0, 0, 0, 0.03, 0.10, white)]


def stops(u, gains):
    for i in range(8):
        if u <= POSITIONS[i + 1]:
            t = (u - POSITIONS[i]) / (POSITIONS[i + 1] - POSITIONS[i])
            return gains[i] + t * (gains[i + 1] - gains[i])
    return gains[8]


def curve_pixel(rgb, bits, gains, *, transfer="bt1886", peak=10000 / 203):
    """Linear RGB of one pixel of codes."""
    v = [code / (2**bits - 1) for code in rgb]
    return [min(peak, light(x, transfer) * 2 ** stops(0.5 * x + 0.5 * max(v), gains)) for x in v]


def bt2446a_pixel(rgb, bits, *, white=203.0):
    """Linear BT.2020 RGB of one pixel of BT.709 codes; 1.0 is `white` cd/m2."""
    to_2020 = [[0.6274, 0.3293, 0.0433], [0.0691, 0.9195, 0.0114], [0.0164, 0.0880, 0.8956]]  # BT.2087-0
    lin = [light(code / (2**bits - 1)) for code in rgb]
    r, g, b = (sum(m * x for m, x in zip(row, lin, strict=True)) ** (1 / 2.4) for row in to_2020)
    y = 0.2627 * r + 0.6780 * g + 0.0593 * b
    cb, cr = (b - y) / 1.8814, (r - y) / 1.4746
    y8 = 255 * y
    a1, a2, a3 = (1.8712e-5, -2.7334e-3, 1.3141) if y8 <= 70 else (2.8305e-6, -7.4622e-4, 1.2528)
    y_hdr = y8 ** (a1 * y8 * y8 + a2 * y8 + a3)
    scale = 1.075 * y_hdr / y8 if y8 > 0 else 1.0
    cb_hdr, cr_hdr = 255 * cb * scale, 255 * cr * scale
    red, blue = y_hdr + 1.4746 * cr_hdr, y_hdr + 1.8814 * cb_hdr
    green = (y_hdr - 0.2627 * red - 0.0593 * blue) / 0.6780
    return [1000 * (max(x, 0.0) / 1000) ** 2.4 / white for x in (red, green, blue)]


def bt2446c_pixel(rgb, bits, *, white=203.0):
    """Linear BT.709 RGB of one pixel of BT.709 codes; 1.0 is `white` cd/m2."""
    lin = [100 * light(code / (2**bits - 1)) for code in rgb]
    y = 0.2126 * lin[0] + 0.7152 * lin[1] + 0.0722 * lin[2]
    if y <= 0:
        return [0.0, 0.0, 0.0]
    k1, k2, k3, k4 = 0.83802, 15.09968, 0.74204, 78.99439
    y_hdr = y / k1 if y < 58.535 else 58.535 / k1 * (math.exp((y - k4) / k2) + k3)
    return [x * y_hdr / y / white for x in lin]


def half_steps(value: float) -> float:
    """Distance to the next half float at `value`."""
    return float(np.spacing(np.float16(abs(value)))) if abs(value) > 0 else 2.0**-24
