"""OpenTimelineIO's own files, which carry everything."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import opentimelineio as otio

from bridge.timelines.adapters import only_timeline, read_with
from bridge.timelines.document import (
    HDR_TRACK,
    METADATA,
    Entry,
    Placement,
    frames,
    video_tracks,
)

_RationalTime = otio.opentime.RationalTime
_TimeRange = otio.opentime.TimeRange


class OtioDocument:
    def __init__(self, text: str, path: Path) -> None:
        self._root = read_with("otio_json", text, path)
        self.timeline: Any = only_timeline(self._root, path)
        self.warnings: Sequence[str] = ()

    def place(self, placements: Sequence[Placement]) -> tuple[bytes, list[str]]:
        warnings = place_in(self.timeline, placements)
        return otio_bytes(self._root), warnings


def otio_bytes(root: Any) -> bytes:
    return otio.adapters.write_to_string(root, "otio_json").encode()


def place_in(timeline: Any, placements: Sequence[Placement]) -> list[str]:
    """Put the HDR clips on new tracks above all others and turn their sources off; returns what could not be done."""
    video = video_tracks(timeline)
    entries = {entry.id: entry for entry in video.entries}
    top = max(timeline.tracks.index(track) for track in video.tracks) + 1
    warnings: list[str] = []
    for lane in range(max(each.lane for each in placements) + 1):
        track = otio.schema.Track(_track_name(lane), kind=otio.schema.TrackKind.Video)
        _fill(track, [each for each in placements if each.lane == lane], entries, timeline, warnings)
        timeline.tracks.insert(top + lane, track)
    for each in placements:
        entries[each.clip.id].item.enabled = False
    return warnings


def _track_name(lane: int) -> str:
    return HDR_TRACK if lane == 0 else f"{HDR_TRACK} {lane + 1}"


def _fill(
    track: Any, placements: Sequence[Placement], entries: dict[str, Entry], timeline: Any, warnings: list[str]
) -> None:
    placed = {id(entries[each.clip.id].item): each for each in placements}
    cursor = _RationalTime(0, float(placements[0].clip.rate))
    for each in sorted(placements, key=lambda placement: placement.clip.record_start):
        entry = entries[each.clip.id]
        where = entry.item.transformed_time_range(entry.item.trimmed_range(), timeline.tracks)
        if where.start_time > cursor:
            track.append(otio.schema.Gap(source_range=_TimeRange(duration=where.start_time - cursor)))
        before, after = _neighbours(entry)
        if before is not None:
            _join(track, before, placed, warnings)
        track.append(_hdr_clip(each, entry.item))
        if after is not None and not isinstance(after.right, otio.schema.Clip):
            _join(track, after, placed, warnings)
        elif after is not None and id(after.right) not in placed:
            warnings.append(_left_out(after))
        cursor = where.end_time_exclusive()


class _Junction:
    """A transition on a source track, with what it joins; nothing stands for the end of the track."""

    def __init__(self, track: Any, index: int) -> None:
        self.transition = track[index]
        self.left = track[index - 1] if index > 0 else None
        self.right = track[index + 1] if index + 1 < len(track) else None


def _neighbours(entry: Entry) -> tuple[_Junction | None, _Junction | None]:
    track = entry.track
    index = track.index(entry.item)
    around = (index - 1, index + 1)
    before, after = (
        _Junction(track, at) if 0 <= at < len(track) and isinstance(track[at], otio.schema.Transition) else None
        for at in around
    )
    return before, after


def _join(track: Any, junction: _Junction, placed: dict[int, Placement], warnings: list[str]) -> None:
    """Copy a transition whose two sides are both on the HDR track, or empty, with the frames that it shows."""
    sides = ((junction.left, junction.transition.out_offset), (junction.right, junction.transition.in_offset))
    for position, (item, shown) in enumerate(sides):
        if not isinstance(item, otio.schema.Clip):
            continue
        side = placed.get(id(item))
        spare = 0 if side is None else (side.placed.handles_after, side.placed.handles_before)[position]
        if side is None or frames(shown, side.rate) > spare:
            warnings.append(_left_out(junction))
            return
    track.append(junction.transition.deepcopy())


def _left_out(junction: _Junction) -> str:
    between = " and ".join(
        f"“{item.name}”" for item in (junction.left, junction.right) if item is not None and item.name
    )
    return f"The transition at {between} is not on the HDR track: one of its sides is not HDR, or lacks the frames."


def _hdr_clip(placement: Placement, source: Any) -> Any:
    result, rate = placement.result, float(placement.rate)
    available = _TimeRange(_RationalTime(placement.first, rate), _RationalTime(result.frames, rate))
    if result.kind == "movie":
        reference = otio.schema.ExternalReference(placement.first_file.as_uri(), available)
    else:
        head, width, tail = placement.pattern
        reference = otio.schema.ImageSequenceReference(
            target_url_base=f"{result.directory.as_uri()}/",
            name_prefix=head,
            name_suffix=tail,
            start_frame=result.first,
            frame_step=1,
            rate=rate,
            frame_zero_padding=width,
            available_range=available,
        )
    clip = otio.schema.Clip(
        name=placement.name,
        media_reference=reference,
        # The very duration of the source, whatever its rate: the record frames cannot differ.
        source_range=_TimeRange(_RationalTime(placement.in_number, rate), source.trimmed_range().duration),
        metadata={METADATA: placement.metadata},
    )
    clip.enabled = placement.clip.enabled
    return clip
