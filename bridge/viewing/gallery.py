"""Frames of light, as they are looked at: read from results and sources, and kept while there is room."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Generic, TypeVar

import numpy as np

from bridge.colorimetry.transfer import eotf
from bridge.domain.color import Primaries, Transfer
from bridge.domain.errors import MediaUnreadable, OutputVanished, RangeOutside, RequestError
from bridge.domain.media import ClipFacts
from bridge.domain.view import Side
from bridge.media.clip import Clip, open_clip
from bridge.media.exr import read_frame, read_header
from bridge.media.halfmath import Half

from .protocol import SeenClip, SeenJob

T = TypeVar("T")

FRAME_BYTES = 384 << 20
"""Room for frames: 32 of 1080p, 8 of UHD."""

_OPEN_CLIPS = 4


@dataclass(frozen=True, eq=False)
class Light:
    """A scene-linear frame `(height, width, 3)`, 1.0 = `white` cd/m2, and the brightest light of its clip in cd/m2."""

    frame: Half
    primaries: Primaries
    white: int
    peak_nits: float


@dataclass(eq=False)
class _OpenClip:
    key: Hashable
    clip: Clip
    lock: threading.Lock


class Kept(Generic[T]):
    """What was made last, up to `room` in all by `size`. Several threads may use it; two that lack the same thing at
    once both make it.
    """

    def __init__(self, room: int, size: Callable[[T], int], drop: Callable[[T], None] | None = None) -> None:
        self._room = room
        self._size = size
        self._drop = drop
        self._used = 0
        self._things: OrderedDict[Hashable, T] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        with self._lock:
            if key in self._things:
                self._things.move_to_end(key)
                return self._things[key]
        thing = make()
        with self._lock:
            if key not in self._things:
                self._things[key] = thing
                self._used += self._size(thing)
            while self._used > self._room and len(self._things) > 1:
                _, old = self._things.popitem(last=False)
                self._used -= self._size(old)
                if self._drop:
                    self._drop(old)
        return thing


class Gallery:
    """Every method may be called from several threads and raises `MediaError`s and `OutputError`s."""

    def __init__(self) -> None:
        self._frames: Kept[Half] = Kept(FRAME_BYTES, lambda frame: frame.nbytes)
        self._clips: Kept[_OpenClip] = Kept(_OPEN_CLIPS, lambda _: 1, _close)

    def facts(self, path: Path, rate: Fraction | None) -> ClipFacts:
        """What the clip at `path` is."""
        return self._clip(path, rate).clip.facts

    def light(self, seen: SeenJob | SeenClip, side: Side, frame: int) -> Light:
        """Frame `frame` of one side of what is seen; raises `RangeOutside` where there is none."""
        match seen:
            case SeenJob() if side == "after":
                return self._result(seen, frame)
            case SeenJob(result=result):
                _demand(0 <= frame < result.frames, frame, result.frames)
                facts = self.facts(seen.source, seen.rate)
                index = result.first + frame - facts.first_number
                return self._source(seen.source, seen.rate, seen.transfer, index, result.reference_white)
            case SeenClip():
                if side == "after":
                    raise RequestError("This clip has not been lifted: there is no after to look at.")
                return self._source(seen.source, seen.rate, None, frame, 203)

    def _result(self, seen: SeenJob, frame: int) -> Light:
        result = seen.result
        _demand(0 <= frame < result.frames, frame, result.frames)
        path = result.directory / (result.pattern % (result.first + frame))
        try:
            stat = path.stat()
        except OSError as error:
            raise OutputVanished(
                f"{path.name} is not in {result.directory} any more.",
                detail=str(error),
                remedy="Reconnect the drive, or lift the clip again.",
            ) from error

        def read() -> Half:
            _check_size(path, result.width, result.height)
            return read_frame(path)

        light = self._frames.get((path, stat.st_mtime_ns, stat.st_size), read)
        return Light(light, result.color.primaries, result.reference_white, _peak(seen))

    def _source(self, path: Path, rate: Fraction | None, transfer: Transfer | None, index: int, white: int) -> Light:
        opened = self._clip(path, rate)
        facts = opened.clip.facts
        reading = transfer or facts.color.transfer

        def read() -> Half:
            with opened.lock:
                frame = opened.clip.frame(index)
            table = eotf(reading)(np.arange(2**frame.bits) / (2**frame.bits - 1)).astype(np.float16)
            return np.ascontiguousarray(table[frame.codes].transpose(1, 2, 0))

        light = self._frames.get((opened.key, reading, index), read)
        return Light(light, facts.color.primaries, white, float(white))

    def _clip(self, path: Path, rate: Fraction | None) -> _OpenClip:
        """The clip at `path`, opened anew when the file has changed."""
        try:
            stat = path.stat()
            state = (stat.st_mtime_ns, stat.st_size)
        except OSError:  # a pattern, or nothing: opening it tells
            state = None
        key = (path, rate, state)
        return self._clips.get(key, lambda: _OpenClip(key, open_clip(path, rate=rate), threading.Lock()))


def _close(opened: _OpenClip) -> None:
    with opened.lock:
        opened.clip.close()


def _demand(inside: bool, frame: int, frames: int) -> None:
    if not inside:
        raise RangeOutside(f"There is no frame {frame}: there are {frames}, counted from 0.")


def _check_size(path: Path, width: int, height: int) -> None:
    """Before any pixel is read: a header may promise a picture that no memory holds."""
    header = read_header(path)
    low, high = (np.asarray(corner) for corner in header["dataWindow"])
    found = tuple(int(n) for n in high - low + 1)
    if found != (width, height):
        raise MediaUnreadable(
            f"{path.name} is {found[0]} x {found[1]} pixels, but the sequence is {width} x {height}.",
            remedy="The file was changed after it was made: lift the clip again.",
        )


def _peak(seen: SeenJob) -> float:
    peak = seen.result.measures.get("peak")
    return float(peak) * seen.result.reference_white if isinstance(peak, (int, float)) else 10_000.0
