"""Media of clips that have none to read directly, and mattes: rendered from a timeline of our own, removed again.

A clip at its own speed is laid alone onto an empty timeline, with handles. What only a timeline knows (speeds, compound
clips, generators, mattes, keys) is rendered from a copy of it, with every other track off.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Generator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

from bridge.domain.host import Exported, HostFailure, HostMask

from .api import MediaPoolClipInfo, Timeline, TimelineItem, has, whole, words
from .desk import Desk, Found
from .facts import ItemFacts, item_facts, items_on
from .rates import rate_text, timecode
from .rendering import Job, Rendered, render, safe_name
from .selection import is_still, span_of, timeline_rate

log = logging.getLogger("superwhite.host")

_PREFIX = "Superwhite render "
_SDR = ("Rec.709", "sRGB")
_NOT_SDR = ("ST2084", "HLG", "Linear", "2100", "PQ")


def export(desk: Desk, clip: str, folder: Path, handles: int, pause: float) -> Exported:
    """Render a clip ungraded. Raises `HostFailure`."""
    found, facts, rate = _clip(desk, clip)
    with desk.restored():
        sweep(desk)
        media = facts.media
        if media is None or not media.path or is_still(facts) or span_of(facts, rate).retimed:
            return _from_copy(desk, found, facts, rate, folder, pause)
        return _from_media(desk, found, facts, rate, folder, handles, pause)


def export_mask(desk: Desk, clip: str, mask: str, folder: Path, pause: float) -> HostMask:
    """Render one of a clip's masks over the clip's range. Raises `HostFailure`."""
    kind, _, key = mask.partition(":")
    if kind == "matte":
        return _matte_file(desk, clip, key)
    found, facts, _ = _clip(desk, clip)
    with desk.restored():
        sweep(desk)
        if kind == "alpha":
            title, track = "Alpha output", facts.track
        elif (matte := desk.find(key)) is not None:
            title, track = str(desk.main(matte.item.GetName)), desk.track_of(matte.item)
        else:
            raise _no_mask()
        with _copied(desk, found.timeline, track) as copy:
            if kind == "alpha":
                _enabled(desk, copy, track, facts.start)
            made = _render(desk, copy, facts, folder, pause, alpha=kind == "alpha", suffix="matte")
    return HostMask(mask, title, "alpha" if kind == "alpha" else "matte", str(made.path))


def sweep(desk: Desk) -> None:
    """Remove timelines of ours that an end in the middle has left behind."""
    for timeline in desk.timelines():
        if words(desk.main(timeline.GetName)).startswith(_PREFIX):
            desk.main(desk.pool.DeleteTimelines, [timeline])


def _clip(desk: Desk, clip: str) -> tuple[Found, ItemFacts, Fraction]:
    found = desk.find(clip)
    facts = desk.main(item_facts, found.item, found.timeline, desk.pool) if found is not None else None
    if found is None or facts is None:
        raise HostFailure("This clip is not on a timeline of the project any more.", remedy="Select it again.")
    return found, facts, desk.main(timeline_rate, found.timeline)


def _from_media(
    desk: Desk, found: Found, facts: ItemFacts, rate: Fraction, folder: Path, handles: int, pause: float
) -> Exported:
    media = facts.media
    assert media is not None
    span = span_of(facts, rate)
    own = media.rate or rate
    last = min(media.frames, span.end)
    start, end = max(0, span.start - handles), min(media.frames, last + handles)
    with _removed(desk, desk.main(desk.pool.CreateEmptyTimeline, _name())) as timeline:
        width, height = media.width or _size(desk, timeline)[0], media.height or _size(desk, timeline)[1]
        _set(desk, timeline, "timelineResolutionWidth", str(width))
        _set(desk, timeline, "timelineResolutionHeight", str(height))
        _set(desk, timeline, "timelineFrameRate", rate_text(own))
        # So that files are numbered as the source numbers its frames.
        desk.main(timeline.SetStartTimecode, timecode(media.first + start, own))
        _demand_sdr(desk, timeline)
        origin = whole(desk.main(timeline.GetStartFrame))
        info: MediaPoolClipInfo = {
            "mediaPoolItem": desk.main(found.item.GetMediaPoolItem),
            "startFrame": media.first + start,
            "endFrame": media.first + end,
            "trackIndex": 1,
            "recordFrame": origin,
            "mediaType": 1,
        }
        desk.main(desk.pool.AppendToTimeline, [info])
        laid = desk.main(items_on, timeline, 1)
        if len(laid) != 1 or whole(desk.main(laid[0].GetDuration)) != end - start:
            raise HostFailure(
                f"DaVinci Resolve does not lay out “{facts.name}” for rendering.",
                remedy="Render the clip on the Deliver page and open the result in Superwhite.",
                detail=f"{len(laid)} items, {end - start} frames were wanted",
            )
        job = Job(folder, safe_name(facts.name), origin, origin + end - start, width, height)
        made = render(desk, job, pause)
    return Exported(str(made.path), str(own), made.first, end - start, span.start - start, end - last)


def _from_copy(desk: Desk, found: Found, facts: ItemFacts, rate: Fraction, folder: Path, pause: float) -> Exported:
    with _copied(desk, found.timeline, facts.track) as copy:
        item = _enabled(desk, copy, facts.track, facts.start)
        _without_grade(desk, item, facts.name)
        _demand_sdr(desk, copy)
        made = _render(desk, copy, facts, folder, pause, alpha=False, suffix="plate")
    return Exported(str(made.path), str(rate), made.first, facts.duration)


def _render(
    desk: Desk,
    timeline: Timeline,
    facts: ItemFacts,
    folder: Path,
    pause: float,
    *,
    alpha: bool,
    suffix: str,
) -> Rendered:
    width, height = _size(desk, timeline)
    name = safe_name(facts.name).removesuffix("plate") + suffix
    return render(desk, Job(folder, name, facts.start, facts.end, width, height, alpha), pause)


@contextmanager
def _copied(desk: Desk, timeline: Timeline, track: int) -> Generator[Timeline, None, None]:
    """A copy of a timeline that shows one track. It becomes the current one, which renders are made of."""
    desk.show(timeline)
    with _removed(desk, desk.main(timeline.DuplicateTimeline, _name())) as copy:
        for each in range(1, whole(desk.main(copy.GetTrackCount, "video")) + 1):
            desk.main(copy.SetTrackEnable, "video", each, each == track)
        yield copy


@contextmanager
def _removed(desk: Desk, timeline: Timeline | None) -> Generator[Timeline, None, None]:
    if timeline is None:
        raise HostFailure("DaVinci Resolve makes no timeline to render from.", remedy="Try again.")
    try:
        desk.show(timeline)
        yield timeline
    finally:
        desk.main(desk.pool.DeleteTimelines, [timeline])


def _enabled(desk: Desk, timeline: Timeline, track: int, start: int) -> TimelineItem:
    """The counterpart of a clip on a copy: it has another id, and lies at the same place."""
    for item in desk.main(items_on, timeline, track):
        if whole(desk.main(item.GetStart), -1) == start:
            with desk.unlocked(timeline, track):
                desk.main(item.SetClipEnabled, True)
            return item
    raise HostFailure("DaVinci Resolve's copy of the timeline is not like it.", remedy="Try again.")


def _without_grade(desk: Desk, item: TimelineItem, name: str) -> None:
    """On a version of its own: a remote one is shared with every other use of the media."""
    graph = desk.main(item.GetNodeGraph) if has(item, "GetNodeGraph") else None
    done = (
        graph is not None
        and has(graph, "ResetAllGrades")
        and desk.main(item.AddVersion, f"Superwhite {uuid.uuid4().hex[:6]}", 0)
        and desk.main(graph.ResetAllGrades)
    )
    if not done:
        raise HostFailure(
            f"“{name}” cannot be rendered without its grade by this version of DaVinci Resolve.",
            remedy="Reset its grade on a copy of the timeline, render that, and open the result in Superwhite.",
        )


def _demand_sdr(desk: Desk, timeline: Timeline) -> None:
    """Renders come in the output space, which is to be SDR: of our timeline, never of the project."""
    mode = words(desk.main(timeline.GetSetting, "colorScienceMode"))
    if mode.startswith("davinciYRGBColorManaged"):
        keys, wanted = ["colorSpaceOutput", "colorSpaceOutputGamma"], "Rec.709 Gamma 2.4"
    elif mode.startswith("aces"):
        keys, wanted = ["colorAcesODT"], "Rec.709"
    else:
        return

    def is_sdr() -> bool:
        told = " ".join(words(desk.main(timeline.GetSetting, key)) for key in keys)
        return told.startswith(_SDR) and not any(each in told for each in _NOT_SDR)

    if not is_sdr():
        _set(desk, timeline, keys[0], wanted)
    if not is_sdr():
        output = words(desk.main(timeline.GetSetting, keys[0]))
        raise HostFailure(
            f"The project's output is {output}, so what DaVinci Resolve renders is not SDR.",
            remedy="Set the output colour space of the project to Rec.709 while you render, or lift the source media.",
        )


def _set(desk: Desk, timeline: Timeline, key: str, value: str) -> None:
    """A setting of one timeline: none sticks before it has its own, and each goes alone."""
    if words(desk.main(timeline.GetSetting, "useCustomSettings")) != "1":
        desk.main(timeline.SetSetting, "useCustomSettings", "1")
    if words(desk.main(timeline.GetSetting, key)) != value:
        desk.main(timeline.SetSetting, key, value)


def _size(desk: Desk, timeline: Timeline) -> tuple[int, int]:
    width = whole(desk.main(timeline.GetSetting, "timelineResolutionWidth"))
    return width, whole(desk.main(timeline.GetSetting, "timelineResolutionHeight"))


def _matte_file(desk: Desk, clip: str, path: str) -> HostMask:
    _, facts, _ = _clip(desk, clip)
    if path not in facts.mattes or not Path(path).exists():
        raise _no_mask()
    return HostMask(f"matte:{path}", Path(path).name, "matte", path)


def _no_mask() -> HostFailure:
    return HostFailure("This mask is not in the project any more.", remedy="Select the clip again.")


def _name() -> str:
    return _PREFIX + uuid.uuid4().hex[:8]
