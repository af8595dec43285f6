"""A timeline file with HDR clips in it, beside the one that it was made from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from bridge.domain.cut import TimelineClip
from bridge.domain.errors import TimelineClipUnknown, TimelineUnsupported
from bridge.domain.timeline import PlacedClip, TimelineFacts, WrittenTimeline
from bridge.media.storage import os_error_to_output_error, write_atomic
from bridge.timelines.document import Document, Placement, video_tracks
from bridge.timelines.edl import EdlDocument
from bridge.timelines.formats import open_document
from bridge.timelines.otiofile import OtioDocument, otio_bytes, place_in
from bridge.timelines.read import facts_of


def hdr_timeline_path(source: Path, folder: Path, suffix: str | None = None) -> Path:
    """A free path in `folder` for the timeline made from `source`: `cut_hdr.otio`, then `cut_hdr_v002.otio`."""
    return _free(folder / f"{source.stem}_hdr{suffix or source.suffix}")


def write_timeline(
    source: Path, placed: Sequence[PlacedClip], target: Path, rate: Fraction | None = None
) -> WrittenTimeline:
    """Write to `target` the timeline `source` with the `placed` clips on new tracks above all others.

    They stand at the record frames of their sources, which are turned off and stay. Several for one clip lie above each
    other, the last on top; an EDL, which has one track, takes the last alone. `target` has the suffix of `source` or is
    `.otio`; where it exists, a new version is written. `rate` is for an EDL, as in `read_timeline`.
    Raises `TimelineError`s and `OutputError`s.
    """
    if target.suffix.lower() not in (source.suffix.lower(), ".otio"):
        raise TimelineUnsupported(
            f"A {source.suffix} timeline is written as {source.suffix} or as .otio, not as {target.suffix}."
        )
    document = open_document(source, rate)
    facts = facts_of(document, source)
    placements = _placements(facts, placed)
    warnings = [*facts.warnings, *_effects(document, placements)]
    if target.suffix.lower() == source.suffix.lower():
        if isinstance(document, EdlDocument):
            placements, passed_over = _last_of_each(placements)
            warnings += passed_over
        else:
            warnings += _covered(facts, placements)
        data, more = document.place(placements)
    else:
        warnings += _covered(facts, placements)
        more = place_in(document.timeline, placements)
        if not isinstance(document, OtioDocument):
            more.append(f"What OpenTimelineIO does not read from a {source.suffix} file is not in the new timeline.")
        data = otio_bytes(document.timeline)
    return WrittenTimeline(path=_write(target, data), warnings=tuple(dict.fromkeys([*warnings, *more])))


def _placements(facts: TimelineFacts, placed: Sequence[PlacedClip]) -> list[Placement]:
    clips = {clip.id: clip for clip in facts.clips}
    missing = [each.clip for each in placed if each.clip not in clips]
    if missing or not placed:
        raise TimelineClipUnknown(
            f"“{facts.path.name}” has no clip {', '.join(missing) or 'to place'}.",
            remedy="Read the timeline again: the file has changed since its clips were chosen.",
        )
    lanes = _lanes([clips[each.clip] for each in placed])
    return [Placement(clips[each.clip], each, lane) for each, lane in zip(placed, lanes, strict=True)]


def _lanes(clips: Sequence[TimelineClip]) -> list[int]:
    """The HDR track of each, from 0. Clips of one track share theirs, and all do where none lie over each other; a clip
    that comes again takes another track right above.
    """
    stacked = any(_overlap(one, other) for one in clips for other in clips if one.track < other.track)
    times: Counter[str] = Counter()
    places: list[tuple[int, int]] = []
    for clip in clips:
        places.append((clip.track if stacked else 0, times[clip.id]))
        times[clip.id] += 1
    order = sorted(set(places))
    return [order.index(place) for place in places]


def _last_of_each(placements: Sequence[Placement]) -> tuple[list[Placement], list[str]]:
    """The last placement of each clip, and a sentence about every other."""
    last = {each.clip.id: each for each in placements}
    return list(last.values()), [
        f"“{each.name}” is not in the new list, which has one track: “{last[each.clip.id].name}” is in its place."
        for each in placements
        if each is not last[each.clip.id]
    ]


def _overlap(one: TimelineClip, other: TimelineClip) -> bool:
    return one.record_start < other.record_end and other.record_start < one.record_end


def _covered(facts: TimelineFacts, placements: Sequence[Placement]) -> list[str]:
    """Clips that lay above a source, such as titles, and lie below its HDR clip now."""
    placed = {each.clip.id for each in placements}
    return [
        f"“{clip.name}” ({clip.id}) lay above “{each.clip.name}” and is now below its HDR clip: move it up."
        for each in placements
        for clip in facts.clips
        if clip.id not in placed and clip.enabled and clip.track > each.clip.track and _overlap(clip, each.clip)
    ]


def _effects(document: Document, placements: Sequence[Placement]) -> list[str]:
    items = {entry.id: entry.item for entry in video_tracks(document.timeline).entries}
    clips = {each.clip.id: each.clip for each in placements}
    bearers = [clip for clip in clips.values() if items[clip.id].effects]
    if not bearers:
        return []
    names = dict.fromkeys(e.effect_name or e.name for clip in bearers for e in items[clip.id].effects)
    kinds = ", ".join(name for name in names if name)
    return [
        f"Effects stay with the sources and are not copied to the HDR clips"
        f"{f' ({kinds})' if kinds else ''}: {', '.join(f'“{clip.name}” ({clip.id})' for clip in bearers)}."
    ]


def _free(path: Path) -> Path:
    version = 1
    candidate = path
    while candidate.exists() or candidate.is_symlink():
        version += 1
        candidate = path.with_name(f"{path.stem}_v{version:03}{path.suffix}")
    return candidate


def _write(target: Path, data: bytes) -> Path:
    """Write under the first free version of `target`, which is claimed before, so that no two writers share it."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise os_error_to_output_error(error, target) from error
    while True:
        path = _free(target)
        try:
            path.open("x").close()
        except FileExistsError:
            continue
        except OSError as error:
            raise os_error_to_output_error(error, path) from error
        try:
            write_atomic(path, data)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return path
