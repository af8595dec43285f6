"""A timeline file as facts: its clips, their media, and which of them can be lifted."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import Any

import opentimelineio as otio

from bridge.domain.cut import TimelineClip
from bridge.domain.errors import TimelineUnsupported
from bridge.domain.timeline import TimelineFacts
from bridge.timelines.document import METADATA, Document, Entry, exact_rate, frames, is_frame_rate, video_tracks
from bridge.timelines.formats import open_document
from bridge.timelines.media import is_there, media_path

_TOLERANCE = Fraction(1, 10)


def read_timeline(path: Path, rate: Fraction | None = None) -> TimelineFacts:
    """The facts of the timeline at `path` (.otio, .fcpxml, Final Cut Pro 7 .xml, .edl).

    `rate` is for an EDL, which states none. Raises `TimelineUnreadable` and `TimelineUnsupported`.
    """
    return facts_of(open_document(path, rate), path)


def facts_of(document: Document, path: Path) -> TimelineFacts:
    timeline = document.timeline
    video = video_tracks(timeline)
    # Holes are made in the timeline's own time; a clip's length may be counted in its medium's.
    holes = (gap for track in video.tracks for gap in track.find_children(descended_from_type=otio.schema.Gap))
    rate = _rate(timeline, chain(holes, (entry.item for entry in video.entries)))
    if rate is None or not video.entries:
        raise TimelineUnsupported(
            f"“{path.name}” holds no video clips.", remedy="Export a timeline that has clips on a video track."
        )
    start = timeline.global_start_time
    return TimelineFacts(
        path=path,
        name=timeline.name or path.stem,
        rate=rate,
        start_frame=round(frames(start, rate)) if start is not None else 0,
        tracks=tuple(track.name or f"V{number}" for number, track in enumerate(video.tracks, start=1)),
        clips=tuple(_clip(entry, timeline, rate, path.parent) for entry in video.entries),
        warnings=tuple(document.warnings),
    )


def _rate(timeline: Any, items: Iterable[Any]) -> Fraction | None:
    if timeline.global_start_time is not None and is_frame_rate(timeline.global_start_time.rate):
        return exact_rate(timeline.global_start_time.rate)
    for item in items:
        length = _duration(item)
        if length is not None and is_frame_rate(length.rate):
            return exact_rate(length.rate)
    return None


def _duration(item: Any) -> Any | None:
    try:
        return item.trimmed_range().duration
    except (otio.exceptions.OTIOError, ValueError, NotImplementedError):
        return None


@dataclass(frozen=True)
class _Source:
    """Frames at `rate`; between the cuts, and with what transitions show."""

    path: Path | None
    rate: Fraction
    start: int
    end: int
    reveal_before: int
    reveal_after: int
    known: bool
    outside: bool


def _clip(entry: Entry, timeline: Any, rate: Fraction, folder: Path) -> TimelineClip:
    item = entry.item
    record = _record_range(item, timeline)
    source = _source(item, folder) if isinstance(item, otio.schema.Clip) else None
    reason = _obstacle(entry, source, record)
    start, end = (round(frames(time, rate)) for time in record) if record else (0, 0)
    return TimelineClip(
        id=entry.id,
        name=item.name or (source.path.stem if source and source.path else entry.id),
        track=entry.track_number,
        track_name=entry.track.name or f"V{entry.track_number}",
        media=source.path if source else None,
        rate=rate,
        record_start=start,
        record_end=end,
        source_rate=source.rate if source else None,
        source_start=source.start - source.reveal_before if source else 0,
        source_end=source.end + source.reveal_after if source else 0,
        media_start_known=source.known if source else False,
        reveal_before=source.reveal_before if source else 0,
        reveal_after=source.reveal_after if source else 0,
        liftable=not reason,
        reason=reason,
        enabled=bool(item.enabled and entry.track.enabled and timeline.tracks.enabled),
    )


def _record_range(item: Any, timeline: Any) -> tuple[Any, Any] | None:
    try:
        where = item.transformed_time_range(item.trimmed_range(), timeline.tracks)
    except (otio.exceptions.OTIOError, ValueError, NotImplementedError):
        return None
    return where.start_time, where.end_time_exclusive()


def _obstacle(entry: Entry, source: _Source | None, record: tuple[Any, Any] | None) -> str:
    """Why the clip cannot be lifted; empty where it can."""
    item = entry.item
    if isinstance(item, otio.core.Composition):
        return "nested: it is a timeline in itself"
    if not isinstance(item, otio.schema.Clip):
        return f"it is a {item.schema_name()}, not a clip"
    if METADATA in item.metadata:
        return "it was made by Superwhite"
    if isinstance(item.media_reference, otio.schema.GeneratorReference):
        return "generator: it has no media file"
    if any(_is_retime(effect) for effect in (*item.effects, *entry.track.effects)):
        return "retimed: its speed is changed"
    if record is None or source is None:
        return "it has no source range"
    if _is_trimmed_away(item, entry.track):
        return "its track is trimmed"
    if source.path is None:
        return "no media: the timeline names no file"
    if isinstance(item.media_reference, otio.schema.ImageSequenceReference) and item.media_reference.frame_step != 1:
        return "its image sequence leaves out frames"
    if not is_there(source.path):
        return f"offline: {source.path} is not there"
    if source.end <= source.start:
        return "it has no length"
    if source.outside:
        return "it uses frames outside its media"
    return ""


def _is_retime(effect: Any) -> bool:
    if isinstance(effect, otio.schema.LinearTimeWarp):
        return effect.time_scalar != 1
    return isinstance(effect, otio.schema.TimeEffect)


def _is_trimmed_away(item: Any, track: Any) -> bool:
    if track.source_range is None:
        return False
    try:
        return track.trimmed_range_of_child(item) != track.range_of_child(item)
    except ValueError:  # the trim has no end, or no beginning
        return True


def _source(clip: Any, folder: Path) -> _Source | None:
    reference = clip.media_reference
    if reference is None:
        return None
    available = reference.available_range
    try:
        cut, seen = clip.trimmed_range(), clip.visible_range()
    except (otio.exceptions.OTIOError, ValueError):
        return None
    rates = [time.start_time.rate for time in (available, cut) if time is not None]
    if isinstance(reference, otio.schema.ImageSequenceReference):
        rates.insert(0, reference.rate)
    rate = next((exact_rate(each) for each in rates if is_frame_rate(each)), None)
    if rate is None:
        return None
    known = available is not None
    base = _position(available.start_time, rate) if known else Fraction(0)
    start, end = (_position(time, rate) - base for time in (cut.start_time, cut.end_time_exclusive()))
    first, last = (_position(time, rate) - base for time in (seen.start_time, seen.end_time_exclusive()))
    whole = _position(available.duration, rate) if known and available.duration.value > 0 else None
    in_point, out_point = math.floor(start + _TOLERANCE), math.ceil(end - _TOLERANCE)
    outside = known and (in_point < 0 or (whole is not None and out_point > math.ceil(whole)))
    before = max(0, in_point - math.floor(first + _TOLERANCE))
    after = max(0, math.ceil(last - _TOLERANCE) - out_point)
    if known and not outside:
        # A transition may ask for more than there is; hosts then hold the last frame.
        before = min(before, in_point)
        after = after if whole is None else min(after, max(0, math.ceil(whole) - out_point))
    path = _path(reference, folder)
    if isinstance(reference, otio.schema.ImageSequenceReference) and known:
        # The file number says which frame is meant even where the folder holds more than the reference.
        in_point, out_point, known = in_point + reference.start_frame, out_point + reference.start_frame, False
    return _Source(path, rate, in_point, out_point, before, after, known, outside)


def _position(time: Any, rate: Fraction) -> Fraction:
    """`time` in frames at `rate`; frame for frame between 23.976 and 24, which editors do not tell apart in a file."""
    own = exact_rate(time.rate)
    return frames(time, own if round(own) == round(rate) else rate)


def _path(reference: Any, folder: Path) -> Path | None:
    if isinstance(reference, otio.schema.ExternalReference):
        return media_path(reference.target_url or "", folder)
    if isinstance(reference, otio.schema.ImageSequenceReference):
        base = media_path(reference.target_url_base or ".", folder)
        if base is None:
            return None
        head, tail = (part.replace("%", "%%") for part in (reference.name_prefix, reference.name_suffix))
        width = reference.frame_zero_padding
        return base / f"{head}%{f'0{width}' if width > 1 else ''}d{tail}"
    return None
