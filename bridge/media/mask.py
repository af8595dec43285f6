"""Masks: which of a matte's frames belongs to which of a clip's, and what comes of it at the size of the clip."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Literal, Self

import numpy as np

from bridge.domain.errors import RequestError
from bridge.domain.frames import FrameRange
from bridge.domain.media import ClipFacts
from bridge.domain.wire import Frozen
from bridge.domain.workflow import MaskSpec

from .levels import Channel
from .mattefiles import MakeLevels, MatteFiles, open_matte
from .shaping import Picture, feathered, grown, resized_levels

_ROUNDED = 2
"""Pixels by which a side may be another than the clip's shape asks for: scaled pictures have even sides."""

_SAME_RATE = 1e-4


class MaskRecord(Frozen):
    """What was taken of a matte, for the sidecar and the header.

    `belongs_to` says what its frames are matched with: all frames, by a single picture; those of the clip, of the range
    with its handles, or of the range without them, one by one; or those of the same file numbers.
    """

    path: Path
    frames: int
    width: int
    height: int
    channel: Channel
    belongs_to: Literal["all", "clip", "handles", "range", "numbers"]


@dataclass(frozen=True)
class Wanted:
    """What a mask is for: the frames `lifted` of the clip `facts`, of which `before` and `after` are handles."""

    facts: ClipFacts
    lifted: FrameRange
    before: int
    after: int

    @property
    def range(self) -> FrameRange:
        """Without handles."""
        return FrameRange(self.lifted.start + self.before, self.lifted.end - self.after)


@dataclass(frozen=True)
class FileMark:
    """By what a file is known again: its size in bytes and when it was changed, in ns. 0 and 0 for one that is gone."""

    path: Path
    size: int
    changed: int

    @classmethod
    def of(cls, path: Path) -> FileMark:
        try:
            status = path.stat()
        except OSError:
            return cls(path, 0, 0)
        return cls(path, status.st_size, status.st_mtime_ns)


class Level:
    """The mask of a frame, or of several that share it: made when it is first asked for, on any thread, and kept."""

    def __init__(self, make: MakeLevels) -> None:
        self._make = make
        self._made: Picture | None = None
        self._lock = Lock()

    def __call__(self) -> Picture:
        """`(H, W)` at the size of the clip, in 0..1; not to be written to. Raises `MediaError`s."""
        with self._lock:
            if self._made is None:
                self._made = self._make()
            return self._made


class Mask:
    """A matte that fits its clip. A context manager; one thread at a time, but for the `Level`s that it hands out."""

    def __init__(self, spec: MaskSpec, files: MatteFiles, wanted: Wanted) -> None:
        """Raises `RequestError` where the matte does not fit, and `MediaError`s."""
        self._spec = spec
        self._files = files
        self._wanted = wanted
        _demand_shape(files, wanted.facts)
        _demand_rate(files, wanted.facts)
        belongs_to, self._offset = _matched(files, wanted)
        self._kept: tuple[int, Level] | None = None
        self.record = MaskRecord(
            path=files.path,
            frames=files.frames,
            width=files.width,
            height=files.height,
            channel=self._channel(),
            belongs_to=belongs_to,
        )
        # Nothing is read yet, but frames that are missing are missed now, before any work is done.
        self._files.read(self._places(wanted.lifted), self.record.channel)

    @property
    def marks(self) -> tuple[FileMark, ...]:
        """Of all files that are read for what is wanted, as they are now."""
        return tuple(map(FileMark.of, self._files.files(self._places(self._wanted.lifted))))

    def frames(self, some: FrameRange) -> Iterator[Level]:
        """The mask of each of `some` clip frames, in order. Errors as `MatteFiles.read`."""
        places = self._places(some)
        return self._levels(some, self._files.read(places, self.record.channel), places)

    def read_through(self, report: Callable[[], None]) -> None:
        """Read every frame that is wanted, telling `report` of each. Raises `MediaError`s where one is damaged."""
        for make in self._files.read(self._places(self._wanted.lifted), self.record.channel):
            make()
            report()

    def close(self) -> None:
        self._files.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _place(self, frame: int) -> int:
        """The matte's frame for a frame of the clip: its first and last go on beyond its ends."""
        return min(max(frame + self._offset, 0), self._files.frames - 1)

    def _places(self, some: FrameRange) -> FrameRange:
        return FrameRange(self._place(some.start), self._place(some.end - 1) + 1)

    def _levels(self, some: FrameRange, made: Iterator[MakeLevels], places: FrameRange) -> Iterator[Level]:
        stored = zip(range(places.start, places.end), made, strict=True)
        for frame in range(some.start, some.end):
            place = self._place(frame)
            while self._kept is None or self._kept[0] != place:
                following, make = next(stored)
                self._kept = following, Level(lambda make=make: self._shaped(make()))
            yield self._kept[1]

    def _shaped(self, levels: Picture) -> Picture:
        """As the spec says, at the size of the clip."""
        spec, facts = self._spec, self._wanted.facts
        if spec.invert:
            levels = 1 - levels
        levels = resized_levels(levels, facts.width, facts.height)
        return np.ascontiguousarray(feathered(grown(levels, spec.grow), spec.feather))

    def _channel(self) -> Channel:
        files, asked = self._files, self._spec.channel
        if asked == "auto":
            if not files.offers("luma"):
                asked = "alpha"
            else:
                asked = "alpha" if files.offers("alpha") and self._is_alpha_used() else "luma"
        if not files.offers(asked):
            raise RequestError(f"The mask “{files.path.name}” has no {asked}.", remedy="Choose its other channel.")
        return asked

    def _is_alpha_used(self) -> bool:
        """Whether it is anything but opaque in a frame that is read."""
        alphas = self._files.read(self._places(self._wanted.lifted), "alpha")
        return any(float(alpha().min()) < 1 for alpha in alphas)


