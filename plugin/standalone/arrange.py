"""Which results lie on a timeline, above what, and on which of its clips: decided without touching a file."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from bridge.domain.cut import TimelineClip
from bridge.domain.host import REPLACE, SKIP
from bridge.domain.timeline import TimelineFacts

from .journal import Placement

Picture = tuple[object, ...]
"""The frames that a clip shows."""


def shown(placements: Sequence[Placement]) -> tuple[Placement, ...]:
    """Those that no other one replaces."""
    hidden = {other for each in placements for other in each.replaces}
    return tuple(each for each in placements if each.id not in hidden)


def without(placements: Sequence[Placement], ids: Collection[str]) -> tuple[Placement, ...]:
    """What they replaced shows again, unless something else replaces it too."""
    return tuple(
        each.model_copy(update={"replaces": tuple(other for other in each.replaces if other not in ids)})
        for each in placements
        if each.id not in ids
    )


def put(
    placements: Sequence[Placement], new: Placement, conflict: str, places: Mapping[str, str]
) -> tuple[Placement, ...]:
    """`new` on top, above or instead of the earlier ones of its clip as `conflict` says; unchanged where that is
    `skip` and there are such, or where `new` lies there already.

    `places` gives the id of the present clip of each placement that has one, `new` included.
    """
    if any(each.id == new.id for each in shown(placements)):
        return tuple(placements)
    others = without(placements, {new.id})
    rivals = tuple(each.id for each in others if places.get(each.id) == places[new.id])
    if rivals and conflict == SKIP:
        return tuple(placements)
    return (*others, new.model_copy(update={"replaces": rivals if conflict == REPLACE else ()}))


def places_of(placements: Sequence[Placement], facts: TimelineFacts) -> dict[str, str]:
    """Where each placement belongs in the timeline as it is now: placement id to clip id.

    Ids of clips count places on a track, so they mean other clips once the cut has changed. A clip is known by the
    frames that it shows; one that is not there any more is left out.
    """
    present: dict[Picture, list[str]] = {}
    for clip in facts.clips:
        present.setdefault(_picture(clip), []).append(clip.id)
    found: dict[tuple[Picture, str], str] = {}
    wanted = dict.fromkeys((_picture(each.clip), each.clip.id) for each in placements)
    # Whoever is still where it was keeps its place; only then are the others given what is left.
    for picture, identity in sorted(wanted, key=lambda key: key[1] not in present.get(key[0], ())):
        same = present.get(picture, [])
        free = [clip for clip in same if clip not in found.values()]
        if same:
            found[picture, identity] = identity if identity in free else (free or same)[0]
    keys = {each.id: (_picture(each.clip), each.clip.id) for each in placements}
    return {placement: found[key] for placement, key in keys.items() if key in found}


def _picture(clip: TimelineClip) -> Picture:
    return (
        clip.media,
        clip.media_start_known,
        clip.source_rate,
        clip.source_start,
        clip.source_end,
        clip.reveal_before,
        clip.reveal_after,
    )
