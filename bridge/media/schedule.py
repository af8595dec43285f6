"""When each frame of a movie is on display, and the constant rate that this amounts to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

_STANDARD_RATES = (
    *(Fraction(whole) for whole in (24, 25, 30, 48, 50, 60, 100, 120)),
    *(Fraction(whole * 1000, 1001) for whole in (24, 30, 48, 60, 120)),
)


@dataclass(frozen=True)
class Schedule:
    """The readable frames of a movie in display order.

    `times` are their presentation times in units of `time_base`, ascending; none where the container keeps no times,
    and frames can only be counted from the start. `key_times` and `key_seeks` are, for each random access point in
    display order, its presentation time and the time to seek to.
    """

    readable: int
    time_base: Fraction
    times: NDArray[np.int64] | None = None
    key_times: tuple[int, ...] = ()
    key_seeks: tuple[int, ...] = ()
    last_duration: int = 0

    def seconds(self) -> NDArray[np.float64] | None:
        """Time of each frame since the first."""
        return None if self.times is None else (self.times - self.times[0]) * float(self.time_base)

    def number_at(self, time: int | None) -> int | None:
        """Which frame has this presentation time; none where no readable frame has it."""
        if self.times is None or time is None:
            return None
        number = int(np.searchsorted(self.times, time))
        return number if number < len(self.times) and self.times[number] == time else None


@dataclass(frozen=True)
class Cadence:
    """The constant rate of the output, and which frame of the movie each of its frames shows.

    `shown` is none where they are the same, one to one. `uneven` is true where the movie itself has no constant rate.
    """

    rate: Fraction
    frames: int
    shown: NDArray[np.int32] | None = None
    uneven: bool = False

    def source_of(self, index: int) -> int:
        return index if self.shown is None else int(self.shown[index])

    def first_showing(self, source: int) -> int:
        """The first output frame that shows `source` or a later one."""
        return source if self.shown is None else int(np.searchsorted(self.shown, source))


def standard_rate(rate: Fraction) -> Fraction:
    """The rate in use that `rate` is a rounding of, 24000/1001 for 23.976; else a fraction fit for a file header."""
    nearest = _nearest(rate)
    return nearest if abs(rate / nearest - 1) < Fraction(1, 5000) else rate.limit_denominator(1001)


def settle(schedule: Schedule, declared: Fraction | None, stated: Sequence[Fraction]) -> Cadence:
    """The cadence at `declared`, or at the first of the `stated` rates that fits.

    A rate fits when every frame lies within half a frame of its even place, which lets millisecond time stamps and the
    jitter of phones pass. Where none fits, each output frame shows what is on display at its time.
    """
    seconds = schedule.seconds()
    if seconds is None:
        return Cadence(declared or standard_rate(stated[0]), schedule.readable)
    candidates = _candidates((*stated, *_median_rate(seconds)))
    own = next((rate for rate in candidates if _fits(seconds, rate)), None)
    rate = declared or own or candidates[0]
    if rate == own or _fits(seconds, rate):
        return Cadence(rate, schedule.readable, uneven=own is None)
    tick = float(schedule.time_base)
    steps = np.diff(seconds)
    end = seconds[-1] + (
        schedule.last_duration * tick or (float(np.median(steps)) if len(steps) else 1 / float(rate))
    )
    frames = max(1, round(end * float(rate)))
    # A time stamp that was rounded up must not push its frame into the next slot.
    slack = min(tick, 0.25 / float(rate))
    moments = np.arange(frames) / float(rate) + slack
    shown = np.searchsorted(seconds, moments, side="right") - 1
    return Cadence(rate, frames, shown.astype(np.int32), uneven=own is None)


def _nearest(rate: Fraction) -> Fraction:
    return min(_STANDARD_RATES, key=lambda known: abs(known - rate))


def _candidates(rates: Sequence[Fraction]) -> list[Fraction]:
    """The rates themselves where they are in use; then the rates in use that averages come close to; then the rest."""
    usable = [standard_rate(rate) for rate in rates if 0 < rate <= 1000] or [_STANDARD_RATES[0]]
    exact = [rate for rate in usable if rate in _STANDARD_RATES]
    close = [_nearest(rate) for rate in usable if abs(_nearest(rate) / rate - 1) < Fraction(1, 100)]
    return [*exact, *close, *usable]


def _fits(seconds: NDArray[np.float64], rate: Fraction) -> bool:
    return bool(np.all(np.abs(seconds * float(rate) - np.arange(len(seconds))) < 0.5))


def _median_rate(seconds: NDArray[np.float64]) -> tuple[Fraction, ...]:
    if len(seconds) < 2:
        return ()
    return (Fraction(1 / float(np.median(np.diff(seconds)))).limit_denominator(100_000),)
