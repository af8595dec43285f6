"""From what is selected in Resolve to clips that can be lifted, each with the reason where it cannot."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from bridge.domain.host import HostClip, HostMask

from .api import Timeline, TimelineItem, has, whole, words
from .facts import ItemFacts, MediaFacts, items_on, place_of
from .rates import rate_of

SLACK = 1.5
"""Frames by which source ends may miss what they should be: Resolve's are off by one on some items."""

_RAW = {".braw", ".r3d", ".ari", ".arx", ".crm", ".nev", ".dng", ".rmf", ".cine"}
_RAW_CODECS = ("RAW", "REDCODE", "R3D", "X-OCN")


@dataclass(frozen=True)
class Span:
    """Frames of the media from 0 at its first, half open; `retimed` where the clip does not run at its own speed."""

    start: int
    end: int
    retimed: bool


def selected_items(timeline: Timeline, color: str) -> tuple[list[TimelineItem], str]:
    """The items that the user means, and a note on how they were found where nothing is selected."""
    tells = has(timeline, "GetSelectedClips")  # since 21.0.4
    if tells and (items := list(timeline.GetSelectedClips() or ())):
        return items, ""
    count = whole(timeline.GetTrackCount("video"))
    every = [item for track in range(1, count + 1) for item in items_on(timeline, track)]
    colored = [item for item in every if words(item.GetClipColor()) == color]
    why = "Nothing is selected" if tells else "This version of Resolve does not say what is selected"
    if colored:
        return colored, f"{why}: the clips coloured {color} are taken."
    at = timeline.GetCurrentVideoItem()
    if at is None:
        return (
            [],
            f"{why}, and no clip is under the playhead. Several clips can be marked by the clip colour {color}.",
        )
    return [at], f"{why}: the clip under the playhead is taken. Several can be marked by the clip colour {color}."


def span_of(item: ItemFacts, rate: Fraction) -> Span:
    """Which frames of its media an item shows, on a timeline of `rate`."""
    media = item.media
    source = (media.rate if media else None) or rate
    expected = item.duration * source / rate
    shown = item.source[1] - item.source[0]
    # Before 21.1 a retime shows by nothing but a source range that does not match, and a ramp never does otherwise.
    retimed = abs(shown + 1 - float(expected)) > SLACK or abs((item.speed or 100) - 100) > 0.01
    start = _start(item, media, source / rate)
    end = start + max(1, math.ceil(expected - Fraction(1, 10)))
    if media and media.frames and start < media.frames < end <= media.frames + 1:
        end = media.frames  # rates that do not divide each other
    return Span(start, end, retimed)


def clip_of(item: ItemFacts, rate: Fraction, origin: int, masks: tuple[HostMask, ...]) -> HostClip:
    """`origin` is the first frame of the timeline. Looks for the files: not on the host's thread."""
    media = item.media
    span = span_of(item, rate)
    path = media.on_disk() if media else None
    reason, exportable = _objection(item, span, path)
    return HostClip(
        id=item.id,
        name=item.name,
        media=path or (media.path or None if media else None),
        track=item.track,
        track_name=item.track_name,
        rate=str(rate),
        record_start=item.start - origin,
        record_end=item.end - origin,
        source_rate=str((media.rate if media else None) or rate),
        source_start=span.start,
        source_end=span.end,
        liftable=not reason,
        reason=reason,
        enabled=item.enabled,
        exportable=exportable,
        masks=masks,
    )


def masks_of(item: ItemFacts, mattes: list[ItemFacts]) -> tuple[HostMask, ...]:
    """The masks that a clip brings along: its mattes, what lies on a matte track at its time, its alpha."""
    own = [HostMask(f"matte:{path}", os.path.basename(path), "matte", path) for path in item.mattes]  # noqa: PTH119
    above = [
        HostMask(f"track:{matte.id}", f"{matte.name} on {matte.track_name}", "matte")
        for matte in mattes
        if matte.start < item.end and item.start < matte.end and matte.id != item.id
    ]
    has_alpha = item.has_alpha_output or (item.media is not None and item.media.has_alpha)
    alpha = [HostMask("alpha", "Alpha output", "alpha")] if has_alpha else []
    return (*own, *above, *alpha)


def is_video(item: TimelineItem) -> bool:
    return place_of(item)[0] == "video"


def is_raw(media: MediaFacts) -> bool:
    codec = media.codec.upper()
    return Path(media.path).suffix.lower() in _RAW or any(each in codec for each in _RAW_CODECS)


def is_still(item: ItemFacts) -> bool:
    media = item.media
    return media is not None and (
        media.kind == "Still" or (media.frames == 1 < item.duration and not media.is_sequence)
    )


def timeline_rate(timeline: Timeline) -> Fraction:
    return rate_of(timeline.GetSetting("timelineFrameRate")) or Fraction(24)


def _objection(item: ItemFacts, span: Span, path: str | None) -> tuple[str, bool]:
    """Why an item cannot be read directly, and whether Resolve can render it instead."""
    media = item.media
    if media is None:
        if item.name.lower().startswith("adjustment clip"):
            return "An adjustment clip has no picture of its own.", False
        return "This is a generator or a title: it has no media of its own.", True
    if not media.path:
        return f"This is a {media.kind.lower() or 'compound'} clip, which has no file of its own.", True
    if path is None or not media.online:
        return "Its media is offline.", False
    if is_still(item):
        return "This is a still.", True
    if span.retimed:
        return _retime(item), True
    if is_raw(media):
        return "Camera raw is developed by settings that only Resolve knows.", True
    return "", False


def _retime(item: ItemFacts) -> str:
    if (item.speed or 0) < 0 or item.source[1] < item.source[0]:
        return "It runs backwards."
    return "Its speed is changed."


def _start(item: ItemFacts, media: MediaFacts | None, ratio: Fraction) -> int:
    """The first frame from 0 at the start of the media. The left offset is exact; of which rate its frames are shows
    only by the source start, which itself is off by one on some items.
    """
    first = media.first if media else 0
    here = round(item.left * ratio)
    if ratio == 1 or here == item.left:
        return max(0, item.left)
    said = (item.source[0] - first, item.source[0])
    return max(0, min((item.left, here), key=lambda each: min(abs(each - one) for one in said)))
