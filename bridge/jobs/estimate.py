"""How long work will take, from how long such work has taken here, and what it costs."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bridge.domain.capability import Capability
from bridge.domain.errors import RequestError
from bridge.domain.estimate import Estimate, Seconds, Workload
from bridge.domain.job import Imported, Job, Ready
from bridge.domain.price import MEGAPIXEL

RECENT = 20
"""Jobs of a kind that count: an engine, a machine and its load change over time."""

_LONGEST = 7 * 24 * 3600.0
"""A job that seems to have taken longer has met a clock that jumped, or a machine that slept."""

_FEW = 0.2
"""With one job to go by, the range is this share of it to either side; with more, it is their own spread and less of
this.
"""

_MOST_PIXELS = 10**17


class Kind(NamedTuple):
    """Jobs that are alike."""

    backend: str
    workflow: str


class Done(NamedTuple):
    """What a finished job has made, and how long it took."""

    megapixels: float
    seconds: float


@dataclass(frozen=True)
class _Fit:
    """Seconds = `start` + megapixels x `pace`, times something between `low` and `high`; from `jobs` jobs."""

    start: float
    pace: float
    low: float
    high: float
    jobs: int


def estimate(loads: Sequence[Workload], finished: Iterable[Job], capabilities: Iterable[Capability]) -> Estimate:
    """Of `loads` one after another. `finished` are jobs of any backend and state, the newest first.

    Raises `RequestError` for a load beyond all measure.
    """
    offered = {Kind(each.backend, each.workflow): each for each in capabilities}
    fits = {kind: _fit(done) for kind, done in _done(finished).items()}
    low = high = 0.0
    costs: list[float] = []
    used: set[Kind] = set()
    for load in loads:
        # Counted before it is divided: whole numbers can be too large for a float.
        if load.frames * load.width * load.height > _MOST_PIXELS:
            raise RequestError("loads holds more pixels than any clip.")
        kind = Kind(load.backend, load.workflow)
        used.add(kind)
        if found := fits.get(kind):
            likely = found.start + found.pace * load.megapixels
            low, high = low + likely * found.low, high + likely * found.high
        if (capability := offered.get(kind)) and capability.price:
            costs.append(capability.price.of(_charged(capability, load), load.width, load.height))
    known = used <= fits.keys()
    return Estimate(
        seconds=Seconds(low=low, high=high) if known else None,
        cost=sum(costs) if costs else None,
        jobs=sum(fits[kind].jobs for kind in used if kind in fits),
    )


def _charged(capability: Capability, load: Workload) -> int:
    """Frames that are made for `load`; a clip too long for the backend is refused elsewhere."""
    try:
        return capability.limits.padded(load.frames)
    except RequestError:
        return load.frames


def _done(jobs: Iterable[Job]) -> dict[Kind, list[Done]]:
    """What the latest jobs of each kind have made, those left out whose clock has jumped."""
    found: dict[Kind, list[Done]] = {}
    for job in jobs:
        match job.state:
            case Ready(result=result) | Imported(result=result) if job.started and job.ended:
                seconds = (job.ended - job.started).total_seconds()
                megapixels = result.frames * result.width * result.height / MEGAPIXEL
                if 0 < seconds < _LONGEST and megapixels > 0:
                    alike = found.setdefault(Kind(job.request.backend, job.request.workflow), [])
                    if len(alike) < RECENT:
                        alike.append(Done(megapixels, seconds))
            case _:
                continue
    return found


def _fit(done: Sequence[Done]) -> _Fit:
    """The line through what was `done`, after Theil (1950) and Sen (1968): the median of all slopes, which a few odd
    jobs do not pull away. The range is the middle three fifths of the jobs around it, and a margin.
    """
    slopes = [
        (b.seconds - a.seconds) / (b.megapixels - a.megapixels)
        for i, a in enumerate(done)
        for b in done[i + 1 :]
        if abs(b.megapixels - a.megapixels) > 0.05 * max(a.megapixels, b.megapixels)
    ]
    # Jobs of one size say nothing of the start; and a slope that points down is chance.
    pace = statistics.median(slopes) if slopes else 0.0
    start = statistics.median(each.seconds - pace * each.megapixels for each in done)
    if pace <= 0 or start < 0:
        pace, start = statistics.median(each.seconds / each.megapixels for each in done), 0.0
    ratios = sorted(each.seconds / (start + pace * each.megapixels) for each in done)
    odd = len(ratios) // 5
    margin = _FEW / len(done) ** 0.5
    return _Fit(start, pace, max(0.0, min(ratios[odd], 1.0) - margin), max(ratios[-1 - odd], 1.0) + margin, len(done))
