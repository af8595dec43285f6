"""In the worker: what the model is given of a clip, and how what it has made meets the clip again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bridge.assembly.plan import Plan
from bridge.domain.color import Primaries
from bridge.domain.errors import RequestError
from bridge.domain.frames import FrameRange
from bridge.media.clip import Clip, CodeFrame, open_clip
from bridge.media.mask import Level, Mask
from bridge.media.plate import Rec709
from bridge.media.shaping import REACH, feathered, grown, resized, resized_levels
from bridge.media.stills import read_still

Plate = NDArray[np.uint8]
"""`(H, W, 3)`, full-range Rec.709 R'G'B'."""

Made = NDArray[np.float32]
"""`(H, W, 3)`, full-range Rec.709 R'G'B' in 0..1."""

Codes = NDArray[np.uint8 | np.uint16]
"""`(H, W, 3)`, full-range Rec.709 R'G'B' of 8 or 16 bits."""

Check = Callable[[], None]


@dataclass(frozen=True)
class WorkingSize:
    """What the model makes of a picture, which may be larger than it knows pictures."""

    width: int
    height: int

    @classmethod
    def within(cls, size: tuple[int, int], longest: int) -> WorkingSize:
        width, height = size
        if max(size) <= longest:
            return cls(width, height)
        scale = longest / max(size)
        return cls(max(1, round(width * scale)), max(1, round(height * scale)))

    def plate(self, picture: Plate) -> Plate:
        if picture.shape[:2] == (self.height, self.width):
            return picture
        return np.rint(resized(picture.astype(np.float32), self.width, self.height)).astype(np.uint8)


def read_plates(clip: Clip, some: FrameRange, size: WorkingSize, check: Check) -> Plate:
    """`(F, H, W, 3)` of the frames `some`. `check` is called for each, and what it raises ends the work."""
    to_rec709 = Rec709(clip.facts.color, clip.facts.bits)
    plates = np.empty((len(some), size.height, size.width, 3), np.uint8)
    for place, frame in enumerate(clip.frames(some)):
        check()
        plates[place] = size.plate(to_rec709(frame.codes))
    return plates


def read_levels(mask: Mask, some: FrameRange, size: WorkingSize, check: Check) -> NDArray[np.uint8]:
    """`(F, H, W)` in 0..255 of the mask."""
    levels = np.empty((len(some), size.height, size.width), np.uint8)
    for place, level in enumerate(mask.frames(some)):
        check()
        levels[place] = np.rint(resized_levels(level(), size.width, size.height) * 255)
    return levels


def read_control(path: Path, plan: Plan, size: WorkingSize, check: Check) -> Plate:
    """The frames of a control video that belong to what is wanted of the clip.

    Raises `RequestError` where it is neither as long as the clip nor as the range, and `MediaError`s.
    """
    with open_clip(path) as control:
        frames = control.facts.frames
        if frames == plan.facts.frames:
            some = plan.lifted
        elif frames == len(plan.lifted):
            some = control.facts.range
        else:
            raise RequestError(
                f"The control video has {frames} frames; the clip has {plan.facts.frames}, of which "
                f"{len(plan.lifted)} are wanted.",
                remedy="Use one that is as long as the clip or as the range.",
            )
        return read_plates(control, some, size, check)


def read_picture(path: Path) -> Plate:
    """A still at its own size. Raises `MediaError`s."""
    still = read_still(path)
    return Rec709(still.color, 8)(still.codes(8))


class Meeting:
    """Makes the frames of the movie of a hole's: what is new, inside the mask, on the clip's own codes.

    Where the mask is black they are the clip's own, at its own depth; over `seam` pixels inside its edge what is new
    fades in. Clips of other primaries than Rec.709 are met as 8-bit Rec.709, which the model was given of them.
    """

    def __init__(self, plan: Plan, seam: int) -> None:
        facts = plan.facts
        self._seam = seam
        self._bits = facts.bits
        self.deep = facts.bits > 8 and facts.color.primaries is Primaries.REC709
        self._to_rec709 = Rec709(facts.color, facts.bits)

    def __call__(self, frame: CodeFrame, level: Level, made: Made) -> Codes:
        own = self._own(frame)
        height, width = own.shape[:2]
        weight = self._weight(level())
        top = 65535 if self.deep else 255
        new = resized(made, width, height) * top
        # Where the weight is 0 this is exact: codes are whole numbers, which float32 holds.
        mixed = own + weight[..., None] * (new - own)
        return np.rint(mixed).astype(np.uint16 if self.deep else np.uint8)

    def _own(self, frame: CodeFrame) -> Made:
        if not self.deep:
            return self._to_rec709(frame.codes).astype(np.float32)
        codes = frame.codes.transpose(1, 2, 0)
        return np.rint(codes * (65535 / (2**self._bits - 1))).astype(np.float32)

    def _weight(self, level: NDArray[np.float32]) -> NDArray[np.float32]:
        if self._seam == 0:
            return level
        return np.minimum(level, feathered(grown(level, -self._seam), self._seam / REACH))


def deep_codes(made: Iterator[Made]) -> Iterator[Codes]:
    """Of a clip that is new throughout."""
    for picture in made:
        yield np.rint(picture * 65535).astype(np.uint16)
