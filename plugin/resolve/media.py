"""Finished results in the media pool: a bin of ours, the import, the rate, and a note of whose they are."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from bridge.domain.host import HostFailure, Result
from plugin.hosting.results import demand_files

from .api import Folder, ImportClipInfo, MediaPool, MediaPoolItem, whole, words
from .desk import Desk
from .facts import MediaFacts, media_facts
from .rates import rate_of, rate_text

BIN = "Superwhite"
JOB, PLACEMENT, SOURCE = "superwhite.job", "superwhite.placement", "superwhite.source"


def import_result(desk: Desk, result: Result) -> MediaPoolItem:
    """A new clip in our bin. Raises `HostFailure`, with nothing left in the pool."""
    first = demand_files(result)[0]
    desk.main(_open_bin, desk.pool)
    media = _imported(desk, result, first)
    facts = desk.main(media_facts, media)
    total = result.last - result.first + 1
    if desk.main(owner_of, media):
        raise HostFailure(
            f"“{Path(result.directory).name}” is in the Media Pool already.",
            remedy=f"Remove it from the bin “{BIN}”, then import again.",
        )
    if facts.frames != total or (facts.is_sequence and facts.first != result.first):
        desk.main(desk.pool.DeleteClips, [media])
        raise HostFailure(
            f"DaVinci Resolve has read “{Path(result.directory).name}” wrongly.",
            remedy="Drag the folder into the Media Pool by hand.",
            detail=f"{facts.frames} frames from {facts.first}, not {total} from {result.first}",
        )
    return media


def set_rate(desk: Desk, media: MediaPoolItem, rate: str) -> str:
    """A sequence has taken the project's rate. Returns what to tell the user where it keeps that."""
    wanted = rate_of(rate)
    facts = desk.main(media_facts, media)
    if wanted is None or not facts.is_sequence or facts.rate == wanted:
        return ""
    desk.main(media.SetClipProperty, "FPS", rate_text(wanted))
    if desk.main(media_facts, media).rate == wanted:
        return ""
    text = rate_text(wanted)
    return f"Resolve did not take the rate of “{facts_name(facts)}”: set it to {text} in its Clip Attributes."


def note_owner(desk: Desk, media: MediaPoolItem, job: str, placement: str, source: str) -> None:
    """What a project that is opened again is known by."""
    desk.main(media.SetThirdPartyMetadata, {JOB: job, PLACEMENT: placement, SOURCE: source})


def owner_of(media: MediaPoolItem) -> str:
    return words(media.GetThirdPartyMetadata(PLACEMENT))


def clips_in_bin(desk: Desk) -> list[tuple[str, MediaPoolItem]]:
    folder = desk.main(find_bin, desk.pool)
    clips = desk.main(_clips, folder) if folder is not None else []
    return [(words(desk.main(clip.GetUniqueId)), clip) for clip in clips]


def remove(desk: Desk, media: MediaPoolItem) -> bool:
    """Whether it is out of the pool. What is still used somewhere stays: deleting it would empty other timelines."""
    if whole(desk.main(media.GetClipProperty, "Usage")) > 0:
        return False
    key = desk.main(media.GetUniqueId)
    desk.main(desk.pool.DeleteClips, [media])
    return all(each != key for each, _ in clips_in_bin(desk))


def remove_empty_bin(desk: Desk) -> None:
    folder = desk.main(find_bin, desk.pool)
    if folder is not None and not desk.main(_clips, folder) and not desk.main(folder.GetSubFolderList):
        desk.main(desk.pool.DeleteFolders, [folder])


def find_bin(pool: MediaPool) -> Folder | None:
    root = pool.GetRootFolder()
    folders = (root.GetSubFolderList() if root is not None else None) or ()
    return next((folder for folder in folders if words(folder.GetName()) == BIN), None)


def facts_name(facts: MediaFacts) -> str:
    return Path(facts.path).parent.name if facts.is_sequence else Path(facts.path).name


def _open_bin(pool: MediaPool) -> None:
    """An import goes into the bin that is open, wherever that is."""
    root = pool.GetRootFolder()
    folder = find_bin(pool) or (pool.AddSubFolder(root, BIN) if root is not None else None)
    if folder is not None:
        pool.SetCurrentFolder(folder)
    now = pool.GetCurrentFolder()
    if folder is None or now is None or words(now.GetUniqueId()) != words(folder.GetUniqueId()):
        raise HostFailure("DaVinci Resolve makes no bin in the Media Pool.", remedy=f"Make one called “{BIN}”.")


def _imported(desk: Desk, result: Result, first: Path) -> MediaPoolItem:
    made: Any = None
    if not result.is_movie:
        info: ImportClipInfo = {
            "FilePath": str(Path(result.directory, result.pattern)),
            "StartIndex": result.first,
            "EndIndex": result.last,
        }
        made = desk.main(desk.pool.ImportMedia, [info])
    # The form with a range gives nothing for a single frame, and on some installations never anything.
    made = made or desk.main(desk.pool.ImportMedia, [str(first)])
    if not isinstance(made, (list, tuple)) or not made or made[0] is None:
        raise HostFailure(
            f"DaVinci Resolve does not import “{Path(result.directory).name}”.",
            remedy="Drag the folder into the Media Pool by hand.",
            detail=str(first),
        )
    return cast(MediaPoolItem, made[0])


def _clips(folder: Folder) -> list[MediaPoolItem]:
    return list(folder.GetClipList() or ())
