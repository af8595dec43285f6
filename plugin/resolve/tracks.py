"""The track above a clip: one of ours that is free there, or a new one."""

from __future__ import annotations

import re

from bridge.domain.host import HostFailure

from .api import Timeline, whole, words
from .desk import Desk
from .facts import items_on

NAME = "Superwhite HDR"


def free_track(desk: Desk, timeline: Timeline, above: int, start: int, end: int) -> int:
    """The index of a track of ours right above `above` that has room for `[start, end)`; 0 where there is none.

    Resolve drops what would overlap, silently, and on a locked track everything.
    """
    track = above + 1
    if track > whole(desk.main(timeline.GetTrackCount, "video")):
        return 0
    if desk.main(timeline.GetTrackName, "video", track) != NAME:
        return 0
    if desk.main(timeline.GetIsTrackLocked, "video", track):
        return 0  # locked by somebody who wants it left alone
    return 0 if desk.main(_occupied, timeline, track, start, end) else track


def add_track(desk: Desk, timeline: Timeline, above: int) -> int:
    """A new track right above `above`, so that titles further up stay on top; where this version cannot insert one,
    the topmost. Raises `HostFailure`.
    """
    count = whole(desk.main(timeline.GetTrackCount, "video"))
    before = [desk.main(_looks, timeline, track) for track in range(1, count + 1)]
    desk.main(timeline.AddTrack, "video", {"index": above + 1})
    if whole(desk.main(timeline.GetTrackCount, "video")) != count + 1:
        raise HostFailure("DaVinci Resolve adds no track to this timeline.", remedy="Add one above the clip by hand.")
    after = [desk.main(_looks, timeline, track) for track in range(1, count + 2)]
    # Older versions put it on top, whatever index is asked for.
    index = above + 1 if after[above + 1 :] == before[above:] else count + 1
    desk.main(timeline.SetTrackName, "video", index, NAME)
    if desk.main(timeline.GetTrackName, "video", index) != NAME:
        if not desk.main(items_on, timeline, index):
            desk.main(timeline.DeleteTrack, "video", index)
        raise HostFailure("DaVinci Resolve does not name the new track.", detail=f"track {index}")
    return index


def remove_empty(desk: Desk, timeline: Timeline) -> None:
    """Remove tracks of ours on which nothing lies any more. `DeleteTrack` takes along what lies on a track."""
    for track in range(whole(desk.main(timeline.GetTrackCount, "video")), 0, -1):
        if desk.main(_is_empty, timeline, track):
            desk.main(timeline.DeleteTrack, "video", track)


def remove_nameless(desk: Desk, timeline: Timeline, above: int, count: int) -> None:
    """Remove the track that was added right above `above`, or on top, to the `count` there were, and had no time to get
    its name.
    """
    now = whole(desk.main(timeline.GetTrackCount, "video"))
    for track in (above + 1, now) if now == count + 1 else ():
        if desk.main(_looks, timeline, track) == ("", ""):
            desk.main(timeline.DeleteTrack, "video", track)
            return


def _occupied(timeline: Timeline, track: int, start: int, end: int) -> bool:
    for item in items_on(timeline, track):
        first = whole(item.GetStart())
        if first < end and start < first + whole(item.GetDuration()):
            return True
    return False


def _is_empty(timeline: Timeline, track: int) -> bool:
    return words(timeline.GetTrackName("video", track)) == NAME and not items_on(timeline, track)


def _looks(timeline: Timeline, track: int) -> tuple[str, str]:
    """What a track is known by when others are put between: its name, unless that is a number, and its first item."""
    name = words(timeline.GetTrackName("video", track))
    items = items_on(timeline, track)
    return "" if re.fullmatch(r".*\s\d+", name) else name, words(items[0].GetUniqueId()) if items else ""
