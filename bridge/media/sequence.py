"""Image sequences: numbered stills as a clip."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self
from weakref import WeakSet

from bridge.domain.color import SourceColor
from bridge.domain.errors import MediaUnreadable
from bridge.domain.frames import FrameRange
from bridge.domain.media import ClipFacts
from bridge.media.ffmpeg import check_file
from bridge.media.frame import CodeFrame, Codes, Depth, check_inside, spread
from bridge.media.linear import read_linear, read_linear_header
from bridge.media.numbering import Files
from bridge.media.probe import ASSUMED_RATE
from bridge.media.stills import read_still

_OPENEXR = b"\x76\x2f\x31\x01"
_MOST_WORKERS = 4


@dataclass(frozen=True)
class _Picture:
    codes: Codes
    bits: Depth
    color: SourceColor
    codec: str
    pixel_format: str
    rate: Fraction | None
    rotation: int
    pixel_aspect: Fraction


def open_sequence(files: Files, rate: Fraction | None, threads: int) -> SequenceClip:
    """Opens numbered stills; see `bridge.media.clip.open_clip`. Decodes the first that exists."""
    first = _read(files.path(files.numbers[0]), None)
    _, height, width = first.codes.shape
    warnings: tuple[str, ...] = ()
    if rate is None and first.rate is None:
        warnings = (f"The files state no frame rate; {ASSUMED_RATE} frames per second are assumed.",)
    facts = ClipFacts(
        path=files.pattern,
        kind="sequence",
        width=width,
        height=height,
        rate=rate or first.rate or ASSUMED_RATE,
        frames=files.count,
        bits=first.bits,
        color=first.color,
        first_number=files.first,
        rotation=first.rotation,
        pixel_aspect=first.pixel_aspect,
        codec=first.codec,
        pixel_format=first.pixel_format,
        warnings=warnings,
    )
    return SequenceClip(facts, files, threads)


class SequenceClip:
    """A `Clip` over numbered stills. A few files are decoded ahead, each on its own thread."""

    def __init__(self, facts: ClipFacts, files: Files, threads: int) -> None:
        self._facts = facts
        self._files = files
        self._workers = threads or min(_MOST_WORKERS, os.cpu_count() or 1)
        self._running: WeakSet[Generator[CodeFrame]] = WeakSet()

    @property
    def facts(self) -> ClipFacts:
        return self._facts

    def frames(self, wanted: FrameRange) -> Iterator[CodeFrame]:
        return self._start(wanted, range(wanted.start, wanted.end))

    def sample(self, wanted: FrameRange, count: int) -> Iterator[CodeFrame]:
        return self._start(wanted, spread(wanted, count))

    def frame(self, index: int) -> CodeFrame:
        self._check(FrameRange(index, index + 1))
        return self._frame(index)

    def file(self, index: int) -> Path:
        return self._files.path(self._files.first + index)

    def close(self) -> None:
        for iteration in list(self._running):
            iteration.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _check(self, wanted: FrameRange) -> None:
        check_inside(wanted, self._facts)
        if len(wanted):
            self._files.check_whole(self._files.first + wanted.start, self._files.first + wanted.end)

    def _start(self, wanted: FrameRange, indices: Sequence[int]) -> Iterator[CodeFrame]:
        self._check(wanted)
        iteration = self._decode(indices)
        self._running.add(iteration)
        return iteration

    def _decode(self, indices: Sequence[int]) -> Generator[CodeFrame]:
        ahead: deque[Future[CodeFrame]] = deque()
        pool = ThreadPoolExecutor(self._workers, thread_name_prefix="stills")
        try:
            for index in indices:
                ahead.append(pool.submit(self._frame, index))
                if len(ahead) > self._workers:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)

    def _frame(self, index: int) -> CodeFrame:
        facts = self._facts
        path = self.file(index)
        picture = _read(path, facts.bits)
        _, height, width = picture.codes.shape
        if (width, height) != (facts.width, facts.height):
            raise MediaUnreadable(
                f"“{path.name}” is {width} x {height} pixels, but the sequence is {facts.width} x {facts.height}.",
                remedy="Render the frame again at the size of the others.",
            )
        if (picture.color.primaries, picture.color.transfer) != (facts.color.primaries, facts.color.transfer):
            raise MediaUnreadable(
                f"“{path.name}” is tagged with another colour space than the sequence begins with.",
                remedy="Render the frame again like the others.",
            )
        return CodeFrame(index, picture.codes, facts.bits)


def _read(path: Path, bits: Depth | None) -> _Picture:
    """One file as codes at `bits`, or at its own depth."""
    if is_openexr(path):
        header = read_linear_header(path)
        return _Picture(read_linear(path, header), 16, header.color, "exr", "", header.rate, 0, header.pixel_aspect)
    still = read_still(path)
    depth = bits or still.bits
    return _Picture(
        codes=still.codes(depth),
        bits=depth,
        color=still.color,
        codec=still.codec,
        pixel_format=still.frame.format.name,
        rate=still.rate,
        rotation=still.orientation.degrees,
        pixel_aspect=Fraction(1),
    )


def is_openexr(path: Path) -> bool:
    check_file(path)
    try:
        with path.open("rb") as file:
            return file.read(len(_OPENEXR)) == _OPENEXR
    except OSError as error:
        raise MediaUnreadable(f"“{path.name}” cannot be read.", detail=str(error)) from error
