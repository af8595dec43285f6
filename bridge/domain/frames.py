"""Frame ranges, frame rates and timecode.

Ranges are half open. Rates are exact fractions. Timecode is derived from a frame number and never stored as truth.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from .errors import RequestError

_NTSC = {Fraction(nominal * 1000, 1001): nominal for nominal in (24, 30, 48, 60, 120)}


@dataclass(frozen=True, order=True)
class FrameRange:
    """`[start, end)` in frames; never negative in length."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(f"range ends at {self.end}, before it starts at {self.start}")

    def __len__(self) -> int:
        return self.end - self.start

    def __contains__(self, frame: int) -> bool:
        return self.start <= frame < self.end

    def contains_range(self, other: FrameRange) -> bool:
        return self.start <= other.start and other.end <= self.end

    def shifted(self, by: int) -> FrameRange:
        return FrameRange(self.start + by, self.end + by)

    def widened(self, handles: int, within: FrameRange) -> FrameRange:
        """Grown by `handles` frames at both ends, but not beyond `within`."""
        return FrameRange(max(within.start, self.start - handles), min(within.end, self.end + handles))

    def __str__(self) -> str:
        return f"{self.start}-{self.end}"

    @classmethod
    def parse(cls, text: str) -> FrameRange:
        """`"24-48"`: frame 24 up to, not including, frame 48."""
        match = re.fullmatch(r"\s*(\d+)\s*-\s*(\d+)\s*", text)
        if not match or int(match[2]) <= int(match[1]):
            raise RequestError(
                f"“{text}” is not a frame range.",
                remedy="Write START-END, where END is the first frame that is left out, for instance 24-48.",
            )
        return cls(int(match[1]), int(match[2]))


def parse_rate(text: str) -> Fraction:
    """A frame rate from `"25"`, `"24000/1001"` or the trade's `"23.976"`, `"29.97"`, `"59.94"`."""
    try:
        rate = Fraction(text.strip())
    except (ValueError, ZeroDivisionError):
        raise RequestError(f"“{text}” is not a frame rate.", remedy="Write 25, 23.976 or 24000/1001.") from None
    for ntsc in _NTSC:
        if abs(float(rate) - float(ntsc)) < 0.004 and rate.denominator not in (1, 1001):
            return ntsc
    if not 0 < rate <= 1000:
        raise RequestError(f"{text} frames per second is outside 0 to 1000.")
    return rate


def nominal_rate(rate: Fraction) -> int:
    """The whole number of frames that timecode counts per second: 24 for 24000/1001."""
    return _NTSC.get(rate, max(1, round(rate)))


@dataclass(frozen=True)
class Timecode:
    """SMPTE ST 12-1 time address."""

    hours: int
    minutes: int
    seconds: int
    frames: int
    drop_frame: bool = False

    def __str__(self) -> str:
        separator = ";" if self.drop_frame else ":"
        return f"{self.hours:02}:{self.minutes:02}:{self.seconds:02}{separator}{self.frames:02}"

    @classmethod
    def parse(cls, text: str) -> Timecode:
        match = re.fullmatch(r"\s*(\d{1,2}):(\d{2}):(\d{2})([:;.,])(\d{2,3})\s*", text)
        if not match:
            raise RequestError(
                f"“{text}” is not a timecode.", remedy="Write HH:MM:SS:FF, or HH:MM:SS;FF for drop frame."
            )
        hours, minutes, seconds, frames = (int(match[i]) for i in (1, 2, 3, 5))
        return cls(hours, minutes, seconds, frames, match[4] in ";,")

    def to_frame(self, rate: Fraction) -> int:
        """The frame count since 00:00:00:00 at `rate`."""
        nominal = nominal_rate(rate)
        minutes = self.hours * 60 + self.minutes
        frame = (minutes * 60 + self.seconds) * nominal + self.frames
        if self.drop_frame:
            frame -= _dropped_per_minute(nominal) * (minutes - minutes // 10)
        return frame

    @classmethod
    def from_frame(cls, frame: int, rate: Fraction, drop_frame: bool = False) -> Timecode:
        """The time address of a frame count; wraps at 24 hours as the standard does."""
        nominal = nominal_rate(rate)
        if drop_frame:
            drop = _dropped_per_minute(nominal)
            per_ten = nominal * 600 - drop * 9
            per_minute = nominal * 60 - drop
            frame %= per_ten * 144
            tens, rest = divmod(frame, per_ten)
            frame += drop * 9 * tens
            if rest >= nominal * 60:
                frame += drop * ((rest - nominal * 60) // per_minute + 1)
        seconds, frames = divmod(frame, nominal)
        return cls(seconds // 3600 % 24, seconds // 60 % 60, seconds % 60, frames, drop_frame)


def _dropped_per_minute(nominal: int) -> int:
    if nominal % 30:
        raise RequestError(f"Drop-frame timecode is not defined at {nominal} frames per second.")
    return nominal // 15
