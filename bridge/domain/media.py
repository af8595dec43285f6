"""What is known of a clip before its pixels are read."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Literal

from .color import SourceColor
from .frames import FrameRange, Timecode

STILL_SUFFIXES = frozenset({".png", ".tif", ".tiff", ".dpx", ".jpg", ".jpeg", ".exr"})
"""Of files that are one picture each; several of them, numbered, are an image sequence."""


@dataclass(frozen=True)
class ClipFacts:
    """A movie or an image sequence as Superwhite reads it.

    Frame `i` in `[0, frames)` is the i-th frame at the constant `rate`; `first_number` is the number that the source
    itself gives to frame 0 (the file number of a sequence; the frame count of a movie's start timecode, else 0).
    `width` and `height` are after rotation. `bits` is the depth of the RGB codes that decoding yields: 8, 10 or 16.
    """

    path: Path
    kind: Literal["movie", "sequence"]
    width: int
    height: int
    rate: Fraction
    frames: int
    bits: Literal[8, 10, 16]
    color: SourceColor
    first_number: int = 0
    start_timecode: Timecode | None = None
    rotation: int = 0
    pixel_aspect: Fraction = Fraction(1)
    has_audio: bool = False
    variable_rate: bool = False
    interlaced: bool = False
    codec: str = ""
    pixel_format: str = ""
    warnings: tuple[str, ...] = field(default=())

    @property
    def range(self) -> FrameRange:
        return FrameRange(0, self.frames)
