"""Hiero and Nuke Studio, as Superwhite sees them."""

from __future__ import annotations

import hashlib
import time

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

from .api import Timeline, TrackItem, core, ui
from .placer import Placer
from .projects import Projects
from .sources import describe, sort_out

_SLICE_SECONDS = 0.02
"""What one look at the selection takes of Hiero's main thread before it has a turn."""

_ABILITIES = HostAbilities(place=True, revert=True)
_TITLES = {"NukeStudio": "Nuke Studio", "HieroPlayer": "Hiero Player"}


class HieroHost:
    """A `bridge.domain.host.Host`, for whoever is on another thread than Hiero's."""

    def __init__(self, journal: Journal, main: Main) -> None:
        self._main = main
        self._projects = Projects()
        self._placer = Placer(journal, main, self._projects)

    def facts(self) -> HostFacts:
        facts: HostFacts = self._main(self._facts)
        return facts

    def selection(self) -> Selection:
        timeline, items, notes = self._main(_selected)
        clips: list[HostClip] = []
        while items:
            items = self._main(_describe, items, timeline, clips)
        revision = hashlib.sha1(repr((clips, notes)).encode("utf-8", "replace"), usedforsecurity=False).hexdigest()
        return Selection(revision, tuple(clips), notes)

    def export(self, clip: str, folder: str, handles: int) -> Exported:  # noqa: ARG002 - the protocol names them
        raise HostFailure(
            "Hiero renders nothing for Superwhite.",
            kind="unsupported",
            remedy="Export the clip, and lift what was exported.",
        )

    def export_mask(self, clip: str, mask: str, folder: str) -> HostMask:  # noqa: ARG002 - so here
        raise HostFailure("Clips of Hiero bring no masks.", kind="unsupported", remedy="Choose a file as mask.")

    def place(self, order: PlaceOrder) -> Placing:
        return self._placer.place(order)

    def revert(self, placements: tuple[str, ...]) -> str:
        return self._placer.revert(placements)

    def show_jobs(self, jobs: tuple[JobLine, ...]) -> None:
        """There is no place for jobs but the panel."""

    def close(self) -> None:
        """Nothing is held open."""

    def _facts(self) -> HostFacts:
        env = core().env
        product = str(env["ProductName"])
        project = self._projects.current()
        return HostFacts(
            "hiero",
            _TITLES.get(product, product),
            str(env["VersionString"]),
            self._projects.id_of(project) if project is not None else "",
            project.name() if project is not None else "",
            _ABILITIES,
        )


# What follows runs on Hiero's main thread, a slice each.


def _selected() -> tuple[Timeline | None, tuple[TrackItem, ...], tuple[str, ...]]:
    timeline = ui().activeSequence()
    editor = ui().getTimelineEditor(timeline) if timeline is not None else None
    if editor is None:
        return None, (), ("Open a sequence in a timeline, and select clips.",)
    found = sort_out(list(editor.selection()))
    return timeline, found.items, found.notes


def _describe(items: tuple[TrackItem, ...], timeline: Timeline, clips: list[HostClip]) -> tuple[TrackItem, ...]:
    """Adds to `clips` for as long as a slice may take; returns the items that are left."""
    end = time.monotonic() + _SLICE_SECONDS
    for done, item in enumerate(items, 1):
        if not item.isNull():  # else deleted since
            clips.append(describe(item, timeline))
        if time.monotonic() >= end:
            return items[done:]
    return ()
