"""A result on the timeline: a clip in the bin, and an item above the source."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass

from bridge.domain.host import HostFailure, Result

from .api import Bin, BinItem, Clip, Project, Timeline, TrackItem, VideoTrack, core
from .color import pick
from .marks import TITLE, mark
from .projects import Place

TRACK = f"{TITLE} HDR"
_NUMBER = re.compile(r"%0?(\d*)d")


@dataclass(frozen=True)
class Inserted:
    """What was made, by guid; `track` is empty where the item lies on a track that was there before."""

    item: str
    bin_item: str
    track: str
    times: tuple[int, int]
    notes: tuple[str, ...] = ()


def insert(project: Project, place: Place, result: Result, placement: str, replaced: tuple[Place, ...]) -> Inserted:
    """Everything is read back, and undone where it fails: Hiero keeps what a step has done until it failed."""
    with ExitStack() as undone:
        clip, bin_item = _import(project, result, undone)
        _set_colour(clip, place, result)
        for each in replaced:
            _take_away(each, undone)
        track, new = _track(place, replaced, undone)
        item = _put(track, clip, place, result, placement, undone)
        _disable(place.item, undone)
        undone.pop_all()
    return Inserted(
        item.guid(),
        bin_item.guid(),
        track.guid() if new else "",
        (item.timelineIn(), item.timelineOut()),
        tuple(_notes(place, track)),
    )


def media_path(result: Result) -> str:
    """As Hiero writes paths: numbers are hashes, and separators are slashes on every system."""
    name = _NUMBER.sub(lambda match: "#" * int(match[1] or 1), result.pattern)
    return f"{result.directory}/{name}".replace("\\", "/")


def our_bin(project: Project) -> Bin | None:
    return next((each for each in project.clipsBin().bins() if each.name() == TITLE), None)


def span(item: TrackItem) -> tuple[int, int]:
    return item.timelineIn(), item.timelineOut()


def _import(project: Project, result: Result, undone: ExitStack) -> tuple[Clip, BinItem]:
    api = core()
    media = api.MediaSource(media_path(result))
    frames = result.last - result.first + 1
    if not media.isMediaPresent() or media.duration() != frames:
        raise HostFailure(
            f"Hiero does not find all frames of “{result.pattern}”.",
            remedy="Reconnect the drive, or lift the clip again.",
            detail=f"{media_path(result)}: {media.duration()} of {frames} frames",
        )
    clip = api.Clip(media)
    clip.setName(result.pattern.split(".")[0])
    bin_ = our_bin(project)
    if bin_ is None:
        bin_ = api.Bin(TITLE)
        project.clipsBin().addItem(bin_)
    bin_item = api.BinItem(clip)
    bin_.addItem(bin_item)
    _undo_by(undone, lambda: bin_.removeItem(bin_item))
    return clip, bin_item


def _set_colour(clip: Clip, place: Place, result: Result) -> None:
    listed = clip.getAvailableOcioColourTransforms()
    source = place.item.source()
    codes = result.is_movie and not _path_of(source).endswith(".exr")
    current = source.sourceMediaColourTransform()
    # What was made of a movie's codes means what they mean.
    name = current if codes and current in listed else pick(result.color, listed)
    clip.setSourceMediaColourTransform(name)
    if clip.sourceMediaColourTransform() != name:
        raise HostFailure(
            f"Hiero does not read the result as “{name}”.",
            remedy="Check the OCIO configuration in the Project Settings, then import again.",
            detail=clip.sourceMediaColourTransform(),
        )


def _path_of(clip: Clip) -> str:
    infos = clip.mediaSource().fileinfos()
    return re.sub(r" \(.*\)$", "", infos[0].filename()).lower() if infos else ""


def _take_away(place: Place, undone: ExitStack) -> None:
    kept = place.item.copy()
    remove_item(place)
    _undo_by(undone, lambda: place.track.addTrackItem(kept))


def remove_item(place: Place) -> None:
    """By default Hiero removes what is linked to an item along with it."""
    place.track.removeItem(place.item, core().TrackBase.eDontRemoveLinkedItems)


def _track(place: Place, replaced: tuple[Place, ...], undone: ExitStack) -> tuple[VideoTrack, bool]:
    """That of the result that is replaced, a free one of ours above the source, or a new one on top."""
    tracks = list(place.timeline.videoTracks())
    above = tracks[tracks.index(place.track) + 1 :]
    for track in [each.track for each in replaced] + above:
        if track.name().startswith(TRACK) and not track.isLocked() and is_free(track, *span(place.item)):
            return track, False
    new = core().VideoTrack(TRACK)
    place.timeline.addTrack(new)
    found = next((each for each in place.timeline.videoTracks() if each == new), None)
    if found is None:
        raise HostFailure("Hiero did not make a new video track.")
    _undo_by(undone, lambda: place.timeline.removeTrack(found))
    return found, True


def is_free(track: VideoTrack, first: int, last: int) -> bool:
    """Must be asked before addTrackItem, which cuts what it lands on and says nothing."""
    return all(item.timelineOut() < first or item.timelineIn() > last for item in track.items())


def _put(track: VideoTrack, clip: Clip, place: Place, result: Result, placement: str, undone: ExitStack) -> TrackItem:
    first, last = span(place.item)
    start, end = result.handles_before, result.last - result.first - result.handles_after
    if end - start != last - first:
        raise HostFailure(
            f"The result does not have the frames of “{place.item.name()}”.",
            remedy="The clip was trimmed since it was lifted: lift it again.",
            detail=f"{end - start + 1} frames for {last - first + 1}",
        )
    item = track.createTrackItem(place.item.name())
    item.setSource(clip)
    item.setTimes(first, last, start, end)
    mark(item, placement, result.job, result.clip)
    track.addTrackItem(item)
    _undo_by(undone, lambda: remove_item(Place(item, track, place.timeline)))
    there = next((each for each in track.items() if each == item), None)
    times = (there.timelineIn(), there.timelineOut(), there.sourceIn(), there.sourceOut()) if there else ()
    if there is None or times != (first, last, start, end):
        raise HostFailure("Hiero did not put the result where it belongs.", detail=f"{times}")
    return there


def _disable(item: TrackItem, undone: ExitStack) -> None:
    if not item.isEnabled():
        return
    item.setEnabled(False)
    _undo_by(undone, lambda: item.setEnabled(True))
    if item.isEnabled():
        raise HostFailure(f"Hiero did not disable “{item.name()}”.", remedy="Unlock its track, then import again.")


def _undo_by(undone: ExitStack, work: Callable[[], object]) -> None:
    undone.callback(lambda: (work(), None)[1])


def _notes(place: Place, track: VideoTrack) -> list[str]:
    notes: list[str] = []
    if place.item.inTransition() is not None or place.item.outTransition() is not None:
        notes.append(f"The transition at “{place.item.name()}” was not copied to “{track.name()}”.")
    tracks = list(place.timeline.videoTracks())
    between = tracks[tracks.index(place.track) + 1 : tracks.index(track)]
    hidden = sorted(each.name() for each in between if not _ours(each) and not is_free(each, *span(place.item)))
    if hidden:
        notes.append(f"“{track.name()}” lies above {', '.join(hidden)}: move it down where it hides something.")
    return notes


def _ours(track: VideoTrack) -> bool:
    return track.name().startswith(TRACK)


def tidy(timeline: Timeline, track: VideoTrack) -> None:
    """Remove a track of ours on which nothing is left."""
    if _ours(track) and not track.isLocked() and not track.items() and not any(track.subTrackItems()):
        timeline.removeTrack(track)
