"""From a host's clip to what the bridge is asked about it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from bridge.domain.capability import Capability
from bridge.domain.cut import TimelineClip
from bridge.domain.estimate import Workload
from bridge.domain.host import HostClip
from bridge.domain.view import ClipQuery, ClipReport
from bridge.domain.workflow import SourceSpec


def timeline_clip(clip: HostClip) -> TimelineClip | None:
    """None for a clip that is on no timeline. Raises pydantic's `ValidationError` for what a host may not say."""
    if not clip.on_timeline:
        return None
    known = TimelineClip.model_fields
    return TimelineClip.model_validate({name: value for name, value in asdict(clip).items() if name in known})


def clip_query(clip: HostClip, handles: int) -> ClipQuery | None:
    """None where there is no medium to ask about."""
    if clip.media is None:
        return None
    cut = timeline_clip(clip)
    return ClipQuery(path=Path(clip.media), cut=cut, handles=handles if cut else 0)


def source_spec(clip: HostClip, handles: int) -> SourceSpec:
    """What to lift: what a timeline uses of the clip, with handles, or the whole of a clip by itself."""
    assert clip.media is not None
    cut = timeline_clip(clip)
    return SourceSpec(path=Path(clip.media), cut=cut, handles=handles if cut else 0)


def workload(report: ClipReport, backend: str, workflow: str) -> Workload | None:
    frames = report.end - report.start
    if frames < 1 or not report.width or not report.height:
        return None
    return Workload(backend=backend, workflow=workflow, frames=frames, width=report.width, height=report.height)


def too_much(report: ClipReport, capability: Capability) -> tuple[int, int] | None:
    """How many frames a lift would have, and how many the backend takes, where that is fewer."""
    most = capability.limits.max_frames
    frames = report.end - report.start
    return (frames, most) if most is not None and frames > most else None
