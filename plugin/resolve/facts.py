"""What Resolve tells of items and media, read once and checked as it enters."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from .api import MediaPool, MediaPoolItem, Timeline, TimelineItem, has, whole, words
from .rates import rate_of

_NUMBERED = re.compile(r"\[(\d+)-(\d+)\]")
_MATTE_TRACK = re.compile(r"\b(matte|mask)", re.IGNORECASE)


@dataclass(frozen=True)
class MediaFacts:
    """Of a clip in the media pool. `path` is as Resolve shows it, empty where there is no file; `first` is the number
    of its first frame: 0 in a movie, the file's number in a sequence.
    """

    id: str
    path: str
    rate: Fraction | None
    frames: int
    first: int
    width: int
    height: int
    kind: str
    codec: str
    has_alpha: bool
    online: bool

    @property
    def is_sequence(self) -> bool:
        return self._numbered() is not None

    @property
    def pattern(self) -> str:
        """The path in printf form: `/d/a.[0001-0100].exr` becomes `/d/a.%04d.exr`."""
        found = self._numbered()
        if found is None:
            return self.path
        folder, name = os.path.split(self.path)
        head, tail = name[: found.start()], name[found.end() :]
        escaped = f"{head.replace('%', '%%')}%0{len(found[1])}d{tail.replace('%', '%%')}"
        return os.path.join(folder, escaped)  # noqa: PTH118 - as Resolve writes it

    def on_disk(self) -> str | None:
        """The path as everyone else reads it, where the first frame is on the disk; none where it is not. A sequence
        keeps its range: there may be more files than Resolve has taken in.
        """
        found = self._numbered()
        if found is None:
            return self.path if self.path and Path(self.path).exists() else None
        folder, name = os.path.split(self.path)
        head, tail = name[: found.start()], name[found.end() :]
        first, last = int(found[1]), int(found[2])
        # How many digits the files have does not always show in the range.
        for width in (len(found[1]), *range(1, 11)):
            if Path(folder, f"{head}{first:0{width}d}{tail}").is_file():
                return os.path.join(folder, f"{head}[{first:0{width}d}-{last:0{width}d}]{tail}")  # noqa: PTH118
        return None

    def _numbered(self) -> re.Match[str] | None:
        found = list(_NUMBERED.finditer(os.path.basename(self.path)))  # noqa: PTH119
        return found[-1] if found else None


@dataclass(frozen=True)
class ItemFacts:
    """Of an item on a timeline: `start` is a frame of the timeline, as Resolve counts them. `left` is how much of the
    media lies before the cut, `source` the first and the last frame of it as Resolve says, each to within one. `speed`
    is in percent, none where the version does not tell.
    """

    id: str
    name: str
    track_kind: str
    track: int
    track_name: str
    start: int
    duration: int
    left: int
    source: tuple[int, int]
    speed: float | None
    kind: str
    is_transition: bool
    enabled: bool
    has_alpha_output: bool
    media: MediaFacts | None
    mattes: tuple[str, ...]

    @property
    def end(self) -> int:
        return self.start + self.duration


def place_of(item: TimelineItem) -> tuple[str, int]:
    """The kind of an item's track, and its index from 1; an empty kind for an item that is not there any more."""
    found: Any = item.GetTrackTypeAndIndex()
    if not isinstance(found, (list, tuple)) or len(found) != 2:
        return "", 0
    return words(found[0]), whole(found[1])


def media_facts(media: MediaPoolItem) -> MediaFacts:
    given: Any = media.GetClipProperty()
    known: Mapping[str, Any] = given if isinstance(given, dict) else {}
    size = re.match(r"\s*(\d+)\s*x\s*(\d+)", words(known.get("Resolution")))
    alpha = words(known.get("Alpha mode"))
    return MediaFacts(
        id=words(media.GetUniqueId()),
        path=words(known.get("File Path")),
        rate=rate_of(known.get("FPS")),
        frames=whole(known.get("Frames")),
        first=whole(known.get("Start")),
        width=int(size[1]) if size else 0,
        height=int(size[2]) if size else 0,
        kind=words(known.get("Type")),
        codec=words(known.get("Video Codec")),
        has_alpha=alpha not in ("", "None"),
        online=words(known.get("Online Status")) != "Offline",
    )


def item_facts(item: TimelineItem, timeline: Timeline, pool: MediaPool) -> ItemFacts | None:
    """None for an item that is not there any more."""
    track_kind, track = place_of(item)
    if not track_kind:
        return None
    found = item.GetMediaPoolItem()
    kind = words(item.GetType()) if has(item, "GetType") else ""
    video = track_kind == "video"
    # Transitions come along as items, without properties and without media.
    transition = kind == "transition" or (video and found is None and not item.GetProperty())
    mattes: Any = pool.GetClipMatteList(found) if found is not None and video else None
    return ItemFacts(
        id=words(item.GetUniqueId()),
        name=words(item.GetName()),
        track_kind=track_kind,
        track=track,
        track_name=words(timeline.GetTrackName("video", track)) if video else "",
        start=whole(item.GetStart()),
        duration=whole(item.GetDuration()),
        left=whole(item.GetLeftOffset()),
        source=(whole(item.GetSourceStartFrame()), whole(item.GetSourceEndFrame())),
        speed=_speed(item.GetSpeed()) if has(item, "GetSpeed") else None,
        kind=kind,
        is_transition=transition,
        enabled=bool(item.GetClipEnabled()),
        has_alpha_output=video and _has_own_alpha(item),
        media=media_facts(found) if found is not None else None,
        mattes=tuple(each for each in mattes if isinstance(each, str)) if isinstance(mattes, (list, tuple)) else (),
    )


def matte_tracks(timeline: Timeline) -> tuple[int, ...]:
    """Video tracks that hold mattes, by their names."""
    count = whole(timeline.GetTrackCount("video"))
    return tuple(each for each in range(1, count + 1) if is_matte_track(words(timeline.GetTrackName("video", each))))


def is_matte_track(name: str) -> bool:
    return _MATTE_TRACK.search(name) is not None


def items_on(timeline: Timeline, track: int) -> list[TimelineItem]:
    return list(timeline.GetItemListInTrack("video", track) or ())


def _has_own_alpha(item: TimelineItem) -> bool:
    """Whether nodes or a Fusion composition may make an alpha of their own; what they do cannot be read."""
    nodes = whole(item.GetNumNodes()) if has(item, "GetNumNodes") else 0
    return nodes > 1 or whole(item.GetFusionCompCount()) > 0


def _speed(value: Any) -> float | None:
    """Percent, from the dictionary that 21.1 gives."""
    told = value.get("Percentage") if isinstance(value, dict) else value
    return float(told) if isinstance(told, (int, float)) and not isinstance(told, bool) else None
