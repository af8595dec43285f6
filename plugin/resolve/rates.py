"""Frame rates and timecode as Resolve writes them."""

from __future__ import annotations

from fractions import Fraction

from plugin.hosting.rates import exact_rate

from .api import words


def rate_of(value: object) -> Fraction | None:
    """From "24", "23.976", 29.97 or "29.97 DF"; none for what is no rate."""
    try:
        return exact_rate(float(str(value).replace("DF", "").strip()))
    except ValueError:
        return None


def is_drop_frame(value: object) -> bool:
    return words(value).endswith("DF")


def nominal(rate: Fraction) -> int:
    """The whole number of frames that timecode counts in a second."""
    return max(1, round(rate))


def rate_text(rate: Fraction) -> str:
    """As Resolve wants to be told: "23.976", "24"."""
    return str(rate.numerator) if rate.denominator == 1 else f"{float(rate):.3f}".rstrip("0")


def timecode(frame: int, rate: Fraction) -> str:
    """The non-drop time address of a frame count; wraps at 24 hours."""
    each = nominal(rate)
    seconds, frames = divmod(frame, each)
    return f"{seconds // 3600 % 24:02}:{seconds // 60 % 60:02}:{seconds % 60:02}:{frames:02}"
