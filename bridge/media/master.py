"""An HDR10 movie of the finished frames: HEVC Main 10, PQ, BT.2020, with static metadata (CTA-861.3, ST 2086)."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
from av.video.reformatter import ColorPrimaries, Colorspace, ColorTrc

from bridge.colorimetry.primaries import Converter
from bridge.colorimetry.transfer import pq_from_nits
from bridge.domain.color import OutputColor, Primaries
from bridge.domain.errors import RequestError

from .encode import Coding, MovieWriter
from .halfmath import HALVES, Half, looked_up
from .measure import ClipMeasures, measure_frame
from .soundtrack import AudioRange

_H273_BT2020_NCL = 9

# swscale takes 16-bit RGB as 8-bit codes with a fraction: white is 255.0, not 65535.
_SWSCALE_WHITE = 255 * 256

# ST 2086 in x265's units of 0.00002 (x, y) and 0.0001 cd/m2: a P3-D65 display from 0.005 to 1000 cd/m2, the usual
# grading monitor. It describes the room that the master is looked at in, not the light of the clip.
_MASTERING_DISPLAY = "G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,50)"

SMALLEST_SIDE = 72
"""Pixels that a picture must have each way. x265 4.2 writes past its buffers in pictures about as narrow as one of its
64-pixel coding units: the pictures come out wrong, or the process dies."""


def demand_size(width: int, height: int) -> None:
    """Raises `RequestError` for pictures below `SMALLEST_SIDE`."""
    if min(width, height) < SMALLEST_SIDE:
        raise RequestError(
            f"{width} × {height} is too small for an HDR10 master.",
            remedy=f"Leave the master out, or use a clip of at least {SMALLEST_SIDE} × {SMALLEST_SIDE} pixels.",
        )


class Hdr10Light:
    """Gathers what HDR10 declares of a clip: its light as BT.2020 RGB, which differs from that in other primaries."""

    def __init__(self, color: OutputColor, reference_white: int) -> None:
        """`color` and `reference_white` (cd/m2 of 1.0) are those of the frames."""
        self._convert = Converter(color.primaries, Primaries.REC2020)
        self._measures = ClipMeasures(reference_white)

    def add(self, frame: Half) -> None:
        """Counts a scene-linear frame `(height, width, 3)`."""
        self._measures.add(measure_frame(self._convert(frame), self._measures.reference_white))

    @property
    def max_cll(self) -> int:
        """Maximum content light level in whole cd/m2."""
        return self._measures.max_cll

    @property
    def max_fall(self) -> int:
        """Maximum frame-average light level in whole cd/m2."""
        return self._measures.max_fall


class Hdr10Writer(MovieWriter):
    """H.265 Main 10 4:2:0 limited range in BT.2020 and PQ, `hvc1`, with the source's sound as AAC.

    The mastering display is declared as P3-D65, 0.005 to 1000 cd/m2.
    """

    def __init__(
        self,
        path: Path,
        *,
        width: int,
        height: int,
        rate: Fraction,
        pixel_aspect: Fraction = Fraction(1),
        color: OutputColor,
        reference_white: int,
        max_cll: int,
        max_fall: int,
        audio: AudioRange | None,
        threads: int,
    ) -> None:
        """`color` and `reference_white` (cd/m2 of 1.0) are those of the frames; `max_cll` and `max_fall` (cd/m2) come
        from `Hdr10Light`. `threads` 0 takes what the machine has. Raises `RequestError` below `SMALLEST_SIDE`.
        """
        demand_size(width, height)
        parameters = {
            "hdr10": "1",
            "hdr10-opt": "1",
            "master-display": _MASTERING_DISPLAY,
            "max-cll": f"{max_cll},{max_fall}",
            "log-level": "error",
        }
        if threads:
            parameters |= {"pools": str(threads), "frame-threads": "1"}
        coding = Coding(
            codec="libx265",
            tag="hvc1",
            options={
                "preset": "fast",
                "crf": "14",
                "x265-params": ":".join(f"{name}={value}" for name, value in parameters.items()),
            },
            rgb_format="rgb48le",
            pixel_format="yuv420p10le",
            primaries=ColorPrimaries.BT2020,
            transfer=ColorTrc.SMPTE2084,
            matrix=Colorspace.BT2020,
            matrix_code=_H273_BT2020_NCL,
            reordered=2,  # B-frames that other B-frames refer to
        )
        super().__init__(
            path,
            coding,
            width=width,
            height=height,
            rate=rate,
            pixel_aspect=pixel_aspect,
            audio=audio,
            threads=threads,
        )
        self._convert = Converter(color.primaries, Primaries.REC2020)
        light = np.nan_to_num(HALVES, posinf=np.inf, neginf=0)
        self._codes = np.rint(pq_from_nits(light * reference_white) * _SWSCALE_WHITE).astype(np.uint16)

    def write(self, frame: Half) -> None:
        """Adds a scene-linear frame `(height, width, 3)`; light beyond 0..10 000 cd/m2 and BT.2020 is clipped."""
        self._append(looked_up(self._convert(frame), self._codes))
