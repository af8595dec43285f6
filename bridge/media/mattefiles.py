"""The frames of a matte as they are stored: in a movie, or one to a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Protocol

from av.video.format import VideoFormat

from bridge.domain.errors import MediaUnreadable
from bridge.domain.frames import FrameRange
from bridge.media.levels import Channel, StillLevels, has_alpha, levels_of
from bridge.media.movie import open_movie
from bridge.media.numbering import Files, files_at
from bridge.media.shaping import Picture

MakeLevels = Callable[[], Picture]


class MatteFiles(Protocol):
    """A matte, its frames counted from 0. `rate` is none where its frames go by count or number alone; `numbered` says
    that they bear numbers from `first_number` on.
    """

    path: Path
    frames: int
    width: int
    height: int
    rate: Fraction | None
    numbered: bool
    first_number: int

    def offers(self, channel: Channel) -> bool:
        """Whether there is anything to take as `channel`."""
        ...

    def files(self, wanted: FrameRange) -> Sequence[Path]:
        """What is read for these frames."""
        ...

    def read(self, wanted: FrameRange, channel: Channel) -> Iterator[MakeLevels]:
        """For each frame what makes its levels, on any thread.

        Raises at once what is wrong with the whole, and then, here or there, what is wrong with a frame.
        """
        ...

    def close(self) -> None: ...


def open_matte(path: Path, threads: int = 0) -> MatteFiles:
    """The matte at `path`: a movie, or still pictures by one of them, their pattern or their folder.

    Raises `MediaError`s.
    """
    files = files_at(path)
    return _Movie(path, threads) if files is None else _Stills(files)


class _Movie:
    numbered = False
    first_number = 0

    def __init__(self, path: Path, threads: int) -> None:
        self._clip = open_movie(path, None, threads, matte=True)
        facts = self._clip.facts
        self.path = path
        self.frames = facts.frames
        self.width, self.height = facts.width, facts.height
        self.rate: Fraction | None = facts.rate
        self._has_alpha = has_alpha(VideoFormat(facts.pixel_format))

    def offers(self, channel: Channel) -> bool:
        return channel == "luma" or self._has_alpha

    def files(self, wanted: FrameRange) -> Sequence[Path]:  # noqa: ARG002
        return (self.path,)

    def read(self, wanted: FrameRange, channel: Channel) -> Iterator[MakeLevels]:
        pictures = self._clip.pictures(wanted)
        facts, orientation = self._clip.facts, self._clip.orientation
        return (levels_of(picture, channel, facts.color, orientation) for picture in pictures)

    def close(self) -> None:
        self._clip.close()


class _Stills:
    rate: Fraction | None = None

    def __init__(self, files: Files) -> None:
        self._files = files
        self._first = StillLevels(files.path(files.numbers[0]))
        self.path = files.pattern if files.count > 1 else files.path(files.first)
        self.frames = files.count
        self.width, self.height = self._first.width, self._first.height
        self.numbered = files.count > 1
        self.first_number = files.first

    def offers(self, channel: Channel) -> bool:
        return self._first.offers(channel)

    def files(self, wanted: FrameRange) -> Sequence[Path]:
        first = self._files.first
        return [self._files.path(first + place) for place in range(wanted.start, wanted.end)]

    def read(self, wanted: FrameRange, channel: Channel) -> Iterator[MakeLevels]:
        first = self._files.first
        self._files.check_whole(first + wanted.start, first + wanted.end)
        return (self._reading(path, channel) for path in self.files(wanted))

    def _reading(self, path: Path, channel: Channel) -> MakeLevels:
        def read() -> Picture:
            still = StillLevels(path)
            if (still.width, still.height) != (self.width, self.height):
                raise MediaUnreadable(
                    f"“{path.name}” has {still.width}x{still.height} pixels, but the mask begins with "
                    f"{self.width}x{self.height}.",
                    remedy="Render the frame again at the size of the others.",
                )
            return still.read(channel)

        return read

    def close(self) -> None: ...
