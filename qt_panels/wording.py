"""Figures as people read them: durations, money, sizes, light. Everything here is translated."""

from __future__ import annotations

import math
from fractions import Fraction

from PySide6.QtCore import QCoreApplication, QLocale

from bridge.domain.estimate import Estimate, Seconds


def duration(seconds: float) -> str:
    """“12 s”, “3 min 20 s”, “2 h 5 min”: two units at most, and no more exact than it can be."""
    whole = max(0, round(seconds))
    if whole < 60:
        return QCoreApplication.translate("Wording", "{seconds} s").format(seconds=whole)
    if whole < 3600:
        minutes, rest = divmod(whole, 60)
        if rest and whole < 600:
            return QCoreApplication.translate("Wording", "{minutes} min {seconds} s").format(
                minutes=minutes, seconds=rest
            )
        return QCoreApplication.translate("Wording", "{minutes} min").format(minutes=round(whole / 60))
    hours, rest = divmod(round(whole / 60), 60)
    if rest:
        return QCoreApplication.translate("Wording", "{hours} h {minutes} min").format(hours=hours, minutes=rest)
    return QCoreApplication.translate("Wording", "{hours} h").format(hours=hours)


def time_range(seconds: Seconds) -> str:
    """“2 to 3 min”: ends that read the same are said once."""
    low, high = _rounded(seconds.low), _rounded(seconds.high)
    if high <= 1:
        return QCoreApplication.translate("Wording", "a second")
    first, last = duration(low), duration(high)
    if first == last:
        return QCoreApplication.translate("Wording", "about {time}").format(time=last)
    return QCoreApplication.translate("Wording", "{low} to {high}").format(low=first, high=last)


def _rounded(seconds: float) -> float:
    """To what an estimate can claim: 5 s steps below two minutes, minutes above."""
    if seconds < 15:
        return math.ceil(seconds)
    step = 5 if seconds < 120 else 60
    return round(seconds / step) * step


def money(dollars: float) -> str:
    """US dollars; sums below a cent are not called nothing."""
    if 0 < dollars < 0.01:
        return QCoreApplication.translate("Wording", "less than $0.01")
    return QCoreApplication.translate("Wording", "${amount}").format(amount=QLocale().toString(dollars, "f", 2))


def estimate_text(estimate: Estimate | None, cost: float | None, *, known: bool = True) -> str:
    """“about 2 min, $0.91”; empty where nothing is known of the time and nothing is charged. `known` is whether it is
    known what is charged.
    """
    time = time_range(estimate.seconds) if estimate and estimate.seconds else ""
    price = money(cost) if cost is not None else ""
    if not known:
        price = QCoreApplication.translate("Wording", "cost not known")
    if time and price:
        return QCoreApplication.translate("Wording", "{time}, {cost}").format(time=time, cost=price)
    return time or price


def rate(value: Fraction) -> str:
    """“23.976 fps”, “25 fps”."""
    text = QLocale().toString(float(value), "g", 5)
    return QCoreApplication.translate("Wording", "{rate} fps").format(rate=text)


def nits(value: float) -> str:
    digits = 2 if value < 10 else 1 if value < 100 else 0
    return QCoreApplication.translate("Wording", "{value} cd/m²").format(value=QLocale().toString(value, "f", digits))


def stops(value: float) -> str:
    return QCoreApplication.translate("Wording", "{value} stops").format(value=f"{value:+.1f}")
