"""What the formats have in common: a document that is read once, and written with HDR clips in it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, Protocol

import opentimelineio as otio

from bridge.domain.cut import TimelineClip
from bridge.domain.errors import RequestError, TimelineUnreadable
from bridge.domain.frames import parse_rate
from bridge.domain.job import Deliverable
from bridge.domain.timeline import PlacedClip

HDR_TRACK = "Superwhite HDR"
METADATA = "superwhite"

_LARGEST = 2**53
_PRINTF = re.compile(r"(?P<head>(?:[^%]|%%)*)%0(?P<width>\d+)d(?P<tail>(?:[^%]|%%)*)")


@dataclass(frozen=True)
class Placement:
    """A finished lift at its place. `lane` is its HDR track, from 0; `rate` that of the media, so of the sequence."""

    clip: TimelineClip
    placed: PlacedClip
    lane: int

    @property
    def result(self) -> Deliverable:
        return self.placed.deliverable

    @property
    def rate(self) -> Fraction:
        return self.clip.source_rate or self.clip.rate

    @property
    def name(self) -> str:
        return self.result.directory.name

    @property
    def first(self) -> int:
        """What the medium itself counts its first frame as."""
        return self.result.media_first

    @property
    def in_number(self) -> int:
        """Number of the first frame between the cuts, as the medium counts."""
        return self.first + self.placed.handles_before

    @property
    def length(self) -> int:
        """Frames of the sequence between the cuts."""
        return self.result.frames - self.placed.handles_before - self.placed.handles_after

    @property
    def pattern(self) -> tuple[str, int, str]:
        """What precedes the frame number in the file names, its digits, and what follows it."""
        match = _PRINTF.fullmatch(self.result.pattern)
        if match is None:
            raise ValueError(f"{self.result.pattern} is not a pattern with a frame number")
        return match["head"].replace("%%", "%"), int(match["width"]), match["tail"].replace("%%", "%")

    @property
    def first_file(self) -> Path:
        return self.result.file(0)

    @property
    def bracket_name(self) -> str:
        """A sequence as one name, as DaVinci Resolve and EDLs write it: `shot.[00001001-00001048].exr`."""
        if self.result.kind == "movie":
            return self.result.pattern
        head, width, tail = self.pattern
        return f"{head}[{self.result.first:0{width}d}-{self.result.last:0{width}d}]{tail}"

    @property
    def metadata(self) -> dict[str, str]:
        return {
            "source_clip": self.clip.id,
            "source_name": self.clip.name,
            "sidecar": str(self.result.sidecar),
            "color": self.result.color_name,
            "reference_white": str(self.result.reference_white),
        }


class Document(Protocol):
    """A timeline file in memory."""

    @property
    def timeline(self) -> Any:
        """As an OpenTimelineIO `Timeline`."""
        ...

    @property
    def warnings(self) -> Sequence[str]: ...

    def place(self, placements: Sequence[Placement]) -> tuple[bytes, list[str]]:
        """The file with the HDR clips in it and their sources off, and what the format could not carry. Once only."""
        ...


@dataclass(frozen=True)
class Entry:
    """A clip, or something in the place of one, on a video track; `id` as in `TimelineClip`."""

    id: str
    track_number: int
    track: Any
    item: Any


@dataclass
class VideoTracks:
    """The video tracks of a timeline, from the bottom, and what lies on them."""

    tracks: list[Any] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)


def video_tracks(timeline: Any) -> VideoTracks:
    found = VideoTracks()
    for track in timeline.tracks:
        if isinstance(track, otio.schema.Track) and track.kind == otio.schema.TrackKind.Video:
            found.tracks.append(track)
            number = len(found.tracks)
            for place, item in enumerate(clips_of(track), start=1):
                found.entries.append(Entry(f"V{number}/{place}", number, track, item))
    return found


def clips_of(track: Any) -> Iterator[Any]:
    """What editors count on a track: neither gaps nor transitions."""
    return (item for item in track if not isinstance(item, (otio.schema.Gap, otio.schema.Transition)))


def frames(time: Any, rate: Fraction) -> Fraction:
    """A `RationalTime` in frames at `rate`, exactly. Raises `TimelineUnreadable` for what is no time."""
    own = exact_rate(time.rate)
    if not math.isfinite(time.value) or abs(time.value) > _LARGEST:
        raise TimelineUnreadable(f"The timeline holds a time that is none: {time}.")
    count = Fraction(time.value)
    return count if own == rate else count * rate / own


def exact_rate(rate: float) -> Fraction:
    """The fraction that `rate` stands for. Raises `TimelineUnreadable` where it is no rate at all."""
    if not math.isfinite(rate) or not 1 / _LARGEST < rate < _LARGEST:
        raise TimelineUnreadable(f"The timeline holds a rate that is none: {rate}.")
    try:
        return parse_rate(repr(float(rate)))
    except RequestError:  # above 1000: milliseconds, samples
        return Fraction(rate)


def is_frame_rate(rate: float) -> bool:
    """Whether times at `rate` count frames, and not seconds, milliseconds or samples."""
    return 1 < rate < 1000
