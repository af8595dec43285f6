"""Looking at HDR on any screen: what a viewer asks for, and what it gets besides the picture itself.

Pictures travel as binary PPM (Netpbm P6, 8 bit): every toolkit reads it, it is exact, and nothing has to be encoded.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, NamedTuple

from pydantic import Base64Bytes, Field

from .cut import TimelineClip
from .errors import ErrorReport
from .wire import Frozen, Rate

Side = Literal["before", "after"]
Mode = Literal["display", "tone_mapped", "false_color"]
"""`display`: exposed, then clipped where the screen ends; `tone_mapped`: highlights rolled off by BT.2390 from the
clip's peak; `false_color`: luminance as `FALSE_COLORS`."""

EXPOSURE_STOPS = 6.0
"""The exposure of a view goes this far up and down."""


class FalseColor(NamedTuple):
    """Luminance from `nits` (cd/m2) up to that of the next entry is shown as `rgb` (8-bit codes)."""

    nits: float
    rgb: tuple[int, int, int]


FALSE_COLORS: tuple[FalseColor, ...] = (
    FalseColor(0.0, (20, 20, 24)),
    FalseColor(1.0, (52, 52, 58)),
    FalseColor(10.0, (90, 90, 96)),
    FalseColor(50.0, (132, 132, 138)),
    FalseColor(100.0, (178, 178, 184)),
    FalseColor(203.0, (40, 120, 200)),
    FalseColor(400.0, (30, 170, 150)),
    FalseColor(600.0, (110, 190, 40)),
    FalseColor(1000.0, (240, 210, 30)),
    FalseColor(2000.0, (240, 120, 20)),
    FalseColor(4000.0, (220, 30, 60)),
)
"""Grey below reference white, where SDR is; colours above, where only HDR can be. The last entry has no end."""


class JobSubject(Frozen):
    """What a job made (`after`) and the same frames of its source (`before`). Frame 0 is the first file's."""

    kind: Literal["job"] = "job"
    job: str


class ClipSubject(Frozen):
    """A clip that has not been lifted: it has a `before` only. Frame 0 is the clip's first."""

    kind: Literal["clip"] = "clip"
    path: Path
    rate: Rate | None = None


Subject = Annotated[JobSubject | ClipSubject, Field(discriminator="kind")]


class PictureQuery(Frozen):
    """One picture, scaled down to fit `width` x `height` where it is larger; never scaled up."""

    subject: Subject
    side: Side
    frame: int = Field(ge=0)
    mode: Mode = "display"
    exposure: float = Field(default=0.0, ge=-EXPOSURE_STOPS, le=EXPOSURE_STOPS, description="Stops.")
    width: int = Field(default=16384, ge=1, le=16384)
    height: int = Field(default=16384, ge=1, le=16384)


class PixelQuery(Frozen):
    """`x` and `y` are pixels of the whole frame, from 0 at its top left."""

    subject: Subject
    side: Side
    frame: int = Field(ge=0)
    x: int = Field(ge=0)
    y: int = Field(ge=0)


class Pixel(Frozen):
    """Scene-linear R, G, B in the frame's own primaries, 1.0 = reference white, and luminance in cd/m2."""

    red: float
    green: float
    blue: float
    nits: float


class ScopesQuery(Frozen):
    subject: Subject
    side: Side
    frame: int = Field(ge=0)
    columns: int = Field(default=256, ge=16, le=1024)


PQ_LEVELS = 256
"""Levels of the scopes: PQ signal (SMPTE ST 2084) from 0 to 1, that is 0 to 10 000 cd/m2, in equal steps."""


class Scopes(Frozen):
    """Of one frame. Histograms count pixels per PQ level. `waveform` has `columns` x `PQ_LEVELS` bytes, row by row from
    the highest level: how much of the column's luminance lies there, 255 being the most.
    """

    red: tuple[int, ...]
    green: tuple[int, ...]
    blue: tuple[int, ...]
    luminance: tuple[int, ...]
    columns: int
    waveform: Base64Bytes
    peak_nits: float
    average_nits: float


class SubjectQuery(Frozen):
    subject: Subject


class SubjectFacts(Frozen):
    """`first_number` is the source's number of frame 0; `sides` those that can be seen now."""

    frames: int
    first_number: int
    rate: Rate
    width: int
    height: int
    pixel_aspect: Rate
    sides: tuple[Side, ...]


class ClipQuery(Frozen):
    """What a clip is before it is lifted: `cut` where it lies on a timeline."""

    path: Path
    rate: Rate | None = None
    cut: TimelineClip | None = None
    handles: int = Field(default=0, ge=0, le=1000)


class ClipReport(Frozen):
    """What is known of a clip before the click. With an `error` (offline, HDR, damaged) it cannot be lifted, and the
    fields besides are those that could be found out. `start` and `end` are the frames that a lift would make.
    """

    width: int = 0
    height: int = 0
    rate: Rate | None = None
    frames: int = 0
    start: int = 0
    end: int = 0
    first_number: int = 0
    timecode: str = ""
    codec: str = ""
    has_sound: bool = True
    warnings: tuple[str, ...] = ()
    error: ErrorReport | None = None
