"""What is open in the standalone panel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from bridge.client import calls
from bridge.domain.cut import TimelineClip
from bridge.domain.errors import RequestError
from bridge.domain.host import HostClip
from bridge.domain.timeline import TimelineFacts, TimelineQuery

from .line import Line
from .loose import TIMELINES, check_text, loose_clips

LOOSE = "clips"
"""What `HostFacts.project` is where no timeline is open, but clips are."""

Stamp = tuple[int, int]
"""Time of the last change in nanoseconds, and size: enough to see that a file was written again."""


@dataclass(frozen=True)
class Opened:
    """A timeline, or loose clips where `facts` is none. `rate` is what the user said of an EDL."""

    clips: tuple[HostClip, ...] = ()
    facts: TimelineFacts | None = None
    rate: Fraction | None = None
    stamp: Stamp | None = None

    @property
    def project(self) -> str:
        if self.facts is not None:
            return str(self.facts.path)
        return LOOSE if self.clips else ""

    @property
    def states_no_rate(self) -> bool:
        return self.facts is not None and self.facts.path.suffix.lower() == ".edl"

    def with_more(self, other: Opened) -> Opened:
        """Loose clips with those of `other` after them; none is there twice."""
        known = {clip.id for clip in self.clips}
        return replace(self, clips=(*self.clips, *(clip for clip in other.clips if clip.id not in known)))

    def less(self, ids: Sequence[str]) -> Opened:
        return replace(self, clips=tuple(clip for clip in self.clips if clip.id not in ids))


def open_paths(line: Line, paths: Sequence[Path], rate: Fraction | None = None) -> Opened:
    """Read the timeline among `paths`, or look for clips in all of them. Blocks.

    Raises `SuperwhiteError`s, among them `RequestError` for two timelines, or a timeline together with clips.
    """
    paths = [path.absolute() for path in paths]
    timelines = [path for path in paths if path.suffix.lower() in TIMELINES and not path.is_dir()]
    if not timelines:
        return Opened(clips=loose_clips(paths))
    if len(paths) > 1:
        raise RequestError(
            QCoreApplication.translate(
                "StandaloneHost", "A timeline is opened by itself, and {count} things were chosen."
            ).format(count=len(paths)),
            remedy=QCoreApplication.translate("StandaloneHost", "Open one timeline, or clips without a timeline."),
        )
    check_text(timelines[0])
    # Looked at before it is read: what is written in between counts as a change.
    stamp = stamp_of(timelines[0])
    facts = line.do(calls.read_timeline(TimelineQuery(path=timelines[0], rate=rate))).facts
    return Opened(tuple(host_clip(clip) for clip in facts.clips), facts, rate, stamp)


def stamp_of(path: Path) -> Stamp | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


def host_clip(clip: TimelineClip) -> HostClip:
    return HostClip(
        id=clip.id,
        name=clip.name,
        media=str(clip.media) if clip.media else None,
        track=clip.track,
        track_name=clip.track_name,
        rate=str(clip.rate),
        record_start=clip.record_start,
        record_end=clip.record_end,
        source_rate=str(clip.source_rate) if clip.source_rate else None,
        source_start=clip.source_start,
        source_end=clip.source_end,
        media_start_known=clip.media_start_known,
        reveal_before=clip.reveal_before,
        reveal_after=clip.reveal_after,
        liftable=clip.liftable,
        reason=clip.reason,
        enabled=clip.enabled,
    )
