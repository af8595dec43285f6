"""Taking a placing back, whole or as far as it came, by what the journal says of it.

There is no undo for a script in Resolve. What the user has done by hand since then is respected, and told.
"""

from __future__ import annotations

from typing import Any

from bridge.domain.host import HostFailure
from plugin.hosting.journal import REVERTED, Entry, Journal

from .api import MediaPoolItem, TimelineItem, whole, words
from .color import join
from .desk import Desk, Found
from .facts import media_facts
from .media import clips_in_bin, owner_of, remove, remove_empty_bin
from .tracks import remove_empty, remove_nameless


def result_of(desk: Desk, entry: Entry) -> Found | None:
    """The item that a placing has made: by its id, else by its marker or its media, which outlast a project that comes
    back with other ids.
    """
    made = entry.made
    if (item := made.get("item")) and (found := desk.find(item)):
        return found
    timeline = desk.find_timeline(made.get("timeline", ""))
    media = made.get("media")

    def holds(item: TimelineItem) -> bool:
        if item.GetMarkerByCustomData(entry.placement):
            return True
        used = item.GetMediaPoolItem()
        return used is not None and bool(media) and words(used.GetUniqueId()) == media

    # A copy that the user has made on another timeline bears the same marker, and is the user's.
    return desk.find_where(holds, timeline)


def source_of(desk: Desk, entry: Entry) -> Found | None:
    """The clip that was lifted: by its id, else as what lies where it lay."""
    if found := desk.find(entry.clip):
        return found
    at = entry.before.get("at") or {}
    timeline = desk.find_timeline(at.get("timeline", ""))
    if timeline is None:
        return None

    def holds(item: TimelineItem) -> bool:
        return whole(item.GetStart(), -1) == at.get("start") and words(item.GetName()) == at.get("name")

    return desk.find_where(holds, timeline)


def media_of(desk: Desk, entry: Entry) -> MediaPoolItem | None:
    """What a placing has imported: by its id, by its metadata, or as what an import left behind that had no time to
    take a note.
    """
    clips = clips_in_bin(desk)
    for key, clip in clips:
        if key == entry.made.get("media"):
            return clip
    for _, clip in clips:
        owner = desk.main(owner_of, clip)
        if owner == entry.placement or (not owner and desk.main(media_facts, clip).pattern == entry.made.get("path")):
            return clip
    return None


def revert(desk: Desk, journal: Journal, placements: tuple[str, ...]) -> str:
    """A sentence on what was done. Raises `HostFailure`."""
    project = words(desk.main(desk.project.GetUniqueId))
    found = [entry for each in placements if (entry := journal.read(each)) and entry.phase != REVERTED]
    if any(entry.project != project for entry in found):
        raise HostFailure(
            "These results lie in another project than the one that is open.",
            remedy="Open that project in DaVinci Resolve, then revert.",
        )
    sentences: list[str] = []
    live = journal.entries(project)
    with desk.restored():
        for entry in sorted(found, key=lambda entry: -entry.order):
            sentences += undo(desk, journal, entry, live)
    if not found:
        return "Nothing was left to revert."
    told = f"{len(found)} clip{'s were' if len(found) > 1 else ' was'} taken out, and the source is as it was."
    return " ".join(sentences) if sentences else told


def undo(desk: Desk, journal: Journal, entry: Entry, live: list[Entry]) -> list[str]:
    """Take one placing back; sentences on what was found otherwise than it was left. `live` are the project's entries,
    of which it is one no longer. Raises `HostFailure`.
    """
    name = str((entry.before.get("at") or {}).get("name", "The clip"))
    sentences: list[str] = []
    found = result_of(desk, entry)
    if found is None:
        if entry.made.get("item"):
            sentences.append(f"The result above “{name}” had been deleted by hand already.")
    else:
        _take_out(desk, entry, found, name, sentences)
    join(desk, str(entry.before.get("split", "")))
    media = media_of(desk, entry)
    if media is not None and not remove(desk, media):
        sentences.append(f"The media of “{name}” stays in the Media Pool, for it is used elsewhere.")
    for timeline in [found.timeline] if found else desk.timelines():
        remove_empty(desk, timeline)
    _take_track_back(desk, entry)
    remove_empty_bin(desk)
    live[:] = [each for each in live if each.placement != entry.placement]
    _enable_source(desk, entry, live, name, sentences)
    desk.demand_resolve()
    journal.turned(entry, REVERTED)
    return sentences


def _take_out(desk: Desk, entry: Entry, found: Found, name: str, sentences: list[str]) -> None:
    if whole(desk.main(found.item.GetStart), -1) != entry.made.get("start"):
        sentences.append(f"The result above “{name}” had been moved by hand, and was taken out where it was.")
    if not desk.delete(found.timeline, [found.item]):
        raise HostFailure(
            f"DaVinci Resolve does not delete the result above “{name}”.",
            remedy="Open the Edit page and delete it by hand, then revert again.",
        )


def _take_track_back(desk: Desk, entry: Entry) -> None:
    adding = entry.made.get("adding")
    timeline = desk.find_timeline(str(entry.made.get("timeline"))) if adding else None
    if adding and timeline is not None and not entry.made.get("item"):
        remove_nameless(desk, timeline, adding["above"], adding["count"])


def _enable_source(desk: Desk, entry: Entry, live: list[Entry], name: str, sentences: list[str]) -> None:
    if not entry.before.get("enabled", True):
        return
    if any(each.clip == entry.clip for each in live):
        return  # another result lies above it still, and whoever takes that back enables the source
    source = source_of(desk, entry)
    if source is None:
        sentences.append(f"“{name}” is not on the timeline any more.")
        return
    if desk.main(source.item.GetClipEnabled):
        if entry.made.get("disabled"):
            sentences.append(f"“{name}” had been enabled by hand already.")
        return
    enable(desk, source, True)


def enable(desk: Desk, found: Found, enabled: bool) -> None:
    """Enable or disable an item, also on a locked track. Raises `HostFailure`."""
    with desk.unlocked(found.timeline, desk.track_of(found.item)):
        desk.main(found.item.SetClipEnabled, enabled)
    now: Any = desk.main(found.item.GetClipEnabled)
    if now is not enabled:
        word = "enable" if enabled else "disable"
        raise HostFailure(
            f"DaVinci Resolve does not {word} “{desk.main(found.item.GetName)}”.",
            remedy=f"Check that its track can be changed, or {word} it by hand.",
        )
