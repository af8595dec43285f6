"""What was measured of a result, in plain words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale

from bridge.domain.job import Deliverable
from qt_panels import wording
from qt_panels.counts import counts

_SEEN_FLICKER = 0.05
"""Stops between neighbouring frames: 3.5 % of luminance, a little above what is seen as a flash in a still picture."""


def verdict(result: Deliverable) -> tuple[str, ...]:
    """A sentence for each thing that was measured; what was not is left out."""
    measures = result.measures
    told = [
        _light(measures.get("max_cll"), measures.get("max_fall")),
        _share(measures.get("share_above_white")),
        _fidelity(
            measures.get("fidelity_stops"), measures.get("fidelity_limit_stops"), measures.get("frames_checked")
        ),
        _flicker(measures.get("flicker_stops")),
        _seams(measures.get("seams")),
    ]
    return (*(each for each in told if each), *result.warnings)


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _light(brightest: object, average: object) -> str:
    peak, mean = _number(brightest), _number(average)
    if peak is None or mean is None:
        return ""
    return QCoreApplication.translate("Verdict", "MaxCLL {peak}, MaxFALL {average}").format(
        peak=wording.nits(peak), average=wording.nits(mean)
    )


def _share(value: object) -> str:
    share = _number(value)
    if share is None:
        return ""
    text = QLocale().toString(share * 100, "f", 1 if share < 0.1 else 0)
    return QCoreApplication.translate(
        "Verdict", "{percent} % of the pixels are brighter than reference white"
    ).format(percent=text)


def _fidelity(value: object, limit: object, frames: object) -> str:
    stops = _number(value)
    count = len(frames) if isinstance(frames, list) else 0
    if stops is None or not count:
        return ""
    off = QLocale().toString(stops, "f", 4)
    if _number(limit) is None:
        return QCoreApplication.translate(
            "Verdict", "The SDR range is at most {stops} stops off in {frames} read back"
        ).format(stops=off, frames=counts.frames(count))
    return QCoreApplication.translate(
        "Verdict", "SDR range untouched: at most {stops} stops off in {frames} read back"
    ).format(stops=off, frames=counts.frames(count))


def _flicker(value: object) -> str:
    stops = _number(value)
    if stops is None:
        return ""
    text = QLocale().toString(stops, "f", 3)
    if stops <= _SEEN_FLICKER:
        return QCoreApplication.translate(
            "Verdict", "No flicker to see: the lift changes by {stops} stops at most"
        ).format(stops=text)
    return QCoreApplication.translate(
        "Verdict", "Look for flicker: the lift changes by {stops} stops between two frames"
    ).format(stops=text)


def _seams(value: object) -> str:
    if not isinstance(value, list):
        return ""
    if not value:
        return QCoreApplication.translate("Verdict", "No seams: made in one piece")
    return counts.seams(len(value))
