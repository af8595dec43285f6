"""Open projects, and what is on their timelines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath

from bridge.domain.host import HostFailure

from .api import Project, Timeline, TrackItem, VideoTrack, core, ui
from .marks import placement_of, source_of


@dataclass(frozen=True)
class Place:
    """Where an item is."""

    item: TrackItem
    track: VideoTrack
    timeline: Timeline


class Projects:
    """Knows a project again that is saved under another name. Every method belongs to Hiero's main thread."""

    def __init__(self) -> None:
        self._guids: dict[str, str] = {}

    def current(self) -> Project | None:
        """That of the timeline that was worked in last."""
        timeline = ui().activeSequence()
        found = timeline.project() if timeline is not None else None
        opened = core().projects()
        return found or (opened[-1] if opened else None)

    def id_of(self, project: Project) -> str:
        name = project.path() or f"untitled:{project.guid()}"
        self._guids[name] = project.guid()
        return name

    def opened(self, name: str) -> Project | None:
        """The project of this id, if it is open, whether it is in front or not."""
        for project in core().projects():
            if self.id_of(project) == name or project.guid() == self._guids.get(name):
                return project
        return None

    def demand(self, name: str) -> Project:
        """Raises `HostFailure` where the project is not open, or cannot be changed."""
        project = self.opened(name)
        if project is None:
            raise HostFailure(
                f"The project “{PurePath(name).name}” is not open.",
                remedy="Open it again, then import.",
                detail=", ".join(self.id_of(each) for each in core().projects()),
            )
        if not project.editable():
            raise HostFailure(f"The project “{project.name()}” cannot be changed.", remedy="Open it for editing.")
        return project


def places(project: Project) -> Iterator[Place]:
    """Every item on the video tracks of a project."""
    for timeline in project.sequences():
        for track in timeline.videoTracks():
            for item in track.items():
                yield Place(item, track, timeline)


def place_of(project: Project, clip: str) -> Place:
    found = next((place for place in places(project) if place.item.guid() == clip), None)
    if found is None:
        raise HostFailure(
            "A clip is not on its timeline any more.", remedy="Undo the change, or lift the clip anew.", detail=clip
        )
    return found


def results_of(project: Project, clip: str) -> list[Place]:
    """Results for this clip, the lowest first."""
    return [place for place in places(project) if placement_of(place.item) and source_of(place.item) == clip]


def placed(project: Project, placement: str) -> Place | None:
    return next((place for place in places(project) if placement_of(place.item) == placement), None)
