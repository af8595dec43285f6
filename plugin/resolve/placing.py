"""Results onto the timeline: imported, laid above their clips at the same frames, the clips disabled."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

from bridge.domain.host import REPLACE, SKIP, HostFailure, Placed, PlaceOrder, Placing, Result
from plugin.hosting.journal import INTENDED, PLACED, REVERTED, Entry, Journal
from plugin.hosting.results import demand_files

from . import color, media, tracks
from .api import MediaPoolClipInfo, MediaPoolItem, Timeline, TimelineItem, whole, words
from .desk import Desk, Found
from .facts import items_on
from .reverting import enable, media_of, result_of, source_of, undo

log = logging.getLogger("superwhite.host")


@dataclass(frozen=True)
class _Spot:
    """Where a source clip lies; `end` is the first frame behind it."""

    found: Found
    timeline: str
    track: int
    start: int
    end: int
    name: str
    enabled: bool


def place(desk: Desk, journal: Journal, order: PlaceOrder) -> Placing:
    """Raises `HostFailure`, with the project as it was."""
    project = words(desk.main(desk.project.GetUniqueId))
    if order.project != project:
        raise HostFailure(
            "Another project is open in DaVinci Resolve than the one that this clip is from.",
            remedy="Open that project, then import.",
        )
    for result in order.results:
        demand_files(result)
    return _Placing(desk, journal, order).run()


class _Placing:
    def __init__(self, desk: Desk, journal: Journal, order: PlaceOrder) -> None:
        self._desk = desk
        self._journal = journal
        self._order = order
        self._live = journal.entries(order.project)
        self._new: list[Entry] = []
        self._notes: list[str] = []
        self._tracks: set[str] = set()

    def run(self) -> Placing:
        placed: list[Placed] = []
        skipped = there = 0
        with self._desk.restored():
            try:
                for result in self._order.results:
                    known = self._known(result)
                    if any(entry.job == result.job for entry in known):
                        placement = next(entry.placement for entry in known if entry.job == result.job)
                        there += 1
                    elif known and self._order.conflict == SKIP:
                        placement = ""
                        skipped += 1
                    else:
                        placement = self._one(result, known).placement
                    placed.append(Placed(result.job, placement))
                self._replace()
            except Exception:
                self._take_all_back()
                raise
        return Placing(tuple(placed), self._told(there, skipped), tuple(self._notes))

    # One result

    def _known(self, result: Result) -> list[Entry]:
        """What lies above the clip already, in the order in which it came there. What was begun and not finished is
        finished, or cleared away.
        """
        known: list[Entry] = []
        for entry in [each for each in self._live if each.clip == result.clip]:
            lies = not entry.made.get("discard") and self._lies(entry)
            if lies:
                known.append(self._journal.turned(entry, PLACED) if entry.phase == INTENDED else entry)
            elif entry.phase == INTENDED:
                undo(self._desk, self._journal, entry, self._live)
        return known

    def _lies(self, entry: Entry) -> bool:
        """Whether a result is where it was put, and that is where its clip is."""
        found, source = result_of(self._desk, entry), source_of(self._desk, entry)
        if found is None or source is None:
            return False
        at = self._desk.main(_place, found.item)
        if entry.phase == INTENDED and self._desk.main(source.item.GetClipEnabled):
            return False
        return (
            at == (entry.made.get("start"), entry.made.get("end"))
            and at[0] == self._desk.main(_place, source.item)[0]
        )

    def _one(self, result: Result, known: list[Entry]) -> Entry:
        desk = self._desk
        spot = self._spot(result)
        desk.show(spot.found.timeline)
        before = {
            # Whoever was first knows how the source was before any of us came.
            "enabled": spot.enabled or any(entry.before.get("enabled") for entry in known),
            "at": {"timeline": spot.timeline, "start": spot.start, "name": spot.name},
            "split": color.separate_setting(desk),
        }
        made = {"timeline": spot.timeline, "start": spot.start, "path": str(Path(result.directory, result.pattern))}
        replaces = known[-1].placement if known and self._order.conflict == REPLACE else ""
        entry = self._journal.intend(
            result.job, self._order.project, result.clip, before=before, made=made, replaces=replaces
        )
        self._new.append(entry)
        self._live.append(entry)
        clip = media.import_result(desk, result)
        media.note_owner(desk, clip, result.job, entry.placement, result.clip)
        # From here on what is laid of it is known to be ours.
        entry = self._turned(entry, INTENDED, media=desk.main(clip.GetUniqueId))
        source = desk.main(spot.found.item.GetMediaPoolItem)
        self._note(media.set_rate(desk, clip, result.rate))
        self._note(color.tag(desk, clip, result.color, source, Path(result.directory).name))
        above = self._height(spot, known)
        track = tracks.free_track(desk, spot.found.timeline, above, spot.start, spot.end)
        if not track:
            count = whole(desk.main(spot.found.timeline.GetTrackCount, "video"))
            entry = self._turned(entry, INTENDED, adding={"above": above, "count": count})
            track = tracks.add_track(desk, spot.found.timeline, above)
        item = self._lay(spot, clip, result, track)
        desk.took(spot.found.timeline, item)
        entry = self._turned(
            entry,
            INTENDED,
            item=desk.main(item.GetUniqueId),
            end=desk.main(_place, item)[1],
            disabled=True,
        )
        desk.main(_mark, item, entry.placement, result.job)
        enable(desk, spot.found, False)
        return self._turned(entry, PLACED)

    def _spot(self, result: Result) -> _Spot:
        found = self._desk.find(result.clip)
        if found is None:
            raise HostFailure(
                f"The clip of “{Path(result.directory).name}” is not on the timeline any more.",
                remedy="Undo its removal, or lift it anew from where it is now.",
            )
        start, end = self._desk.main(_place, found.item)
        return _Spot(
            found,
            self._desk.main(found.timeline.GetUniqueId),
            self._desk.track_of(found.item),
            start,
            end,
            self._desk.main(found.item.GetName),
            bool(self._desk.main(found.item.GetClipEnabled)),
        )

    def _height(self, spot: _Spot, known: list[Entry]) -> int:
        """The track above which the result goes: the clip's, or that of the topmost earlier result."""
        heights = [self._desk.track_of(found.item) for each in known if (found := result_of(self._desk, each))]
        return max([spot.track, *heights])

    def _lay(self, spot: _Spot, clip: MediaPoolItem, result: Result, track: int) -> TimelineItem:
        desk, timeline = self._desk, spot.found.timeline
        self._tracks.add(words(desk.main(timeline.GetTrackName, "video", track)))
        # A sequence counts from the number of its first file: from 0 it would be frozen on that for good.
        first = whole(desk.main(clip.GetClipProperty, "Start")) + result.handles_before
        frames = result.last - result.first + 1 - result.handles_before - result.handles_after
        spare = result.handles_after
        best: TimelineItem | None = None
        for count in (frames, *((frames + 1,) if spare else ()), frames - 1):
            item = self._append(timeline, clip, track, first, count, spot.start)
            length = spot.end - spot.start
            got = desk.main(_place, item)[1] - spot.start if item is not None else 0
            if item is not None and got == length:
                return item
            # Between rates Resolve rounds down, and a frame is missing at the end.
            if item is not None and got == length - 1 and count >= frames and not spare:
                best = item
                break
            if item is not None:
                desk.delete(timeline, [item])
        if best is not None:
            self._note(f"“{spot.name}” is one frame shorter in HDR, for its rate is not the timeline's.")
            return best
        raise HostFailure(
            f"The result of “{spot.name}” does not fit above it: it has {frames} frames, and the clip "
            f"{spot.end - spot.start}.",
            remedy="The clip was trimmed after it had been lifted, or its track is full: lift it again.",
        )

    def _append(
        self, timeline: Timeline, clip: MediaPoolItem, track: int, first: int, count: int, at: int
    ) -> TimelineItem | None:
        """What lies there afterwards, found by looking: what the call returns may be a ghost of what was dropped."""
        if count < 1:
            return None
        info: MediaPoolClipInfo = {
            "mediaPoolItem": clip,
            "startFrame": first,
            "endFrame": first + count,
            "trackIndex": track,
            "recordFrame": at,
            "mediaType": 1,
        }
        # Always a list: a bare dictionary freezes Resolve.
        self._desk.main(self._desk.pool.AppendToTimeline, [info])
        key = words(self._desk.main(clip.GetUniqueId))
        return self._desk.main(_laid, timeline, track, key, at)

    # The whole

    def _replace(self) -> None:
        """Earlier results go last, and at once: until then everything can be taken back."""
        olds = [old for entry in self._new if entry.replaces and (old := self._journal.read(entry.replaces))]
        found = [each for old in olds if (each := result_of(self._desk, old))]
        by_timeline: dict[str, list[Found]] = {}
        for each in found:
            by_timeline.setdefault(self._desk.main(each.timeline.GetUniqueId), []).append(each)
        for group in by_timeline.values():
            if not self._desk.delete(group[0].timeline, [each.item for each in group]):
                raise HostFailure(
                    "DaVinci Resolve does not delete the earlier result.",
                    remedy="Open the Edit page and delete it by hand, then import again.",
                )
        for old in olds:
            clip = media_of(self._desk, old)
            if clip is not None and not media.remove(self._desk, clip):
                self._note("The media of an earlier result stays in the Media Pool, for it is used elsewhere.")
            self._journal.turned(old, REVERTED)
            self._live = [each for each in self._live if each.placement != old.placement]
        for group in by_timeline.values():
            tracks.remove_empty(self._desk, group[0].timeline)

    def _take_all_back(self) -> None:
        for entry in tuple(reversed(self._new)):
            entry = self._journal.turned(entry, INTENDED, made={**entry.made, "discard": True})
            try:
                undo(self._desk, self._journal, entry, self._live)
            except HostFailure as failure:
                # The first failure is what the user is told; this one stays in the journal and is tried again.
                log.warning("%s could not be taken back: %s (%s)", entry.placement, failure.sentence, failure.detail)

    def _turned(self, entry: Entry, phase: str, **made: object) -> Entry:
        turned = self._journal.turned(entry, phase, made={**entry.made, **made})
        self._new[-1] = turned
        self._live[self._live.index(entry)] = turned
        return turned

    def _note(self, note: str) -> None:
        if note and note not in self._notes:
            self._notes.append(note)

    def _told(self, there: int, skipped: int) -> str:
        said = []
        if count := len(self._new):
            names = ", ".join(f"“{name}”" for name in sorted(self._tracks))
            said.append(f"{_clips(count)} {'lie' if count > 1 else 'lies'} on {names}, and the source is disabled.")
        if there:
            said.append(f"{_clips(there)} {'were' if there > 1 else 'was'} there already.")
        if skipped:
            said.append(f"{_clips(skipped)} with an earlier result {'were' if skipped > 1 else 'was'} left alone.")
        return " ".join(said) or "There was nothing to place."


def _clips(count: int) -> str:
    return f"{count} clip{'s' if count > 1 else ''}"


def _place(item: TimelineItem) -> tuple[int, int]:
    start = whole(item.GetStart(), -1)
    return start, start + whole(item.GetDuration())


def _mark(item: TimelineItem, placement: str, job: str) -> None:
    # A marker's frame counts in the source, not from the cut.
    at = whole(item.GetLeftOffset())
    if not item.AddMarker(at, "Lemon", "Superwhite", f"Job {job}", 1, placement):
        log.warning("Resolve has set no marker for %s; the journal has its id.", placement)


def _laid(timeline: Timeline, track: int, clip: str, at: int) -> TimelineItem | None:
    for item in items_on(timeline, track):
        if whole(item.GetStart(), -1) == at:
            used = item.GetMediaPoolItem()
            if used is not None and words(used.GetUniqueId()) == clip:
                return item
    return None
