"""Transfer functions in float64: how codes become light and light becomes codes.

SDR light is relative to reference white (1.0); PQ light is in cd/m2. Where a power function is not defined, or a
standard ends, the argument is clamped to its domain first: negative codes and negative light count as zero. SDR codes
above 1.0 (super-white) are not clamped.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bridge.domain.color import PEAK_NITS, Transfer

Curve = Callable[[ArrayLike], NDArray[np.float64]]

_GAMMA = 2.4

# SMPTE ST 2084:2014, section 5.2.
_M1 = 2610 / 16384
_M2 = 2523 / 4096 * 128
_C1 = 3424 / 4096
_C2 = 2413 / 4096 * 32
_C3 = 2392 / 4096 * 32


def _not_negative(values: ArrayLike) -> NDArray[np.float64]:
    return np.maximum(np.asarray(values, np.float64), 0.0)


def bt1886(code: ArrayLike) -> NDArray[np.float64]:
    """Light of an SDR code, both 1.0 at white: ITU-R BT.1886 with gamma 2.4 and zero black."""
    return _not_negative(code) ** _GAMMA


def bt1886_inverse(light: ArrayLike) -> NDArray[np.float64]:
    """SDR code of light, both 1.0 at white: the inverse of `bt1886`."""
    return _not_negative(light) ** (1 / _GAMMA)


def srgb(code: ArrayLike) -> NDArray[np.float64]:
    """Light of an sRGB code, both 1.0 at white: IEC 61966-2-1:1999, the piecewise curve."""
    v = _not_negative(code)
    return np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4)


def srgb_inverse(light: ArrayLike) -> NDArray[np.float64]:
    """sRGB code of light, both 1.0 at white: the inverse of `srgb`."""
    v = _not_negative(light)
    return np.where(v <= 0.0031308, v * 12.92, 1.055 * v ** (1 / 2.4) - 0.055)


def pq_from_nits(nits: ArrayLike) -> NDArray[np.float64]:
    """PQ code in 0..1 of light in cd/m2, clamped to 0..10 000: the inverse EOTF of SMPTE ST 2084."""
    y = (np.clip(np.asarray(nits, np.float64), 0.0, PEAK_NITS) / PEAK_NITS) ** _M1
    return ((_C1 + _C2 * y) / (1 + _C3 * y)) ** _M2


def nits_from_pq(code: ArrayLike) -> NDArray[np.float64]:
    """Light in cd/m2, 0..10 000, of a PQ code clamped to 0..1: the EOTF of SMPTE ST 2084."""
    e = np.clip(np.asarray(code, np.float64), 0.0, 1.0) ** (1 / _M2)
    return PEAK_NITS * (np.maximum(e - _C1, 0.0) / (_C2 - _C3 * e)) ** (1 / _M1)


def eotf(transfer: Transfer) -> Curve:
    """The function that turns SDR codes into light, both 1.0 at white. `linear` clamps negative codes as well."""
    match transfer:
        case "bt1886":
            return bt1886
        case "srgb":
            return srgb
        case "linear":
            return _not_negative
