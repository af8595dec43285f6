"""The last steps of every frame, whatever engine or backend its light came from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bridge.colorimetry.primaries import Converter
from bridge.domain.color import Primaries
from bridge.media.exr import SequenceHeader, read_frame, write_frame
from bridge.media.measure import FrameMeasure, measure_frame
from bridge.media.view import SdrView

from .limiting import Limit


@dataclass(frozen=True)
class FinishedFrame:
    """`view` is `(H, W, 3)` 8-bit RGB for review, none where no review is wanted."""

    number: int
    size: int
    measure: FrameMeasure
    view: NDArray[np.uint8] | None


class FrameFinisher:
    """Light in, a whole file out: primaries converted, measured, written, and rendered for review.

    May be called from several threads. A frame that exists under its name is whole and is read, not made again.
    """

    def __init__(
        self, folder: Path, name: str, header: SequenceHeader, light_primaries: Primaries, view: SdrView | None
    ) -> None:
        self._folder = folder
        self._name = name
        self.header = header
        self._convert = Converter(light_primaries, header.color.primaries)
        self._view = view

    def path(self, number: int) -> Path:
        return self._folder / f"{self._name}.{number:08d}.exr"

    def write(
        self, number: int, light: NDArray[np.float16] | NDArray[np.float32], limit: Limit | None = None
    ) -> FinishedFrame:
        """Finish `light` (H, W, 3), within `limit`, as the frame with file number `number`."""
        half = self._convert(light, np.float16)
        if limit:
            half = limit(half)
        size = write_frame(self.path(number), half, self.header.for_frame(number))
        return self._finished(number, size, half)

    def recover(self, number: int) -> FinishedFrame:
        """The frame of an earlier attempt, from its file."""
        path = self.path(number)
        return self._finished(number, path.stat().st_size, read_frame(path))

    def _finished(self, number: int, size: int, half: NDArray[np.float16]) -> FinishedFrame:
        measure = measure_frame(half, self.header.reference_white)
        return FinishedFrame(number, size, measure, self._view(half) if self._view else None)
