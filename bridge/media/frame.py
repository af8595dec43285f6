"""What a clip hands out: decoded frames as full-range RGB codes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Literal, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from bridge.domain.errors import RangeOutside
from bridge.domain.frames import FrameRange
from bridge.domain.media import ClipFacts

Codes = NDArray[np.uint8 | np.uint16]
Depth = Literal[8, 10, 16]


@dataclass(frozen=True, eq=False)
class CodeFrame:
    """One upright frame.

    `index` counts from 0 at the start of the clip, at its constant rate. `codes` has shape (3, H, W), the planes R, G
    and B, C-contiguous, with full-range codes 0 to `2**bits - 1`; uint8 when `bits` is 8, else uint16. Neighbours may
    share one array where a frame is repeated: treat it as read-only.
    """

    index: int
    codes: Codes
    bits: Depth


class Clip(Protocol):
    """A movie or an image sequence that is open for reading. One thread at a time."""

    @property
    def facts(self) -> ClipFacts: ...

    def frames(self, wanted: FrameRange) -> Iterator[CodeFrame]:
        """Exactly the frames of `wanted`, in order, one at a time.

        Raises `RangeOutside` and `FramesMissing` at once; `MediaTruncated` at once where the file is cut off before
        the end of `wanted`, and it or `MediaUnreadable` at a frame that cannot be decoded.
        """
        ...

    def sample(self, wanted: FrameRange, count: int) -> Iterator[CodeFrame]:
        """Up to `count` frames evenly spread through `wanted`, in order, always the same ones; errors as `frames`."""
        ...

    def frame(self, index: int) -> CodeFrame:
        """One frame, in any order; the next ones cost the least. Errors as `frames`."""
        ...

    def file(self, index: int) -> Path:
        """The file that holds a frame, whether it is there or not."""
        ...

    def close(self) -> None:
        """Ends every iteration that is under way and lets go of the files. The clip can still be read."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def check_inside(wanted: FrameRange, facts: ClipFacts) -> None:
    """Raises `RangeOutside` where `wanted` leaves the clip."""
    if not facts.range.contains_range(wanted):
        raise RangeOutside(
            f"Frames {wanted} are outside “{facts.path.name}”, which has frames {facts.range} (the end is left out)."
        )


def spread(wanted: FrameRange, count: int) -> Sequence[int]:
    """The middles of `count` equal parts of `wanted`; all of its frames where there are no more than `count`."""
    length = len(wanted)
    if count >= length:
        return range(wanted.start, wanted.end)
    return [wanted.start + (2 * part + 1) * length // (2 * count) for part in range(count)]
