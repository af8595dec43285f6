"""Light levels of frames and clips, as CTA-861.3 (2015) defines them for HDR static metadata.

The levels are those of the RGB that is given. HDR10 declares those of BT.2020 RGB: `bridge.media.master.Hdr10Light`.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from typing import NamedTuple

from bridge.media.halfmath import Half, light_of


class FrameMeasure(NamedTuple):
    """The light of one frame. Where `finite` is false the other figures mean nothing."""

    peak_nits: float
    """The brightest pixel's max(R, G, B), cd/m2."""
    average_nits: float
    """The mean of max(R, G, B) over the frame, cd/m2."""
    above_white: float
    """Share of pixels, 0..1, in which a component is brighter than reference white."""
    finite: bool


def measure_frame(frame: Half, reference_white: int) -> FrameMeasure:
    """Measures a frame `(height, width, 3)`, 1.0 = `reference_white` cd/m2; negative light counts as none."""
    peak, mean, above, finite = light_of(frame)
    return FrameMeasure(peak * reference_white, mean * reference_white, above * 3 / frame.size, finite)


@dataclass
class ClipMeasures:
    """Gathers the measures of a clip's frames, added in their order."""

    reference_white: int
    averages: array[float] = field(default_factory=lambda: array("d"))
    """The average of each frame, cd/m2."""
    finite: bool = True
    _peak: float = 0.0
    _above: float = 0.0

    def add(self, frame: FrameMeasure) -> None:
        self.averages.append(frame.average_nits)
        self.finite = self.finite and frame.finite
        self._peak = max(self._peak, frame.peak_nits)
        self._above += frame.above_white

    @property
    def max_cll(self) -> int:
        """Maximum content light level: the brightest pixel of the clip in whole cd/m2."""
        return round(self._peak)

    @property
    def max_fall(self) -> int:
        """Maximum frame-average light level in whole cd/m2, over the whole raster."""
        return round(max(self.averages, default=0.0))

    @property
    def peak(self) -> float:
        """The brightest pixel, relative to reference white."""
        return self._peak / self.reference_white

    @property
    def above_white(self) -> float:
        """Share of the clip's pixels, 0..1, in which a component is brighter than reference white."""
        return self._above / len(self.averages) if self.averages else 0.0
