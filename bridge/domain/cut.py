"""A clip as a timeline uses it, and which frames of its media that comes to."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from pydantic import Field

from .errors import RangeOutside
from .frames import FrameRange, nominal_rate
from .wire import Frozen, Rate

_ROUNDING = Fraction(1, 10)
"""Frames by which a range may miss a frame boundary, for rates do not divide each other, and still be on it."""


class TimelineClip(Frozen):
    """One clip on a video track.

    The record range `[record_start, record_end)` is between the cuts. The source range `[source_start, source_end)`
    is what is on screen: `reveal_before` and `reveal_after` of its frames are seen during transitions only.
    """

    id: str = Field(description="Track and place of the clip, V1/3: the third clip on the lowest video track.")
    name: str
    track: int = Field(ge=1, description="Video tracks are counted from 1 at the bottom.")
    track_name: str
    media: Path | None = Field(
        description="File, or pattern of an image sequence; none where the timeline names none."
    )
    rate: Rate = Field(description="Frame rate of the timeline.")
    record_start: int = Field(description="Timeline frame, from 0 at the start of the timeline.")
    record_end: int
    source_rate: Rate | None = Field(description="Rate that the source range counts in.")
    source_start: int
    source_end: int
    media_start_known: bool = Field(
        description="Whether the source range counts from 0 at the first frame of the media. Else it is in the media's "
        "own numbers (file numbers, or frames of its timecode), of which only the media itself knows the first."
    )
    reveal_before: int = Field(default=0, ge=0)
    reveal_after: int = Field(default=0, ge=0)
    liftable: bool
    reason: str = Field(default="", description="Why the clip cannot be lifted.")
    enabled: bool = True


@dataclass(frozen=True)
class LiftRange:
    """Frames of the media, from 0 at its first: `used` is on screen, `lifted` is `used` with handles.

    `before` and `after` are the frames of `lifted` outside the cuts.
    """

    used: FrameRange
    lifted: FrameRange
    before: int
    after: int


def relative_range(clip: TimelineClip, first_number: int, clip_rate: Fraction) -> FrameRange:
    """The source range of `clip` in frames of its media, from 0 at the first.

    `first_number` and `clip_rate` are those of the media as it was probed (`ClipFacts`). A transition can reach
    outside the media: the range may begin below 0.
    """
    return _relative(clip, clip.source_start, clip.source_end, first_number, clip_rate)


def lift_range(clip: TimelineClip, first_number: int, clip_rate: Fraction, frames: int, handles: int) -> LiftRange:
    """What to lift of media with `frames` frames; handles and transitions end where the media ends.

    Raises `RangeOutside` where the clip itself, between its cuts, needs frames that the media does not have.
    """
    cut = _relative(
        clip,
        clip.source_start + clip.reveal_before,
        clip.source_end - clip.reveal_after,
        first_number,
        clip_rate,
    )
    whole = FrameRange(0, frames)
    if not whole.contains_range(cut) or not len(cut):
        raise RangeOutside(
            f"The timeline uses frames {cut} of “{clip.name}”, which has {frames}.",
            detail=f"{clip.id}: {clip.media}, first number {first_number}.",
            remedy="Relink the clip in the editing application, and export the timeline again.",
        )
    seen = relative_range(clip, first_number, clip_rate)
    used = FrameRange(max(0, min(seen.start, cut.start)), min(frames, max(seen.end, cut.end)))
    lifted = used.widened(handles, whole)
    return LiftRange(used, lifted, cut.start - lifted.start, lifted.end - cut.end)


def _relative(clip: TimelineClip, start: int, end: int, first_number: int, clip_rate: Fraction) -> FrameRange:
    source_rate = clip.source_rate or clip.rate
    nominals = Fraction(nominal_rate(clip_rate), nominal_rate(source_rate))
    # 23.976 and 24 count alike, and so does timecode at any rate: frame for frame, not second for second.
    ratio = nominals if nominals == 1 or not clip.media_start_known else clip_rate / source_rate
    first = math.floor(start * ratio + _ROUNDING)
    last = max(first, math.ceil(end * ratio - _ROUNDING))
    in_point = math.floor((clip.source_start + clip.reveal_before) * ratio + _ROUNDING)
    # A number below the media's first can only have been counted from its first frame.
    base = 0 if clip.media_start_known or in_point < first_number else first_number
    return FrameRange(first - base, last - base)
