"""How long work will take, from how long such work has taken here, and what it costs."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence

from bridge.domain.capability import Capability
from bridge.domain.estimate import MEGAPIXEL, Estimate, Seconds, Workload
from bridge.domain.job import Imported, Job, Ready

RECENT = 20
"""Jobs that count: an engine, a machine and its load change over time."""

_LONGEST = 7 * 24 * 3600.0
"""A job that seems to have taken longer has met a clock that jumped, or a machine that slept."""

_FEW = 0.2
"""With one job to go by, the range is this share of it to either side; with more, it is their own spread and less of
this.
"""


def estimate(loads: Sequence[Workload], finished: Iterable[Job], capabilities: Iterable[Capability]) -> Estimate:
    """Of `loads` one after another. `finished` are jobs of any backend and state, the newest first."""
    history = list(finished)
    offered = {(each.backend, each.workflow): each for each in capabilities}
    low = high = cost = 0.0
    charged = False
    known = True
    jobs = 0
    for load in loads:
        paces = _paces(load, history)
        known = known and bool(paces)
        if paces:
            seconds = _seconds(load.megapixels, paces)
            low, high = low + seconds.low, high + seconds.high
            jobs = max(jobs, len(paces))
        capability = offered.get((load.backend, load.workflow))
        if capability and capability.price_per_megapixel is not None:
            charged = True
            cost += capability.price_per_megapixel * load.megapixels
    return Estimate(seconds=Seconds(low=low, high=high) if known else None, cost=cost if charged else None, jobs=jobs)


def _paces(load: Workload, history: Iterable[Job]) -> list[tuple[float, float]]:
    """Megapixels and seconds of recent jobs of the same kind."""
    found: list[tuple[float, float]] = []
    for job in history:
        request = job.request
        if (request.backend, request.workflow) != (load.backend, load.workflow) or job.started is None:
            continue
        match job.state:
            case Ready(result=result) | Imported(result=result):
                seconds = (job.ended - job.started).total_seconds() if job.ended else 0.0
                megapixels = result.frames * result.width * result.height / MEGAPIXEL
                if 0 < seconds < _LONGEST and megapixels > 0:
                    found.append((megapixels, seconds))
            case _:
                continue
        if len(found) == RECENT:
            break
    return found


def _seconds(megapixels: float, paces: Sequence[tuple[float, float]]) -> Seconds:
    """A start-up time and a pace, fitted to earlier jobs by Theil and Sen's median of slopes, which a few odd ones do
    not pull away; the range is the spread of those jobs around the fit.
    """
    slopes = [
        (s2 - s1) / (m2 - m1)
        for i, (m1, s1) in enumerate(paces)
        for m2, s2 in paces[i + 1 :]
        if abs(m2 - m1) > 0.05 * max(m1, m2)
    ]
    through_zero = statistics.median(s / m for m, s in paces)
    pace = min(max(0.0, statistics.median(slopes)), through_zero) if slopes else through_zero
    start = max(0.0, statistics.median(s - pace * m for m, s in paces))
    ratios = sorted(s / (start + pace * m) for m, s in paces)
    likely = start + pace * megapixels
    few = _FEW / len(paces) ** 0.5
    lowest, highest = min(ratios[len(ratios) // 10], 1.0) - few, max(ratios[-1 - len(ratios) // 10], 1.0) + few
    return Seconds(low=likely * lowest, high=likely * highest)
