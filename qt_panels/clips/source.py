"""From a host's clip, or from what the host has rendered of it, to what the bridge is asked about it."""

from __future__ import annotations

from bridge.domain.host import Exported, HostClip
from bridge.domain.hosted import sequence_rate, timeline_clip
from bridge.domain.view import ClipQuery


def clip_query(clip: HostClip, handles: int, *, whole: bool = False) -> ClipQuery | None:
    """None where there is no medium to ask about. `whole` asks about all of it, whatever the timeline uses."""
    if clip.media is None:
        return None
    cut = None if whole else timeline_clip(clip)
    return ClipQuery.model_validate(
        {"path": clip.media, "cut": cut, "handles": handles if cut else 0, "rate": sequence_rate(clip)}
    )


def rendered_frames(clip: HostClip, handles: int) -> int:
    """How many frames the host is asked to render of the clip, which may be more than it can."""
    if not clip.on_timeline:
        return max(1, clip.source_end - clip.source_start)
    return max(1, clip.record_end - clip.record_start) + 2 * handles


def exported_query(exported: Exported) -> ClipQuery:
    """Raises `RequestError` for a rate that is none, and `ValueError`."""
    return ClipQuery.model_validate({"path": exported.path, "rate": exported.rate})
