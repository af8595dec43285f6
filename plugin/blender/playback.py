"""Which frame of its media a strip shows when, as Blender counts it. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Playback:
    """How a strip without retiming keys plays.

    Its content begins at timeline frame `start` and is `length` frames long there, trims aside. `factor` is media
    frames per timeline frame, other than 1 where Blender keeps a movie's speed in a scene of another rate. `last` is
    the last index of the content; `skip` the media's frames before it.
    """

    start: float
    length: int
    last: int
    factor: float = 1.0
    reverse: bool = False
    strobe: float = 1.0
    skip: int = 0

    def index(self, frame: int) -> int:
        """The frame of the media, from 0, that is seen at timeline frame `frame`; both ends are held."""
        at = (self.start + self.length - 1 - frame) if self.reverse else (frame - self.start)
        at = min(max(at, 0.0) * self.factor, float(self.last))
        if self.strobe > 1:
            at -= math.fmod(at, self.strobe)
        return math.floor(at + 0.5) + self.skip


_NUMBERED = re.compile(r"((?:.*\D)?)(\d{1,12})(\.[^.]+)", re.DOTALL)


def numbers_in(names: Sequence[str]) -> tuple[int, ...] | None:
    """The frame numbers of files of one image sequence, in the order given; none where they are not one's.

    One file without a number is a sequence of its own, and 0 its number.
    """
    found = [_NUMBERED.fullmatch(name) for name in names]
    if len(set(names)) == 1 and found[0] is None:
        return (0,) * len(names)
    if len({(match[1], match[3]) if match else None for match in found}) != 1 or None in found:
        return None
    return tuple(int(match[2]) for match in found if match)


def has_no_gap(numbers: Sequence[int]) -> bool:
    """Whether every number between the lowest and the highest is there."""
    return bool(numbers) and max(numbers) - min(numbers) + 1 == len(set(numbers))
