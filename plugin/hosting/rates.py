"""Frame rates as exact fractions: most hosts know them as floating point numbers only."""

from __future__ import annotations

from fractions import Fraction

_NTSC = tuple(Fraction(nominal * 1000, 1001) for nominal in (24, 30, 48, 60, 96, 120, 240))
_CLOSE = 0.005
"""Frames per second by which 23.98 or 59.94 miss what they mean; whole rates are much further off."""


def exact_rate(fps: float) -> Fraction | None:
    """24000/1001 for 23.976, 25 for 25.0; none for what is no rate."""
    if not 0 < fps <= 1000:
        return None
    whole = round(fps)
    if abs(fps - whole) < 1e-9:
        return Fraction(whole)
    near = next((rate for rate in _NTSC if abs(fps - float(rate)) < _CLOSE), None)
    return near or Fraction(fps).limit_denominator(1001)
