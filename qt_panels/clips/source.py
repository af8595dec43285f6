"""From a host's clip to what the bridge is asked about it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from bridge.domain.cut import TimelineClip
from bridge.domain.host import HostClip
from bridge.domain.view import ClipQuery
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
