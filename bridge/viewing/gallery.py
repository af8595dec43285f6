"""Frames of light, as they are looked at: read from results and sources, and kept while there is room."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import numpy as np

from bridge.colorimetry.transfer import eotf
from bridge.domain.color import PEAK_NITS, REFERENCE_WHITE_NITS, Primaries, Transfer
from bridge.domain.errors import RangeOutside, RequestError
from bridge.domain.media import ClipFacts
from bridge.domain.view import Side
from bridge.media.halfmath import Half

from .kept import Kept, stamp
from .protocol import SeenClip, SeenJob
from .results import frame_path, read_result
from .sources import Source, Sources

FRAME_BYTES = 384 << 20
"""Room for frames: 32 of 1080p, 8 of UHD."""


@dataclass(frozen=True, eq=False)
class Light:
    """A scene-linear frame `(height, width, 3)`, 1.0 = `white` cd/m2, and the brightest light of its clip in cd/m2."""

    frame: Half
    primaries: Primaries
    white: int
    peak_nits: float


class Gallery:
    """Every method may be called from several threads and raises `MediaError`s and `OutputError`s."""

    def __init__(self) -> None:
        self._frames: Kept[Half] = Kept(FRAME_BYTES, lambda frame: frame.nbytes)
        self._sources = Sources()

    def facts(self, path: Path, rate: Fraction | None) -> ClipFacts:
        """What the clip at `path` is."""
        return self._sources.at(path, rate).facts

    def light(self, seen: SeenJob | SeenClip, side: Side, frame: int) -> Light:
        """Frame `frame` of one side of what is seen; raises `RangeOutside` where there is none."""
        match seen:
            case SeenClip():
                if side == "after":
                    raise RequestError("This clip has not been lifted: there is no after to look at.")
                return self._before(self._sources.at(seen.source, seen.rate), None, frame, REFERENCE_WHITE_NITS)
            case SeenJob(result=result):
                if not 0 <= frame < result.frames:
                    raise RangeOutside(f"There is no frame {frame}: there are {result.frames}, counted from 0.")
                if side == "after":
                    return self._after(seen, frame)
                source = self._sources.at(seen.source, seen.rate)
                # Files bear the source's own numbers.
                index = result.first + frame - source.facts.first_number
                light = self._before(source, seen.transfer, index, result.reference_white)
                # An endpoint may have made another size: the two sides have to lie upon each other.
                return replace(light, frame=picked(light.frame, result.height, result.width))

    def _after(self, seen: SeenJob, frame: int) -> Light:
        result = seen.result
        path = frame_path(result, frame)
        if result.color is None:
            return self._before(self._sources.at(path, result.rate), None, frame, result.reference_white)
        light = self._frames.get((path, stamp(path)), lambda: read_result(path, result))
        return Light(light, result.color.primaries, result.reference_white, _peak(seen))

    def _before(self, source: Source, transfer: Transfer | None, index: int, white: int) -> Light:
        facts = source.facts
        reading = transfer or facts.color.transfer

        def read() -> Half:
            frame = self._sources.read(source, index)
            table = eotf(reading)(np.arange(2**frame.bits) / (2**frame.bits - 1)).astype(np.float16)
            return np.ascontiguousarray(table[frame.codes].transpose(1, 2, 0))

        path = source.clip.file(index)
        light = self._frames.get((path, stamp(path), facts.rate, reading, index), read)
        return Light(light, facts.color.primaries, white, float(white))


def picked(frame: Half, height: int, width: int) -> Half:
    """The pixels in the middle of each of `height` x `width` equal fields; `frame` itself where these are its own."""
    if frame.shape[:2] == (height, width):
        return frame
    rows, columns = (
        (2 * np.arange(wanted) + 1) * there // (2 * wanted)
        for wanted, there in zip((height, width), frame.shape, strict=False)
    )
    return frame[rows[:, None], columns]


def _peak(seen: SeenJob) -> float:
    """In cd/m2; that of PQ where a result of an early version does not say."""
    peak = seen.result.measures.get("peak")
    return float(peak) * seen.result.reference_white if isinstance(peak, (int, float)) else float(PEAK_NITS)
