"""One open project under our hands: finding what lies in it, and leaving the user's view as it was."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from bridge.domain.host import HostFailure
from plugin.hosting.main_thread import Main

from .api import MediaPool, PageName, Project, Resolve, Timeline, TimelineItem, whole, words
from .attach import gone
from .facts import items_on, place_of

if TYPE_CHECKING:
    from typing import ParamSpec, TypeVar

    P = ParamSpec("P")
    T = TypeVar("T")

log = logging.getLogger("superwhite.host")


@dataclass(frozen=True)
class Found:
    """An item, and the timeline that it lies on."""

    timeline: Timeline
    item: TimelineItem


class Desk:
    """Every touch goes through `main`, each a slice of a few calls."""

    def __init__(self, resolve: Resolve, project: Project, pool: MediaPool, main: Main) -> None:
        self.resolve = resolve
        self.project = project
        self.pool = pool
        self._main = main
        self._places: dict[str, Found] | None = None

    def main(self, work: Callable[P, T], *arguments: P.args, **keywords: P.kwargs) -> T:
        """Make a call where the host allows it; its arguments are still checked by type checkers."""
        assert not keywords, "Resolve takes none"
        return cast("T", self._main(work, *arguments))

    # Looking

    def timelines(self) -> list[Timeline]:
        """All of the project, the current one first."""
        return self.main(self._timelines)

    def find(self, item: str) -> Found | None:
        """By its unique id; none where it is on no timeline."""
        found = self._index().get(item)
        return found if found is not None and self.main(found.item.GetUniqueId) == item else None

    def took(self, timeline: Timeline, item: TimelineItem) -> None:
        """An item of ours has come onto a timeline."""
        self._index()[words(self.main(item.GetUniqueId))] = Found(timeline, item)

    def find_where(self, holds: Callable[[TimelineItem], bool], on: Timeline | None = None) -> Found | None:
        """On one timeline, or on any."""
        for timeline in self.timelines() if on is None else [on]:
            for track in range(1, self.main(self._tracks, timeline) + 1):
                for item in self.main(items_on, timeline, track):
                    if self.main(holds, item):
                        return Found(timeline, item)
        return None

    def find_timeline(self, key: str) -> Timeline | None:
        return next((each for each in self.timelines() if self.main(each.GetUniqueId) == key), None)

    def track_of(self, item: TimelineItem) -> int:
        return self.main(place_of, item)[1]

    # Working

    @contextmanager
    def restored(self) -> Generator[None, None, None]:
        """Leave the timeline, the page and the bin that the user looks at as they are, whatever happens meanwhile."""
        timeline = self.main(self.project.GetCurrentTimeline)
        page = self.main(self.resolve.GetCurrentPage)
        folder = self.main(self.pool.GetCurrentFolder)
        try:
            yield
        finally:
            self.show(timeline)
            self.open_page(page)
            if folder is not None and not self.main(self.pool.SetCurrentFolder, folder):
                log.warning("The bin that was open could not be opened again.")

    def show(self, timeline: Timeline | None) -> None:
        """Make a timeline the current one: what is appended lands there. Raises `HostFailure`."""
        if timeline is None:
            return
        key = words(self.main(timeline.GetUniqueId))
        now = self.main(self.project.GetCurrentTimeline)
        if not key or (now is not None and self.main(now.GetUniqueId) == key):
            return  # a timeline that has been deleted meanwhile answers nothing
        self.main(self.project.SetCurrentTimeline, timeline)
        now = self.main(self.project.GetCurrentTimeline)
        if now is None or self.main(now.GetUniqueId) != key:
            raise HostFailure("DaVinci Resolve does not open the timeline of the clip.", remedy="Open it yourself.")

    def open_page(self, page: str | None) -> None:
        """Does nothing in a session without windows, which has no pages."""
        if page and self.main(self.resolve.GetCurrentPage) not in (None, page):
            self.main(self.resolve.OpenPage, cast(PageName, page))

    @contextmanager
    def unlocked(self, timeline: Timeline, track: int) -> Generator[None, None, None]:
        """On a locked track Resolve does nothing, and says nothing."""
        if not self.main(timeline.GetIsTrackLocked, "video", track):
            yield
            return
        self.main(timeline.SetTrackLock, "video", track, False)
        try:
            yield
        finally:
            self.main(timeline.SetTrackLock, "video", track, True)

    def delete(self, timeline: Timeline, items: list[TimelineItem]) -> bool:
        """Whether they are gone: nothing is deleted but on the Edit page, of the current timeline."""
        keys = {self.main(item.GetUniqueId) for item in items}
        tracks = sorted({self.track_of(item) for item in items})
        with self.restored():
            self.show(timeline)
            self.open_page("edit")
            locked = [track for track in tracks if self.main(timeline.GetIsTrackLocked, "video", track)]
            for track in locked:
                self.main(timeline.SetTrackLock, "video", track, False)
            try:
                self.main(timeline.DeleteClips, list[Any](items), False)
            finally:
                for track in locked:
                    self.main(timeline.SetTrackLock, "video", track, True)
        return not any(self.main(_is_on, timeline, track, keys) for track in tracks)

    def demand_resolve(self) -> None:
        """Raises `HostFailure` where Resolve has gone: then nothing is found, and everything seems to be deleted."""
        if not words(self.main(self.resolve.GetProductName)):
            raise gone()

    def _index(self) -> dict[str, Found]:
        """Every item of the project by its id, looked up once: a desk lives for one order."""
        if self._places is None:
            found: dict[str, Found] = {}
            for timeline in self.timelines():
                for track in range(1, self.main(self._tracks, timeline) + 1):
                    for key, item in self.main(_named, timeline, track):
                        found.setdefault(key, Found(timeline, item))
            self._places = found
        return self._places

    def _timelines(self) -> list[Timeline]:
        current = self.project.GetCurrentTimeline()
        key = words(current.GetUniqueId()) if current is not None else ""
        count = whole(self.project.GetTimelineCount())
        every = [self.project.GetTimelineByIndex(index) for index in range(1, count + 1)]
        others = [each for each in every if each is not None and words(each.GetUniqueId()) != key]
        return [current, *others] if current is not None else others

    def _tracks(self, timeline: Timeline) -> int:
        return whole(timeline.GetTrackCount("video"))


def _named(timeline: Timeline, track: int) -> list[tuple[str, TimelineItem]]:
    return [(words(item.GetUniqueId()), item) for item in items_on(timeline, track)]


def _is_on(timeline: Timeline, track: int, keys: set[str]) -> bool:
    return any(words(item.GetUniqueId()) in keys for item in items_on(timeline, track))
