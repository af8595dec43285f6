"""Which clips of a timeline a person means."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from bridge.domain.cut import TimelineClip
from bridge.domain.errors import TimelineClipUnknown, TimelineUnsupported
from bridge.domain.timeline import TimelineFacts

ALL = "all"


def select_clips(facts: TimelineFacts, names: Sequence[str]) -> list[TimelineClip]:
    """The clips with these names or ids, in the timeline's order; `all` is every clip that shows and can be lifted.

    Raises `TimelineClipUnknown` for a name that no clip has, `TimelineUnsupported` for a clip that cannot be lifted.
    """
    chosen: set[str] = set()
    for name in names:
        if name == ALL:
            chosen |= {clip.id for clip in facts.clips if not _skipped(clip)}
            continue
        found = [clip for clip in facts.clips if name in (clip.id, clip.name)]
        if not found:
            raise _unknown(facts, name)
        for clip in found:
            if not clip.liftable:
                raise TimelineUnsupported(
                    f"“{clip.name}” ({clip.id}) cannot be lifted: {clip.reason}.",
                    remedy="Leave the clip out, or put it right in the editing application and export again.",
                )
            chosen.add(clip.id)
    if not chosen:
        reasons = "; ".join(skip_warnings(facts, names)[:5])
        raise TimelineUnsupported(
            f"No clip of “{facts.path.name}” can be lifted.",
            detail=reasons,
            remedy=reasons or "Export a timeline that has clips on a video track.",
        )
    return [clip for clip in facts.clips if clip.id in chosen]


def skip_warnings(facts: TimelineFacts, names: Sequence[str]) -> list[str]:
    """What `all` leaves out, and why; a sentence each."""
    if ALL not in names:
        return []
    return [
        f"“{clip.name}” ({clip.id}) is left out: {reason}."
        for clip in facts.clips
        if (reason := _skipped(clip)) and clip.id not in names and clip.name not in names
    ]


def _skipped(clip: TimelineClip) -> str:
    return clip.reason or ("" if clip.enabled else "it is disabled")


def _unknown(facts: TimelineFacts, name: str) -> TimelineClipUnknown:
    names = list(dict.fromkeys(clip.name for clip in facts.clips))
    folded = {each.casefold(): each for each in names}
    near = [folded[each] for each in get_close_matches(name.casefold(), folded, n=3)]
    shown = ", ".join(f"“{each}”" for each in near or names[:10])
    return TimelineClipUnknown(
        f"“{facts.path.name}” has no clip with the name “{name}”.",
        remedy=f"{'Did you mean' if near else 'Its clips are'} {shown}{'?' if near else '.'}",
    )
