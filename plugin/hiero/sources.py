"""Selected items of a timeline as clips."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import PurePath
from typing import Any

from bridge.domain.host import HostClip

from .api import Clip, Rate, Timeline, TrackItem, core
from .marks import placement_of

_RANGE = re.compile(r" \(?-?\d+--?\d+\)?$")
_COMPS = (".nk", ".nknc", ".nkple")


@dataclass(frozen=True)
class Sorted:
    """`notes` say what of the selection is no clip."""

    items: tuple[TrackItem, ...]
    notes: tuple[str, ...]


def sort_out(selected: Sequence[Any]) -> Sorted:
    """The video items among what is selected: a rectangle takes sound, transitions and effects along."""
    api = core()
    items: list[TrackItem] = []
    sound = others = 0
    for each in selected:
        if not isinstance(each, api.TrackItem):
            others += 1
        elif each.mediaType() != api.TrackItem.MediaType.kVideo:
            sound += 1
        else:
            items.append(each)
    if items:
        return Sorted(tuple(items), ())
    if sound:
        return Sorted((), ("Only sound is selected: select clips on video tracks.",))
    if others:
        return Sorted((), ("Transitions and effects cannot be lifted: select clips.",))
    return Sorted((), ("Select clips on the timeline.",))


def describe(item: TrackItem, timeline: Timeline) -> HostClip:
    track = item.parentTrack()
    tracks = list(timeline.videoTracks())
    rate = rate_text(timeline.framerate())
    clip = HostClip(
        id=item.guid(),
        name=item.name(),
        media=None,
        track=next((number for number, each in enumerate(tracks, 1) if each == track), 1),
        track_name=track.name() if track is not None else "",
        rate=rate,
        source_rate=rate,
        record_start=item.timelineIn(),
        record_end=item.timelineOut() + 1,
        source_start=0,
        source_end=item.timelineOut() + 1 - item.timelineIn(),
        enabled=item.isEnabled() and (track is None or track.isEnabled()),
    )
    if placement_of(item):
        return _refused(clip, "This is a result of Superwhite.")
    source: Any = item.source()
    if isinstance(source, core().Sequence):
        return _refused(clip, "It is a nested sequence: open it, and lift its clips.")
    return _with_media(clip, item, source)


def _with_media(clip: HostClip, item: TrackItem, source: Clip) -> HostClip:
    media = source.mediaSource()
    infos = [] if media.isNull() else list(media.fileinfos())
    if not infos:
        return _refused(clip, "It has no media.")
    path = _RANGE.sub("", infos[0].filename())
    if path.lower().endswith(_COMPS):
        return _refused(clip, "It is a Nuke comp: lift it in Nuke, or the clip that it renders.")
    if len(infos) > 1:
        return _refused(clip, "Its media lies in several files.")
    if "%V" in path or "%v" in path:
        return _refused(clip, "Its media has a file for each view, of which only one could be lifted.")
    if not media.isMediaPresent():
        return _refused(clip, f"The media is offline: “{PurePath(path).name}” is not there.")
    if reason := retimed(item):
        return _refused(clip, reason)
    before = max(0, item.timelineIn() - into.timelineIn()) if (into := item.inTransition()) is not None else 0
    after = max(0, out.timelineOut() - item.timelineOut()) if (out := item.outTransition()) is not None else 0
    # The item counts from the clip's first frame, which the clip numbers as its files are; in movies that is 0.
    start = source.sourceIn() + int(item.sourceIn())
    length = item.timelineOut() + 1 - item.timelineIn()
    return replace(
        clip,
        media=path,
        source_rate=rate_text(source.framerate()),
        source_start=start - before,
        source_end=start + length + after,
        media_start_known=media.singleFile(),
        reveal_before=before,
        reveal_after=after,
    )


def retimed(item: TrackItem) -> str:
    """Why an item does not show its media frame for frame; empty where it does."""
    speed = item.playbackSpeed()
    if speed == 0:
        return "It is a freeze frame."
    if speed < 0:
        return "It is reversed."
    if any(isinstance(each, core().EffectTrackItem) and each.isRetimeEffect() for each in item.linkedItems()):
        return "It is retimed by a TimeWarp."
    # The speed of a clip that was trimmed after a retime can read 1 and its times tell the truth.
    span, shown = item.sourceOut() - item.sourceIn(), item.timelineOut() - item.timelineIn()
    if speed != 1 or abs(span - shown) > _ROUNDING:
        return "It is retimed: render it, and lift the render."
    if abs(item.sourceIn() - int(item.sourceIn())) > _ROUNDING:
        return "It begins between two frames of its media."
    return ""


_ROUNDING = 1e-3


def rate_text(rate: Rate) -> str:
    if rate.isNTSC():
        return f"{rate.toInt() * 1000}/1001"
    numerator, denominator = rate.toRational()
    return str(Fraction(numerator, denominator))


def _refused(clip: HostClip, reason: str) -> HostClip:
    return replace(clip, liftable=False, reason=reason)
