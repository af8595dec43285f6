"""The adapter of DaVinci Resolve Studio."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from bridge.domain.host import (
    Exported,
    HostAbilities,
    HostClip,
    HostFacts,
    HostFailure,
    HostMask,
    JobLine,
    PlaceOrder,
    Placing,
    Selection,
)
from plugin.hosting.journal import Journal
from plugin.hosting.main_thread import Main

from .api import Resolve, Timeline, words
from .attach import attach, gone, open_project
from .desk import Desk
from .export import export, export_mask
from .facts import ItemFacts, item_facts, items_on, matte_tracks
from .placing import place
from .reverting import revert
from .selection import clip_of, masks_of, selected_items, timeline_rate

log = logging.getLogger("superwhite.host")

COLOR = "Lime"
"""The clip colour by which clips are meant where Resolve does not tell what is selected."""


class ResolveHost:
    """A `bridge.domain.host.Host`. `connect` attaches to a running Resolve; while it renders for us, it is asked every
    `pause` seconds how far it is.
    """

    def __init__(
        self,
        journal: Journal,
        main: Main,
        connect: Callable[[], Resolve] = attach,
        color: str = COLOR,
        pause: float = 0.5,
    ) -> None:
        self._journal = journal
        self._main = main
        self._connect = connect
        self._color = color
        self._pause = pause
        self._resolve: Resolve | None = None

    def facts(self) -> HostFacts:
        resolve = self._attached()
        title, version = words(self._main(resolve.GetProductName)), words(self._main(resolve.GetVersionString))
        try:
            project = self._main(open_project, resolve)
            key, name = self._main(project.GetUniqueId), self._main(project.GetName)
        except HostFailure as failure:
            if failure.kind == "lost":
                raise
            key = name = ""
        abilities = HostAbilities(export=True, masks=True, place=True, revert=True)
        return HostFacts("resolve", title, version, key, name, abilities)

    def selection(self) -> Selection:
        desk = self._desk()
        timeline = self._timeline(desk)
        items, note = desk.main(selected_items, timeline, self._color)
        notes = [note] if note else []
        rate, origin = desk.main(timeline_rate, timeline), desk.main(timeline.GetStartFrame)
        facts = [each for item in items if (each := desk.main(item_facts, item, timeline, desk.pool))]
        shown = [each for each in facts if each.track_kind == "video" and not each.is_transition]
        if facts and not shown:
            notes.append("No video clip is selected.")
        mattes = self._mattes(desk, timeline)
        shown = [each for each in shown if each.id not in {matte.id for matte in mattes}] or shown
        clips = tuple(clip_of(each, rate, origin, masks_of(each, mattes)) for each in shown)
        return Selection(_revision(clips, notes), clips, tuple(notes))

    def export(self, clip: str, folder: str, handles: int) -> Exported:
        with self._journal.alone(), self._watched():
            return export(self._desk(), clip, Path(folder), handles, self._pause)

    def export_mask(self, clip: str, mask: str, folder: str) -> HostMask:
        with self._journal.alone(), self._watched():
            return export_mask(self._desk(), clip, mask, Path(folder), self._pause)

    def place(self, order: PlaceOrder) -> Placing:
        with self._journal.alone(), self._watched():
            return place(self._desk(), self._journal, order)

    def revert(self, placements: tuple[str, ...]) -> str:
        with self._journal.alone(), self._watched():
            return revert(self._desk(), self._journal, placements)

    def show_jobs(self, jobs: tuple[JobLine, ...]) -> None:
        """Resolve has no place for jobs but the panel."""

    def close(self) -> None:
        self._resolve = None

    def is_there(self) -> bool:
        """Whether Resolve still answers; true as long as none was attached."""
        if self._resolve is None:
            return True
        try:
            return bool(words(self._main(self._resolve.GetProductName)))
        except Exception:
            log.exception("Resolve cannot be asked any more")
            return False

    # Helpers

    def _attached(self) -> Resolve:
        """Attached when it is first wanted, and again after it has gone."""
        resolve = self._resolve
        if resolve is None:
            resolve = self._resolve = cast(Resolve, self._main(self._connect))
        elif not self.is_there():
            self._resolve = None
            raise gone()
        return resolve

    @contextmanager
    def _watched(self) -> Generator[None, None, None]:
        """Whatever fails because Resolve has gone fails for that reason."""
        try:
            yield
        except Exception as error:
            if self.is_there():
                raise
            self._resolve = None
            raise HostFailure(
                "DaVinci Resolve was closed in the middle.",
                kind="lost",
                remedy="Open the project again and repeat this: what was begun is finished or cleared away then.",
                detail=f"{type(error).__name__}: {error}",
            ) from error

    def _desk(self) -> Desk:
        resolve = self._attached()
        project = self._main(open_project, resolve)
        pool = self._main(project.GetMediaPool)
        if pool is None:
            raise gone()
        return Desk(resolve, project, pool, self._main)

    def _timeline(self, desk: Desk) -> Timeline:
        timeline = desk.main(desk.project.GetCurrentTimeline)
        if timeline is None:
            raise HostFailure("No timeline is open in DaVinci Resolve.", remedy="Open one, and select clips on it.")
        return timeline

    def _mattes(self, desk: Desk, timeline: Timeline) -> list[ItemFacts]:
        found = [item for track in desk.main(matte_tracks, timeline) for item in desk.main(items_on, timeline, track)]
        facts = [desk.main(item_facts, item, timeline, desk.pool) for item in found]
        return [each for each in facts if each is not None and not each.is_transition]


def _revision(clips: tuple[HostClip, ...], notes: list[str]) -> str:
    return hashlib.sha256(repr((clips, notes)).encode("utf-8", "surrogatepass")).hexdigest()[:16]
