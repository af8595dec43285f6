"""ARRI LogC3 at EI 800: how codes become light and light becomes codes.

The curve alone: LTX's HDR models use it with Rec.709 primaries, so an input transform that also goes from ARRI Wide
Gamut would be wrong. Constants from ARRI, “ALEXA LogC Curve, Usage in VFX” (2017), EI 800, linear scene exposure; the
same as in `ltx_core.hdr`.
"""

from __future__ import annotations

import math
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

_CUT = 0.010591
_A = 5.555556
_B = 0.052272
_C = 0.247190
_D = 0.385537
_E = 5.367655
_F = 0.092809
_CUT_CODE = _E * _CUT + _F
_STEEPNESS = math.log(10) / _C

_Float = TypeVar("_Float", np.float16, np.float32, np.float64)


def logc3_decode(codes: ArrayLike, dtype: type[_Float] = np.float32, *, keep_toe: bool = False) -> NDArray[_Float]:
    """Scene-linear light of LogC3 codes in 0..1, any shape; 1.0 is reference white and code 1 is 55.08.

    Codes below 0.0928 stand for negative light, down to -0.01729: they become 0 unless `keep_toe`. Codes outside 0..1
    count as the end they lie beyond, as in LTX's own pipeline. What is no number stays none. Computed in float64 if
    that is asked for, else in float32, with a relative error below 2e-6: a thousandth of half a float16 step.
    """
    code = np.clip(np.asarray(codes, np.float64 if dtype is np.float64 else np.float32), 0.0, 1.0)
    log = (np.exp((code - _D) * _STEEPNESS) - _B) / _A
    light = np.where(code >= _CUT_CODE, log, (code - _F) / _E)
    if not keep_toe:
        light = np.maximum(light, 0.0)
    return light.astype(dtype, copy=False)


def logc3_encode(light: ArrayLike, dtype: type[_Float] = np.float32) -> NDArray[_Float]:
    """LogC3 codes of scene-linear light, 0..1: the inverse of `logc3_decode` with the toe kept. Light that no code
    stands for gets the nearest one.
    """
    x = np.asarray(light, np.float64 if dtype is np.float64 else np.float32)
    # The branch that is not taken must not take the logarithm of what is negative.
    log = _C * np.log10(_A * np.maximum(x, _CUT) + _B) + _D
    code = np.where(x >= _CUT, log, _E * x + _F)
    return np.clip(code, 0.0, 1.0).astype(dtype, copy=False)