def open_mask(spec: MaskSpec, wanted: Wanted) -> Mask:
    """The mask for a clip. Raises `RequestError` where it does not fit the clip, and `MediaError`s."""
    files = open_matte(spec.path)
    try:
        return Mask(spec, files, wanted)
    except BaseException:
        files.close()
        raise


def _demand_shape(files: MatteFiles, clip: ClipFacts) -> None:
    wide = abs(files.width - clip.width * files.height / clip.height)
    tall = abs(files.height - clip.height * files.width / clip.width)
    if min(wide, tall) > _ROUNDED:
        raise RequestError(
            f"The mask has {files.width}x{files.height} pixels, which is not the shape of the clip "
            f"({clip.width}x{clip.height}).",
            remedy="Export the mask at the size of the clip.",
        )


def _demand_rate(files: MatteFiles, clip: ClipFacts) -> None:
    """Frames of stills go by count or number, whatever rate a program has written into them."""
    if files.rate is not None and files.frames > 1 and abs(files.rate / clip.rate - 1) > _SAME_RATE:
        raise RequestError(
            f"The mask runs at {float(files.rate):.5g} frames per second, the clip at {float(clip.rate):.5g}.",
            remedy="Export the mask at the rate of the clip, or as an image sequence.",
        )


def _matched(files: MatteFiles, wanted: Wanted) -> tuple[Literal["all", "clip", "handles", "range", "numbers"], int]:
    """What the matte's frames belong to, and what is added to a clip's frame for its place among them.

    Lengths come before numbers: mattes are as often numbered from 0 or 1 as like their source.
    """
    frames, clip = files.frames, wanted.facts
    if frames == 1:
        return "all", 0
    if frames == clip.frames:
        return "clip", 0
    if frames == len(wanted.lifted):
        return "handles", -wanted.lifted.start
    if frames == len(wanted.range):
        return "range", -wanted.range.start
    numbers = FrameRange(files.first_number, files.first_number + frames)
    if files.numbered and numbers.contains_range(wanted.range.shifted(clip.first_number)):
        return "numbers", clip.first_number - files.first_number
    of_which = f"{len(wanted.range)} are wanted"
    if wanted.before or wanted.after:
        of_which += f" ({len(wanted.lifted)} with handles)"
    its, ours = (_span(numbers), _span(wanted.range.shifted(clip.first_number))) if files.numbered else ("", "")
    raise RequestError(
        f"The mask has {frames} frames{its}; the clip has {clip.frames}, of which {of_which}{ours}.",
        remedy="Use a mask as long as the clip or as the range, one that is numbered like the clip, or a still.",
    )


def _span(numbers: FrameRange) -> str:
    return f", numbered {numbers.start} to {numbers.end - 1}"
