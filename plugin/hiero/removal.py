"""Results off the timeline again, with respect for what was done by hand since."""

from __future__ import annotations

from dataclasses import dataclass

from bridge.domain.host import HostFailure

from .api import BinItem, Clip, Project
from .insert import our_bin, remove_item, span, tidy
from .marks import placement_of, source_of
from .projects import placed, places, results_of


@dataclass(frozen=True)
class Removed:
    """`there` is false where nothing of it was left. `notes` say what the user had changed."""

    there: bool
    notes: tuple[str, ...] = ()


def demand_unlocked(project: Project, placement: str) -> None:
    place = placed(project, placement)
    if place is not None and place.track.isLocked():
        raise HostFailure(
            f"The track “{place.track.name()}” is locked.", remedy="Unlock it, then try again.", detail=placement
        )


def remove(project: Project, placement: str, clip: str, times: tuple[int, int], enable: bool) -> Removed:
    """`clip` is the source's id. It is enabled again where `enable` says so, and no other result hides it."""
    place = placed(project, placement)
    notes: list[str] = []
    if place is not None:
        clip = source_of(place.item) or clip
        if times and span(place.item) != times:
            notes.append(f"“{place.item.name()}” had been moved or trimmed by hand.")
        used = place.item.source()
        remove_item(place)
        if placed(project, placement) is not None:
            raise HostFailure("Hiero did not remove the result.", detail=placement)
        tidy(place.timeline, place.track)
        notes += _forget(project, used)
    source = next((each for each in places(project) if each.item.guid() == clip), None)
    if source is None:
        notes.append("The clip itself is not on the timeline any more.")
    elif enable and not results_of(project, clip) and not source.item.isEnabled():
        if source.track.isLocked():
            notes.append(f"“{source.item.name()}” stays disabled: its track is locked.")
        else:
            source.item.setEnabled(True)
    return Removed(place is not None, tuple(notes))


def _forget(project: Project, clip: Clip) -> list[str]:
    """Take the clip out of the bin, unless it is used elsewhere. Its versions are left alone: removeVersion hangs."""
    if any(_shows(place.item.source(), clip) and not placement_of(place.item) for place in places(project)):
        return [f"“{clip.name()}” stays in the bin: it is used elsewhere."]
    bin_ = our_bin(project)
    held: BinItem | None = clip.binItem()
    if bin_ is not None and held is not None and any(each.guid() == held.guid() for each in bin_.clips()):
        bin_.removeItem(held)
    return []


def _shows(source: Clip, clip: Clip) -> bool:
    return source.guid() == clip.guid()
